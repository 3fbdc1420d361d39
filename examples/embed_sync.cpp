// A program without a single coroutine: example-embed_sync URL…
//
// It prints title and size of every page, with one browser, then scrapes them all with one call.
#include "example_log.hpp"
#include <cdp/sync.hpp>

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

namespace {

void print_one_by_one(const std::vector<std::string>& urls) {
  cdp::sync::Browser browser = cdp::sync::launch();
  for (const std::string& url : urls) {
    cdp::sync::Page page = browser.new_page();
    const cdp::Document document = page.navigate(url);
    const std::string title = page.evaluate("document.title");
    log_line("page " + url + " status: " + std::to_string(document.status) + " title: " + title +
             " bytes: " + std::to_string(page.content().size()));
    page.close();
  }
  browser.close();
}

void print_all_at_once(const std::vector<std::string>& urls) {
  for (const cdp::Record& record : cdp::sync::scrape(urls)) {
    const std::string end = record.error ? record.error->detail : "title: " + record.title;
    log_line("record " + record.url + " " + end);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> urls(argv + 1, argv + argc);
  print_one_by_one(urls);
  print_all_at_once(urls);
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  log_line(error.what());
  return EXIT_FAILURE;
}
