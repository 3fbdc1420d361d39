#include "support/chromium/browser_test.hpp"

#include "support/process/files.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace cdp::test {
namespace {

void print_line(LogLevel, std::string_view line) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

}  // namespace

std::string ProcessView::field(std::string_view name) const {
  const std::string start = "\n" + std::string(name) + ":\t";
  const std::size_t found = status.find(start);
  if (found == std::string::npos) return {};
  const std::size_t from = found + start.size();
  return status.substr(from, status.find('\n', from) - from);
}

BrowserTest::BrowserTest(TestServerOptions options) {
  server_.emplace(options);
}

void BrowserTest::TearDown() {
  leaks_.expect_clean(patience);
  EXPECT_THAT(leaks_.other_entries(), ::testing::IsEmpty());
  EXPECT_THAT(zombie_children(), ::testing::IsEmpty());
  EXPECT_EQ(task_count(), tasks_before_);
  server_.reset();
  EXPECT_EQ(open_descriptors(), descriptors_before_);
  EXPECT_EQ(running_threads(), threads_before_);
}

LaunchOptions BrowserTest::launch_options() {
  LaunchOptions options;
  if (std::getenv("CDP_SCRAPE_TEST_TRACE") != nullptr)
    options.log = Log(LogLevel::trace, print_line);
  return options;
}

std::vector<ProcessView> BrowserTest::processes() const {
  std::vector<ProcessView> views;
  for (const pid_t pid : leaks_.browser_processes()) {
    const std::filesystem::path folder = "/proc/" + std::to_string(pid);
    ProcessView view{pid, read_file(folder / "cmdline"), read_file(folder / "status")};
    std::replace(view.command.begin(), view.command.end(), '\0', ' ');
    if (!view.command.empty() && !view.status.empty()) views.push_back(std::move(view));
  }
  return views;
}

ProcessView BrowserTest::browser_process() const {
  for (ProcessView& view : processes()) {
    if (view.is_browser()) return std::move(view);
  }
  throw std::runtime_error("no browser process");
}

std::vector<ProcessView> BrowserTest::renderers() const {
  std::vector<ProcessView> found = processes();
  std::erase_if(found, [](const ProcessView& view) { return !view.is_renderer(); });
  return found;
}

/// Chromium notes both in its profile.
BrowserTest::Endpoint BrowserTest::endpoint() const {
  const auto sessions = leaks_.session_directories();
  if (sessions.size() != 1) throw std::runtime_error("not exactly one browser runs");
  const auto profile = leaks_.directory() / sessions.front() / "browser" / "profile";
  std::ifstream file(profile / "DevToolsActivePort");
  Endpoint endpoint;
  if (!std::getline(file, endpoint.port) || !std::getline(file, endpoint.path))
    throw std::runtime_error("the browser has noted no port");
  return endpoint;
}

std::string transport_name(const ::testing::TestParamInfo<TransportKind>& test) {
  return test.param == TransportKind::pipe ? "pipe" : "websocket";
}

Task<std::vector<std::string>> page_urls(Browser browser) {
  json nothing = json::object();
  const json answer = co_await browser.session().call("Target.getTargets", std::move(nothing));
  std::vector<std::string> urls;
  for (const json& target : answer["targetInfos"]) {
    if (target["type"] == "page") urls.push_back(target["url"]);
  }
  co_return urls;
}

/// A page is closed when the browser says so in its list; each look waits for the browser's answer.
Task<void> expect_no_pages(Browser browser) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::vector<std::string> left;
  do {
    left = co_await page_urls(browser);
  } while (!left.empty() && std::chrono::steady_clock::now() < deadline);
  EXPECT_THAT(left, ::testing::IsEmpty());
}

Task<void> arrival(const TestServer& server, std::string target) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer arrived(executor, std::chrono::steady_clock::time_point::max());
  bool in_time = false;
  std::thread waiting([&] {
    in_time = server.wait_for_request(target, patience);
    boost::asio::post(executor, [&arrived] { arrived.cancel(); });
  });
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  co_await arrived.async_wait(token);
  waiting.join();
  if (!in_time) throw std::runtime_error("the server was never asked for " + target);
}

Task<Error> fault_of_navigation(Page& page, const std::string& url) {
  Task<Document> navigation = page.navigate(url);
  co_return co_await fault_of(std::move(navigation));
}

Task<Error> fault_of_navigation(Page& page, const std::string& url,
                                const NavigateOptions& options) {
  Task<Document> navigation = page.navigate(url, options);
  co_return co_await fault_of(std::move(navigation));
}

Task<json> evaluate(Page& page, std::string_view expression) {
  std::string text(expression);
  json value = co_await page.evaluate(std::move(text));
  co_return value;
}

Task<Page> open_at(Browser browser, std::string url) {
  Page page = co_await browser.new_page();
  co_await page.navigate(std::move(url));
  co_return page;
}

}  // namespace cdp::test
