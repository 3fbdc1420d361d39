#include "cli/demo.hpp"

#include "cli/demo_site.hpp"
#include "cli/log_sink.hpp"
#include <cdp/browser.hpp>
#include <cdp/gather.hpp>
#include <cdp/task.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>

namespace cdp::cli {
namespace {

using Clock = std::chrono::steady_clock;

void log_line(const std::string& text) {
  const auto now = std::chrono::system_clock::now();
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  fmt::print("{:%Y-%m-%d %H:%M:%S},{:03} {}\n",
             fmt::localtime(std::chrono::system_clock::to_time_t(now)), millis, text);
  std::fflush(stdout);
}

Task<std::string> scrape_one_page(Browser browser, std::string url) {
  log_line("scrape_one_page started. url: " + url);
  log_line(fmt::format("task count: {}", task_count()));
  const auto read_html = [url](Page& page) -> Task<std::string> {
    co_await page.navigate(url);
    co_return co_await page.content();
  };
  std::string html = co_await with_page(browser, read_html);
  log_line("scrape_one_page finished. url: " + url);
  co_return html;
}

Task<std::vector<std::string>> scrape_one_by_one(Browser browser, std::vector<std::string> urls) {
  std::vector<std::string> htmls;
  for (const std::string& url : urls)
    htmls.push_back(co_await scrape_one_page(browser, url));
  co_return htmls;
}

Task<std::vector<std::string>> scrape_all_at_once(Browser browser, std::vector<std::string> urls) {
  std::vector<Task<std::string>> tasks;
  for (const std::string& url : urls)
    tasks.push_back(scrape_one_page(browser, url));
  return gather(std::move(tasks));
}

using Program = Task<std::vector<std::string>> (*)(Browser, std::vector<std::string>);

/// @return how long it took
Task<Clock::duration> show(const char* title, Program program, LaunchOptions launch_options,
                           std::vector<std::string> urls) {
  fmt::print("\n{}\n\n", title);
  log_line("main started.");
  const Clock::time_point started = Clock::now();
  Browser browser = co_await launch(std::move(launch_options));
  const std::vector<std::string> htmls = co_await program(browser, std::move(urls));
  co_await browser.close();
  log_line(fmt::format("main finished. htmls count: {}", htmls.size()));
  co_return Clock::now() - started;
}

Task<void> show_both(LaunchOptions launch_options, std::vector<std::string> urls) {
  const auto sequential =
      co_await show("One page after the other:", scrape_one_by_one, launch_options, urls);
  const auto concurrent =
      co_await show("All pages at once:", scrape_all_at_once, launch_options, urls);
  const double first = std::chrono::duration<double>(sequential).count();
  const double second = std::chrono::duration<double>(concurrent).count();
  fmt::print("\nOne after the other: {:.1f} s. All at once: {:.1f} s, {:.1f} times as fast.\n",
             first, second, first / second);
}

}  // namespace

ExitCode run_demo(const Arguments& arguments) {
  const DemoSite site;
  LaunchOptions options = arguments.scrape.launch;
  options.log = make_log(arguments, [] {});
  run(show_both(std::move(options), site.urls()));
  return ExitCode::ok;
}

}  // namespace cdp::cli
