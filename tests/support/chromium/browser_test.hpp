// What all tests with the real Chromium share: a server, a browser, and a look at what is left.
#pragma once

#include "support/errors.hpp"
#include "support/process/leak_check.hpp"
#include "support/server/test_server.hpp"
#include <cdp/cdp.hpp>

#include <boost/asio/steady_timer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/types.h>

#include <chrono>
#include <exception>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cdp {

inline void PrintTo(errc code, std::ostream* out) {
  *out << to_string(code);
}

namespace test {

using namespace std::chrono_literals;
using nlohmann::json;

/// How long something may take that the test cannot go on without. Passing it is a failure.
constexpr std::chrono::seconds patience{30};

/// A program and what it was started with, as /proc tells.
struct ProcessView {
  pid_t pid = 0;
  std::string command;  ///< arguments, separated by spaces
  std::string status;   ///< /proc/PID/status

  /// A line of `status`, without its name; empty when there is none.
  std::string field(std::string_view name) const;
  bool is_renderer() const { return command.find("--type=renderer") != std::string::npos; }
  bool is_browser() const { return command.find("--type=") == std::string::npos; }
};

/// Every test ends by counting: browser processes, their directories, zombies, descriptors, threads
/// and tasks are what they were before, and no page of ours is left in the browser.
class BrowserTest : public ::testing::Test {
 protected:
  explicit BrowserTest(TestServerOptions options = {});
  void TearDown() override;

  TestServer& server() { return *server_; }
  LeakCheck& leaks() { return leaks_; }

  /// Runs `body(browser)`, a coroutine, with a browser that is launched for it; then looks for
  /// pages that are left and closes the browser.
  template <class Body>
  void with_browser(LaunchOptions options, Body body) {
    run(drive(std::move(options), std::move(body)));
  }
  template <class Body>
  void with_browser(Body body) {
    with_browser(launch_options(), std::move(body));
  }

  /// The usual options; with CDP_SCRAPE_TEST_TRACE set, all messages go to standard error.
  static LaunchOptions launch_options();

  /// Processes of the browsers that run now, with their helpers.
  std::vector<ProcessView> processes() const;
  ProcessView browser_process() const;
  std::vector<ProcessView> renderers() const;

  /// The one browser's DevTools endpoint, `127.0.0.1:PORT` and the path of its WebSocket.
  struct Endpoint {
    std::string port;
    std::string path;
    std::string websocket_url() const { return "ws://127.0.0.1:" + port + path; }
  };
  Endpoint endpoint() const;

 private:
  template <class Body>
  static Task<void> drive(LaunchOptions options, Body body);

  const std::size_t tasks_before_ = task_count();
  const int descriptors_before_ = open_descriptors();
  const int threads_before_ = running_threads();
  LeakCheck leaks_;
  std::optional<TestServer> server_;
};

/// For tests that run over each transport.
std::string transport_name(const ::testing::TestParamInfo<TransportKind>& test);

/// Waits until the browser has no page target left; a test failure when it keeps some.
Task<void> expect_no_pages(Browser browser);

/// URLs of the browser's page targets.
Task<std::vector<std::string>> page_urls(Browser browser);

/// Returns when the server has got a request for that target or path.
Task<void> arrival(const TestServer& server, std::string target);

/// Goes to a URL that has no document in store for us.
Task<Error> fault_of_navigation(Page& page, const std::string& url);
Task<Error> fault_of_navigation(Page& page, const std::string& url, const NavigateOptions& options);

Task<json> evaluate(Page& page, std::string_view expression);

/// Opens an empty page, goes to the URL and returns the page.
Task<Page> open_at(Browser browser, std::string url);

template <class Body>
Task<void> BrowserTest::drive(LaunchOptions options, Body body) {
  Browser browser = co_await launch(std::move(options));
  std::exception_ptr failure;
  try {
    co_await body(browser);
  } catch (...) {
    failure = std::current_exception();
  }
  if (browser.is_alive()) co_await expect_no_pages(browser);
  co_await browser.close();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace test
}  // namespace cdp
