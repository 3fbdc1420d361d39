#include "browser/browser_state.hpp"
#include "browser/page_state.hpp"
#include <cdp/browser.hpp>

namespace cdp {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds open_timeout = 30s;

Task<Page> open_page(std::shared_ptr<BrowserState> browser, std::string url, std::string context,
                     PageOptions options, std::chrono::milliseconds timeout) {
  auto state = co_await browser->open_page(std::move(url), std::move(context), std::move(options),
                                           deadline_in(timeout));
  co_return Page(std::move(state));
}

Task<Page> open_empty_page(std::shared_ptr<BrowserState> browser, std::string context,
                           PageOptions options) {
  const Deadline deadline = deadline_in(open_timeout);
  std::string url = "about:blank";
  auto state =
      co_await browser->open_page(std::move(url), std::move(context), std::move(options), deadline);
  co_await state->ready(deadline);
  co_return Page(std::move(state));
}

Task<BrowserContext> make_context(std::shared_ptr<BrowserState> browser) {
  std::string id = co_await browser->create_context(deadline_in(open_timeout));
  co_return BrowserContext(browser, std::move(id));
}

Task<Browser> wrap(Task<std::shared_ptr<BrowserState>> starting) {
  auto state = co_await std::move(starting);
  co_return Browser(std::move(state));
}

}  // namespace

Browser::Browser(std::shared_ptr<BrowserState> state) : state_(std::move(state)) {}

Task<Page> Browser::new_page() {
  return new_page(PageOptions{});
}

Task<Page> Browser::new_page(PageOptions options) {
  return open_empty_page(state_, {}, std::move(options));
}

Task<Page> Browser::open(std::string url) {
  return open(std::move(url), open_timeout);
}

Task<Page> Browser::open(std::string url, std::chrono::milliseconds timeout) {
  return open(std::move(url), PageOptions{}, timeout);
}

Task<Page> Browser::open(std::string url, PageOptions options, std::chrono::milliseconds timeout) {
  return open_page(state_, std::move(url), {}, std::move(options), timeout);
}

Task<void> Browser::set_cookies(std::vector<Cookie> cookies) {
  return state_->set_cookies(std::move(cookies), {}, deadline_in(open_timeout));
}

Task<BrowserContext> Browser::new_context() {
  return make_context(state_);
}

Task<void> Browser::close() {
  return state_->close();
}

void Browser::kill() {
  state_->kill();
}

void Browser::kill(Error cause) {
  state_->kill(std::move(cause));
}

std::filesystem::path Browser::directory() const {
  return state_->directory();
}

bool Browser::is_alive() const {
  return state_->is_alive();
}

int Browser::process_id() const {
  return state_->process_id();
}

const std::string& Browser::version() const {
  return state_->version();
}

Session Browser::session() const {
  return Session(state_->connection(), state_->connection()->root());
}

BrowserContext::BrowserContext(std::shared_ptr<BrowserState> browser, std::string id)
    : browser_(std::move(browser)), id_(std::move(id)) {}

Task<Page> BrowserContext::new_page() {
  return new_page(PageOptions{});
}

Task<Page> BrowserContext::new_page(PageOptions options) {
  return open_empty_page(browser_, id_, std::move(options));
}

Task<Page> BrowserContext::open(std::string url) {
  return open(std::move(url), PageOptions{}, open_timeout);
}

Task<Page> BrowserContext::open(std::string url, PageOptions options,
                                std::chrono::milliseconds timeout) {
  return open_page(browser_, std::move(url), id_, std::move(options), timeout);
}

Task<void> BrowserContext::set_cookies(std::vector<Cookie> cookies) {
  return browser_->set_cookies(std::move(cookies), id_, deadline_in(open_timeout));
}

Task<void> BrowserContext::dispose() {
  return browser_->dispose_context(id_);
}

Task<Browser> launch() {
  return launch(LaunchOptions{});
}

Task<Browser> launch(LaunchOptions options) {
  return wrap(BrowserState::launch(std::move(options)));
}

Task<Browser> connect(std::string url) {
  return connect(std::move(url), ConnectOptions{});
}

Task<Browser> connect(std::string url, ConnectOptions options) {
  return wrap(BrowserState::connect(std::move(url), std::move(options)));
}

}  // namespace cdp
