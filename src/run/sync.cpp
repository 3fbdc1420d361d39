#include "base/async/loop.hpp"
#include <cdp/sync.hpp>

#include <nlohmann/json.hpp>

namespace cdp {
namespace detail {

void run_on(const std::shared_ptr<Loop>& loop, Task<void> task) {
  loop->run(std::move(task), "sync call");
}

}  // namespace detail

namespace sync {
namespace {

using detail::Loop;
using detail::run_on_and_take;

/// A browser on a loop that is made for it.
Browser start(Task<cdp::Browser> starting) {
  auto loop = Loop::make();
  cdp::Browser browser = run_on_and_take(loop, std::move(starting));
  return {std::move(loop), std::move(browser)};
}

Page open_on(const std::shared_ptr<Loop>& loop, Task<cdp::Page> opening) {
  return {loop, run_on_and_take(loop, std::move(opening))};
}

}  // namespace

Page::Page(std::shared_ptr<Loop> loop, cdp::Page page)
    : loop_(std::move(loop)), page_(std::move(page)) {}

Document Page::navigate(std::string url) {
  return run_on_and_take(loop_, page_.navigate(std::move(url)));
}

Document Page::navigate(std::string url, NavigateOptions options) {
  return run_on_and_take(loop_, page_.navigate(std::move(url), std::move(options)));
}

Document Page::loaded() {
  return run_on_and_take(loop_, page_.loaded());
}

Document Page::loaded(NavigateOptions options) {
  return run_on_and_take(loop_, page_.loaded(std::move(options)));
}

std::string Page::content() {
  return run_on_and_take(loop_, page_.content());
}

Content Page::capture(std::chrono::milliseconds timeout) {
  return run_on_and_take(loop_, page_.capture(timeout));
}

Content Page::capture(std::chrono::milliseconds timeout, ContentOptions options) {
  return run_on_and_take(loop_, page_.capture(timeout, options));
}

nlohmann::json Page::evaluate(std::string expression) {
  return run_on_and_take(loop_, page_.evaluate(std::move(expression)));
}

void Page::close() {
  run_on_and_take(loop_, page_.close());
}

Browser::Browser(cdp::Browser browser)
    : Browser(Loop::current("cdp::sync::Browser"), std::move(browser)) {}

Browser::Browser(std::shared_ptr<Loop> loop, cdp::Browser browser)
    : loop_(std::move(loop)), browser_(std::move(browser)) {}

Page Browser::new_page() {
  return open_on(loop_, browser_.new_page());
}

Page Browser::new_page(PageOptions options) {
  return open_on(loop_, browser_.new_page(std::move(options)));
}

Page Browser::open(std::string url) {
  return open_on(loop_, browser_.open(std::move(url)));
}

Page Browser::open(std::string url, PageOptions options, std::chrono::milliseconds timeout) {
  return open_on(loop_, browser_.open(std::move(url), std::move(options), timeout));
}

void Browser::set_cookies(std::vector<Cookie> cookies) {
  run_on_and_take(loop_, browser_.set_cookies(std::move(cookies)));
}

void Browser::close() {
  run_on_and_take(loop_, browser_.close());
}

Browser launch() {
  return sync::launch(LaunchOptions{});
}

Browser launch(LaunchOptions options) {
  return start(cdp::launch(std::move(options)));
}

Browser connect(std::string url) {
  return sync::connect(std::move(url), ConnectOptions{});
}

Browser connect(std::string url, ConnectOptions options) {
  return start(cdp::connect(std::move(url), std::move(options)));
}

std::vector<Record> scrape(std::vector<std::string> urls, ScrapeOptions options) {
  return cdp::run(cdp::scrape(std::move(urls), std::move(options)));
}

std::vector<Record> scrape(std::vector<std::string> urls) {
  return sync::scrape(std::move(urls), ScrapeOptions{});
}

}  // namespace sync
}  // namespace cdp
