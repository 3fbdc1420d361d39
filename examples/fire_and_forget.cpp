// Calls that nobody waits for: example-fire_and_forget URL…
//
// Each URL is scraped by a function that blocks, in a thread of a pool. `main` ends long before
// they do; the process waits for the last.
#include "example_log.hpp"
#include <cdp/fire_and_forget.hpp>
#include <cdp/sync.hpp>
#include <cdp/task.hpp>

#include <cstdlib>
#include <string>
#include <string_view>

namespace {

/// Blocks until the page is here.
void wait_for_page(const std::string& url) {
  log_line("wait started. url: " + url);
  cdp::sync::Browser browser = cdp::sync::launch();
  cdp::sync::Page page = browser.new_page();
  page.navigate(url);
  const std::string html = page.content();
  page.close();
  browser.close();
  log_line("wait finished. url: " + url + " bytes: " + std::to_string(html.size()));
}

/// What the calls that fail have to say.
void log_failures() {
  cdp::FireAndForgetOptions options;
  options.log = cdp::Log(cdp::LogLevel::error,
                         [](cdp::LogLevel, std::string_view line) { log_line(std::string(line)); });
  cdp::configure_fire_and_forget(options);
}

}  // namespace

int main(int argc, char** argv) {
  log_line("main started.");
  log_failures();
  // The same function in its fire-and-forget form: callers do not wait for it.
  const auto wait_for_page_in_background =
      cdp::make_fire_and_forget("wait_for_page", wait_for_page);
  for (int i = 1; i < argc; ++i) {
    wait_for_page_in_background(argv[i]);
    log_line("task count: " + std::to_string(cdp::task_count()));
  }
  log_line("main finished.");
  return EXIT_SUCCESS;
}
