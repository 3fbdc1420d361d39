// Six pages one after the other: example-sequential URL…
//
// The number of unfinished tasks stays the same all the time: nothing happens while a page is
// waited for.
#include "example_log.hpp"
#include <cdp/browser.hpp>
#include <cdp/task.hpp>

#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

namespace {

cdp::Task<std::string> scrape_one_page(cdp::Browser browser, std::string url) {
  log_line("scrape_one_page started. url: " + url);
  log_line("task count: " + std::to_string(cdp::task_count()));
  const auto read_html = [url](cdp::Page& page) -> cdp::Task<std::string> {
    co_await page.navigate(url);
    co_return co_await page.content();
  };
  std::string html = co_await cdp::with_page(browser, read_html);
  log_line("scrape_one_page finished. url: " + url);
  co_return html;
}

cdp::Task<void> scrape_all(std::vector<std::string> urls) {
  log_line("main started.");
  cdp::Browser browser = co_await cdp::launch();
  std::vector<std::string> htmls;
  for (const std::string& url : urls)
    htmls.push_back(co_await scrape_one_page(browser, url));
  co_await browser.close();
  log_line("main finished. htmls count: " + std::to_string(htmls.size()));
}

}  // namespace

int main(int argc, char** argv) try {
  cdp::run(scrape_all({argv + 1, argv + argc}));
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  log_line(error.what());
  return EXIT_FAILURE;
}
