#include "browser/content.hpp"
#include "browser/page_state.hpp"
#include <cdp/page.hpp>

namespace cdp {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds usual_timeout = 30s;

Task<Document> go(std::shared_ptr<PageState> page, std::string url, NavigateOptions options) {
  const Deadline deadline = deadline_in(options.timeout);
  co_await page->ready(deadline);
  page->begin_navigation(url);
  co_return co_await page->wait_for_document(options.wait_until, deadline, options.timeout);
}

Task<std::string> html_of(std::shared_ptr<PageState> page) {
  Content content = co_await read_content(page, deadline_in(usual_timeout));
  co_return std::move(content.html);
}

}  // namespace

Page::Page(std::shared_ptr<PageState> state) : state_(std::move(state)) {}

Page& Page::operator=(Page&& other) noexcept {
  if (this != &other) {
    if (state_) state_->close_soon();
    state_ = std::move(other.state_);
  }
  return *this;
}

Page::~Page() {
  if (state_) state_->close_soon();
}

Task<Document> Page::navigate(std::string url) {
  return navigate(std::move(url), NavigateOptions{});
}

Task<Document> Page::navigate(std::string url, NavigateOptions options) {
  return go(state_, std::move(url), options);
}

Task<Document> Page::loaded() {
  return loaded(NavigateOptions{});
}

Task<Document> Page::loaded(NavigateOptions options) {
  return state_->wait_for_document(options.wait_until, deadline_in(options.timeout),
                                   options.timeout);
}

Task<std::string> Page::content() {
  return html_of(state_);
}

Task<Content> Page::capture(std::chrono::milliseconds timeout) {
  return read_content(state_, deadline_in(timeout));
}

Task<nlohmann::json> Page::evaluate(std::string expression) {
  return state_->evaluate(std::move(expression), std::nullopt, deadline_in(usual_timeout));
}

Task<void> Page::close() {
  return state_->close(deadline_in(5s));
}

Session Page::session() const {
  return Session(state_->connection(), state_->session());
}

int Page::dialogs() const {
  return state_->dialogs();
}

}  // namespace cdp
