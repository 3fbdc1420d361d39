#include "browser/content.hpp"
#include "browser/page_state.hpp"
#include "browser/readiness.hpp"
#include <cdp/page.hpp>

#include <optional>
#include <utility>

namespace cdp {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds usual_timeout = 30s;

/// A fault that came while a page was waited for is one, though the wait itself has found an end.
std::optional<Error> fault_of(const PageState& page) {
  return page.navigation().fault() ? page.navigation().fault() : page.excess();
}

Task<Document> wait_for(std::shared_ptr<PageState> page, NavigateOptions options,
                        Deadline deadline) {
  std::optional<Error> failure;
  try {
    Document document =
        co_await wait_until_ready(page, std::move(options.wait), deadline, options.timeout);
    if (!fault_of(*page)) co_return document;
  } catch (const Error& error) {
    if (!is_timeout(error.code())) throw;
    failure = error;
  }
  throw fault_of(*page).value_or(failure.value_or(Error(errc::internal, "no fault")));
}

Task<Document> go(std::shared_ptr<PageState> page, std::string url, NavigateOptions options) {
  const Deadline deadline = deadline_in(options.timeout);
  co_await page->ready(deadline);
  page->begin_navigation(url);
  co_return co_await wait_for(page, std::move(options), deadline);
}

/// Chromium's own error page is never the content of a page.
Task<DocumentText> read(std::shared_ptr<PageState> page, ContentOptions options,
                        std::size_t most_in_memory, Deadline deadline) {
  DocumentText text = co_await read_content(page, options, most_in_memory, deadline);
  if (!text.about.url.starts_with("chrome-error:")) co_return text;
  const std::optional<Error>& fault = page->navigation().fault();
  throw fault ? *fault : Error(errc::connect_error, "the page navigated to a URL that failed");
}

Task<Content> read_whole(std::shared_ptr<PageState> page, ContentOptions options,
                         Deadline deadline) {
  DocumentText text = co_await read(page, options, LongText::always_in_memory, deadline);
  co_return std::move(text).content();
}

Task<std::string> html_of(std::shared_ptr<PageState> page) {
  ContentOptions options;
  Content content = co_await read_whole(page, options, deadline_in(usual_timeout));
  co_return std::move(content.html);
}

/// A page that cannot make room for the next one is closed with its last handle.
Task<std::optional<Page>> recycle(std::shared_ptr<PageState> former, std::string url,
                                  PageOptions options, Deadline deadline) {
  const bool is_free = co_await former->make_way(url, deadline);
  if (!is_free) co_return std::nullopt;
  co_return Page(PageState::start_again(former, std::move(options), url));
}

Task<void> close_and_forget(std::shared_ptr<PageState> page) {
  co_await page->close(deadline_in(5s));
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
  return go(state_, std::move(url), std::move(options));
}

Task<Document> Page::loaded() {
  return loaded(NavigateOptions{});
}

Task<Document> Page::loaded(NavigateOptions options) {
  const Deadline deadline = deadline_in(options.timeout);
  return wait_for(state_, std::move(options), deadline);
}

Task<std::optional<Page>> Page::recycle(std::string url, PageOptions options,
                                        std::chrono::milliseconds timeout) {
  return cdp::recycle(std::exchange(state_, nullptr), std::move(url), std::move(options),
                      deadline_in(timeout));
}

bool Page::is_untouched() const {
  return state_->is_untouched();
}

Task<std::string> Page::content() {
  return html_of(state_);
}

Task<Content> Page::capture(std::chrono::milliseconds timeout) {
  return capture(timeout, ContentOptions{});
}

Task<Content> Page::capture(std::chrono::milliseconds timeout, ContentOptions options) {
  return read_whole(state_, options, deadline_in(timeout));
}

Task<DocumentText> capture_long(Page& page, ContentOptions options,
                                std::chrono::milliseconds timeout) {
  return read(page.state_, options, LongText::usual_memory, deadline_in(timeout));
}

Task<Download> Page::download(std::size_t most_bytes, std::chrono::milliseconds timeout) {
  return state_->download(most_bytes, deadline_in(timeout));
}

void Page::terminate_script() {
  state_->terminate_script();
}

void Page::stop_loading() {
  state_->stop_loading();
}

Document Page::document() const {
  return state_->document();
}

const std::vector<std::string>& Page::popups() const {
  return state_->popups();
}

bool Page::credentials_refused() const {
  return !state_->login_fault().empty();
}

const std::string& Page::login_fault() const {
  return state_->login_fault();
}

Task<nlohmann::json> Page::evaluate(std::string expression) {
  const auto state = state_;
  const World world = state->own_world();
  co_return co_await world.evaluate(std::move(expression), deadline_in(usual_timeout));
}

Task<void> Page::close() {
  return close_and_forget(state_);
}

Task<bool> Page::close(std::chrono::milliseconds timeout) {
  return state_->close(deadline_in(timeout));
}

Session Page::session() const {
  return Session(state_->connection(), state_->session());
}

int Page::dialogs() const {
  return state_->dialogs();
}

}  // namespace cdp
