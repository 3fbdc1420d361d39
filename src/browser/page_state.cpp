#include "browser/page_state.hpp"

#include "base/log.hpp"
#include "protocol/network.hpp"
#include "protocol/page.hpp"
#include "protocol/runtime.hpp"
#include "protocol/target.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cdp {
namespace network = protocol::network;
namespace page = protocol::page;
namespace runtime = protocol::runtime;

namespace {

/// In one line: an error's text without its stack, any other value as it was thrown.
std::string describe(const runtime::ExceptionDetails& details) {
  std::string text = details.text;
  if (const auto& exception = details.exception) {
    std::string what = exception->description.value_or("");
    if (what.empty() && exception->value)
      what = exception->value->is_string() ? exception->value->get<std::string>()
                                           : protocol::to_text(*exception->value);
    what.resize(std::min(what.find("\n    at "), what.size()));
    if (!what.empty()) text += ' ' + what;
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

std::shared_ptr<PageState> PageState::start(std::shared_ptr<BrowserState> browser,
                                            ClaimedTarget target, bool is_empty) {
  std::shared_ptr<PageState> state(new PageState(std::move(browser), std::move(target)));
  state->is_empty_ = is_empty;
  if (is_empty) state->navigation_.begin_empty();
  state->listen();
  state->set_up();
  return state;
}

PageState::PageState(std::shared_ptr<BrowserState> browser, ClaimedTarget target)
    : browser_(std::move(browser)),
      target_id_(std::move(target.target_id)),
      session_(std::move(target.session)),
      navigation_(target_id_),
      changed_(browser_->connection()->executor()) {}

PageState::~PageState() {
  close_soon();
}

template <protocol::Event E>
void PageState::feed_navigation() {
  const auto handler = [this](const E& event) {
    const bool had_document = navigation_.has_document();
    navigation_.on(event);
    if (!had_document && navigation_.has_document()) arrived_at_ = std::chrono::steady_clock::now();
    changed_.notify_all();
  };
  subscriptions_.push_back(subscribe<E>(*session_, handler));
}

void PageState::listen() {
  feed_navigation<network::RequestWillBeSent>();
  feed_navigation<network::ResponseReceived>();
  feed_navigation<network::LoadingFailed>();
  feed_navigation<page::FrameNavigated>();
  feed_navigation<page::NavigatedWithinDocument>();
  feed_navigation<page::LifecycleEvent>();
  feed_navigation<page::FrameStoppedLoading>();
  subscriptions_.push_back(subscribe<page::JavascriptDialogOpening>(
      *session_,
      [this](const page::JavascriptDialogOpening& event) { answer_dialog(event.type); }));
  subscriptions_.push_back(subscribe<protocol::inspector::TargetCrashed>(
      *session_, [this](const protocol::inspector::TargetCrashed&) {
        fail(Error(errc::page_crashed, "the page's process crashed"));
      }));
  session_->on_closed([page = weak_from_this()](const Error&) {
    if (const auto self = page.lock()) self->changed_.notify_all();
  });
}

void PageState::set_up() {
  const auto& connection = browser_->connection();
  connection->post(session_, page::Enable{});
  connection->post(session_, page::SetLifecycleEventsEnabled{});
  connection->post(session_, network::Enable{});
  set_up_ = connection->send(session_, runtime::RunIfWaitingForDebugger{});
  // A page that cannot be told to run stays paused for ever: nobody need wait for it.
  set_up_.answer->on_arrival = [page = weak_from_this(), answer = std::weak_ptr(set_up_.answer)] {
    const auto self = page.lock();
    const auto reply = answer.lock();
    if (self && reply->error && reply->error->code() == errc::protocol_error)
      self->fail(*reply->error);
  };
}

Task<void> PageState::ready(Deadline deadline) {
  const auto self = shared_from_this();
  if (is_empty_) co_await browser_->connection()->wait(set_up_, deadline);
}

/// An open dialog stops the page's scripts, its load and its close. Leaving is allowed, all else
/// declined.
void PageState::answer_dialog(const std::string& type) {
  ++dialogs_;
  page::HandleJavaScriptDialog answer;
  answer.accept = type == "beforeunload";
  browser_->connection()->post(session_, answer);
}

void PageState::begin_navigation(const std::string& url) {
  navigation_.begin();
  page::Navigate command;
  command.url = url;
  const SentCall call = browser_->connection()->send(session_, command);
  if (call.answer->error) return;  // the session has closed: the wait will say so
  navigate_answer_ = call.answer;
  call.answer->on_arrival = [page = weak_from_this(), answer = std::weak_ptr(call.answer)] {
    const auto self = page.lock();
    const auto reply = answer.lock();
    // Events may have ended that navigation before its reply came, and another one begun.
    if (!self || self->navigate_answer_ != reply) return;
    self->take_navigate_reply(*reply);
    self->changed_.notify_all();
  };
}

void PageState::take_navigate_reply(const Answer& answer) {
  if (answer.error) {
    // Only the browser refuses URLs. What ends the session fails its commands too; the wait says
    // so.
    if (answer.error->code() != errc::protocol_error) return;
    return navigation_.refuse(Error(errc::invalid_url, answer.error->what()));
  }
  try {
    navigation_.on(
        protocol::decode<page::Navigate::Result>(*answer.result, page::Navigate::method));
  } catch (const Error& error) {
    navigation_.refuse(error);
  }
}

Task<Document> PageState::wait_for_document(WaitUntil until, Deadline deadline,
                                            std::chrono::milliseconds limit) {
  const auto self = shared_from_this();
  const auto over = [this, until] { return navigation_.is_over(until) || session_->closed(); };
  const bool in_time = co_await changed_.until(over, deadline);
  if (navigation_.is_over(until)) {
    if (navigation_.fault()) throw *navigation_.fault();
    Document document = navigation_.document();
    document.arrived_at = arrived_at_;
    co_return document;
  }
  if (!in_time) {
    throw Error(navigation_.has_document() ? errc::page_timeout : errc::nav_timeout,
                fmt::format("not done after {} ms: {}", limit.count(), navigation_.describe()));
  }
  throw *session_->closed();
}

Task<nlohmann::json> PageState::evaluate(std::string expression, std::optional<int> world,
                                         Deadline deadline) {
  const auto self = shared_from_this();
  runtime::Evaluate command;
  command.expression = std::move(expression);
  command.context_id = world;
  auto result = co_await browser_->connection()->call(session_, std::move(command), deadline);
  if (result.exception_details)
    throw Error(errc::script_error, describe(*result.exception_details));
  co_return result.result.value ? std::move(*result.result.value) : nlohmann::json();
}

Task<int> PageState::isolated_world(Deadline deadline) {
  const auto self = shared_from_this();
  page::CreateIsolatedWorld command{target_id_, "cdp-scrape"};
  const auto world = co_await browser_->connection()->call(session_, std::move(command), deadline);
  co_return world.execution_context_id;
}

void PageState::close_soon() {
  if (std::exchange(close_sent_, true) || !browser_->is_alive()) return;
  const auto& connection = browser_->connection();
  const SentCall call =
      connection->send(connection->root(), protocol::target::CloseTarget{target_id_});
  call.answer->on_arrival = [page = weak_from_this(), answer = std::weak_ptr(call.answer)] {
    const auto self = page.lock();
    const auto reply = answer.lock();
    // Refused: there is no such page any more, and nothing else will tell of its end.
    if (self && reply->error && reply->error->code() == errc::protocol_error) {
      self->fail(Error(errc::page_crashed, "the page is gone"));
    }
  };
}

Task<void> PageState::close(Deadline deadline) {
  const auto self = shared_from_this();
  close_soon();
  const auto gone = [this] { return session_->closed().has_value(); };
  co_await changed_.until(gone, deadline);
}

void PageState::fail(const Error& cause) {
  browser_->connection()->close_session(session_->id(), cause);
}

}  // namespace cdp
