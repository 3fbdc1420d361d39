#include "cli/commands/demo.hpp"

#include "cli/commands/demo_site.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/sight/log_sink.hpp"
#include <cdp/browser.hpp>
#include <cdp/gather.hpp>
#include <cdp/task.hpp>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>

namespace cdp::cli {
namespace {

using Clock = std::chrono::steady_clock;

void log_line(const std::string& text) {
  const auto now = std::chrono::system_clock::now();
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  print_text(fmt::format("{:%Y-%m-%d %H:%M:%S},{:03} {}\n",
                         fmt::localtime(std::chrono::system_clock::to_time_t(now)), millis, text));
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

/// Both programs, one after the other, and what a signal does to them.
class Demo {
 public:
  Demo(const boost::asio::any_io_executor& executor, LaunchOptions options,
       std::vector<std::string> urls)
      : options_(std::move(options)), urls_(std::move(urls)), signals_(executor, SIGINT, SIGTERM) {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      signal_ = signal;
      if (browser_) browser_->kill();  // what waits for it ends with an error
    });
  }

  Task<ExitCode> execute() {
    try {
      co_await show_both();
    } catch (const Error&) {
      if (signal_ == 0) throw;
    }
    signals_.cancel();
    co_return signal_ == 0 ? ExitCode::ok : exit_code_of_signal(signal_);
  }

 private:
  Task<void> show_both() {
    const char* title = "One page after the other:";
    const auto sequential = co_await show(title, scrape_one_by_one);
    title = "All pages at once:";
    const auto concurrent = co_await show(title, scrape_all_at_once);
    const double first = std::chrono::duration<double>(sequential).count();
    const double second = std::chrono::duration<double>(concurrent).count();
    print_text(fmt::format(
        "\nOne after the other: {:.1f} s. All at once: {:.1f} s, {:.1f} times as fast.\n", first,
        second, first / second));
  }

  /// @return how long it took
  Task<Clock::duration> show(const char* title, Program program) {
    print_text(fmt::format("\n{}\n\n", title));
    log_line("main started.");
    const Clock::time_point started = Clock::now();
    browser_ = co_await launch(options_);
    if (signal_ != 0) browser_->kill();
    const std::vector<std::string> htmls = co_await program(*browser_, urls_);
    co_await browser_->close();
    log_line(fmt::format("main finished. htmls count: {}", htmls.size()));
    co_return Clock::now() - started;
  }

  LaunchOptions options_;
  std::vector<std::string> urls_;
  std::optional<Browser> browser_;
  boost::asio::signal_set signals_;
  int signal_ = 0;
};

Task<ExitCode> execute(LaunchOptions options, std::vector<std::string> urls) {
  Demo demo(co_await boost::asio::this_coro::executor, std::move(options), std::move(urls));
  co_return co_await demo.execute();
}

}  // namespace

ExitCode run_demo(const Arguments& arguments) {
  const DemoSite site;
  LaunchOptions options = arguments.scrape.launch;
  options.log = make_log(arguments, [] {});
  return run(execute(std::move(options), site.urls()));
}

}  // namespace cdp::cli
