// Coroutines that call synchronous functions that run coroutines: example-nested URL…
//
// First the synchronous function starts an event loop of its own for each page: the outer loop
// stands still meanwhile, and the pages come one after the other. Then it turns the loop that runs
// already: the others go on, all pages are under way together, and the calls return last in, first
// out. At last a rule says for each URL whether it takes a browser at all.
#include "example_log.hpp"
#include <cdp/browser.hpp>
#include <cdp/gather.hpp>
#include <cdp/sync.hpp>
#include <cdp/task.hpp>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

namespace {

void log_task_count() {
  log_line("task count: " + std::to_string(cdp::task_count()));
}

cdp::Task<std::string> scrape_one_page(cdp::Browser browser, std::string url) {
  log_line("scrape_one_page started. url: " + url);
  log_task_count();
  const auto read_html = [url](cdp::Page& page) -> cdp::Task<std::string> {
    co_await page.navigate(url);
    co_return co_await page.content();
  };
  std::string html = co_await cdp::with_page(browser, read_html);
  log_line("scrape_one_page finished. url: " + url);
  co_return html;
}

cdp::Task<std::string> launch_and_scrape(std::string url) {
  cdp::Browser browser = co_await cdp::launch();
  std::string html = co_await scrape_one_page(browser, url);
  co_await browser.close();
  co_return html;
}

/// No coroutine: what it returns is there. It starts a loop inside of the one that runs.
std::string scrape_on_a_new_loop(const std::string& url) {
  log_line("scrape_on_a_new_loop started. url: " + url);
  std::string html = cdp::run(launch_and_scrape(url));
  log_line("scrape_on_a_new_loop finished. url: " + url);
  return html;
}

/// No coroutine either. The browser belongs to the loop that runs, so that one has to turn.
std::string scrape_on_this_loop(const cdp::Browser& browser, const std::string& url) {
  log_line("scrape_on_this_loop started. url: " + url);
  std::string html = cdp::run_nested(scrape_one_page(browser, url));
  log_line("scrape_on_this_loop finished. url: " + url);
  return html;
}

cdp::Task<std::size_t> call_on_a_new_loop(std::string url) {
  co_return scrape_on_a_new_loop(url).size();
}

cdp::Task<std::size_t> call_on_this_loop(cdp::Browser browser, std::string url) {
  co_return scrape_on_this_loop(browser, url).size();
}

/// No coroutine, and no browser either, but for URLs that need one.
std::string scrape_by_rule(const std::string& url) {
  cdp::ScrapeOptions options;
  options.fetch = cdp::FetchMode::http;
  options.rules = {{"app", cdp::FetchMode::browser}};
  const std::vector<cdp::Record> records = cdp::sync::scrape({url}, options);
  const cdp::Record& record = records.front();
  if (record.error) throw cdp::Error(record.error->code, record.error->detail);
  const bool over_http = record.fetch == cdp::FetchMode::http;
  log_line("scrape_by_rule finished. fetched by: " + std::string(over_http ? "http" : "browser") +
           " url: " + url);
  return record.html;
}

cdp::Task<void> scrape_all(std::vector<std::string> urls) {
  log_line("main started.");
  std::vector<cdp::Task<std::size_t>> tasks;
  for (const std::string& url : urls)
    tasks.push_back(call_on_a_new_loop(url));
  std::vector<std::size_t> sizes = co_await cdp::gather(std::move(tasks));
  log_line("new loops finished. htmls count: " + std::to_string(sizes.size()));

  cdp::Browser browser = co_await cdp::launch();
  tasks.clear();
  for (const std::string& url : urls)
    tasks.push_back(call_on_this_loop(browser, url));
  sizes = co_await cdp::gather(std::move(tasks));
  co_await browser.close();
  log_line("this loop finished. htmls count: " + std::to_string(sizes.size()));

  for (std::size_t i = 0; i < urls.size(); ++i)
    sizes[i] = scrape_by_rule(urls[i]).size();
  log_line("main finished. htmls count: " + std::to_string(sizes.size()));
}

}  // namespace

int main(int argc, char** argv) try {
  cdp::run(scrape_all({argv + 1, argv + argc}));
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  log_line(error.what());
  return EXIT_FAILURE;
}
