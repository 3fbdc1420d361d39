#include "browser/page_state.hpp"

#include "base/log.hpp"
#include "base/web/web_url.hpp"
#include "browser/script/document_script.hpp"
#include "browser/script/page_script.hpp"
#include "browser/target/history.hpp"
#include "browser/target/identity.hpp"
#include "engine/tell.hpp"
#include "protocol/dom_storage.hpp"
#include "protocol/emulation.hpp"
#include "protocol/network.hpp"
#include "protocol/page.hpp"
#include "protocol/runtime.hpp"
#include "protocol/target.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace cdp {
namespace network = protocol::network;
namespace page = protocol::page;
namespace runtime = protocol::runtime;

std::shared_ptr<PageState> PageState::start(std::shared_ptr<BrowserState> browser,
                                            ClaimedTarget target, PageOptions options,
                                            const std::string& made_with, const std::string& url) {
  std::shared_ptr<PageState> state(
      new PageState(std::move(browser), std::move(target), std::move(options), url));
  state->is_empty_ = made_with == "about:blank";
  if (state->is_empty_) state->navigation_.begin_empty();
  state->begin();
  state->set_up();
  return state;
}

std::shared_ptr<PageState> PageState::start_again(const std::shared_ptr<PageState>& former,
                                                  PageOptions options, const std::string& url) {
  former->close_sent_ = true;  // the target is not its any more
  options.paced_frames = former->options_.paced_frames;
  const bool adds_watch = options.watches_timers && !former->options_.watches_timers;
  options.watches_timers |= former->options_.watches_timers;
  ClaimedTarget target{former->target_id_, former->session_};
  std::shared_ptr<PageState> state(
      new PageState(former->browser_, std::move(target), std::move(options), url));
  state->former_.emplace();
  state->url_changes_ = former->url_changes_;
  state->begin();
  if (adds_watch) state->add_document_script();
  state->begin_navigation(url);
  return state;
}

void PageState::begin() {
  if (Downloads* const downloads = browser_->downloads()) downloads->expect(target_id_);
  frames_ = std::make_shared<FrameTargets>(
      connection(), [page = weak_from_this()](const std::shared_ptr<SessionState>& frame) {
        if (const auto self = page.lock()) self->track_frame(frame);
      });
  if (options_.answer_limit.count() > 0) {
    heartbeat_ = std::make_shared<Heartbeat>(connection(), session_, target_id_,
                                             options_.answer_limit, options_.is_alone);
    heartbeat_->start();
  }
  if (options_.paced_frames) clock_place_ = browser_->frame_clock()->add(session_);
  listen();
}

PageState::PageState(std::shared_ptr<BrowserState> browser, ClaimedTarget target,
                     PageOptions options, const std::string& url)
    : browser_(std::move(browser)),
      target_id_(std::move(target.target_id)),
      session_(std::move(target.session)),
      options_(std::move(options)),
      policy_(browser_->connection(), session_, options_, url),
      dialogs_(browser_->connection(), session_),
      navigation_(target_id_),
      changed_(browser_->connection()->executor()) {}

PageState::~PageState() {
  close_soon();
  if (Downloads* const downloads = browser_->downloads()) downloads->forget(target_id_);
}

/// Hands an event to those of the page's models that know it.
template <class Event>
void PageState::track(const Event& event) {
  const auto now = NetworkTracker::Clock::now();
  tell(network_, event, now);
  tell(traces_, event, now);
  tell(nesting_, event, now);
  if constexpr (requires { watch(event); }) watch(event);
  if (heartbeat_) heartbeat_->note(event);
  if constexpr (requires { navigation_.on(event); }) {
    const int documents = navigation_.documents();
    navigation_.on(event);
    keep_document();
    if (navigation_.documents() == documents) return;
    bound_redirects();
    if (documents == 0) {
      arrived_at_ = now;
      note_arrival();
    }
    network_.restart(navigation_.loader_id(), now);
    rest_ = {};
    workers_.reset();
    nesting_.restart(target_id_, navigation_.document().url);
    policy_.admit_frames();
  }
}

/// From here on, what comes is of this page.
void PageState::note_arrival() {
  if (!former_) return;
  former_->interfered = traces_.uses_session_storage();
  traces_ = {};
}

void PageState::watch(const network::RequestWillBeSent& event) {
  bound_frames(event);
  if (!is_document_request(event, target_id_)) return;
  if (former_ && former_->first_loader.empty()) former_->first_loader = event.loader_id;
  if (!options_.on_document_request) return;
  document_request_ = event.request_id;
  options_.on_document_request(DocumentRequest::sent);
}

void PageState::watch(const page::NavigatedWithinDocument& event) {
  if (event.frame_id == target_id_) ++url_changes_;
}

/// A document that was stopped has ended, and nothing else tells of it.
void PageState::watch(const page::FrameStoppedLoading& event) {
  if (event.frame_id != target_id_ || !navigation_.has_document()) return;
  network_.on(network::LoadingFinished{navigation_.loader_id()}, NetworkTracker::Clock::now());
}

void PageState::watch(const network::ResponseReceived& event) {
  if (document_request_ != event.request_id || !options_.on_document_request) return;
  options_.on_document_request(DocumentRequest::answered);
}

template <protocol::Event E>
void PageState::feed() {
  const auto handler = [this](const E& event) {
    track(event);
    changed();
  };
  subscriptions_.push_back(subscribe<E>(*session_, handler));
}

/// Requests of a frame of another process count as the page's, too. The commands are sent before
/// the frame is told to run.
void PageState::track_frame(const std::shared_ptr<SessionState>& session) {
  const auto follow = [&]<class Event>(std::type_identity<Event>) {
    subscriptions_.push_back(
        subscribe<Event>(*session, [page = weak_from_this()](const Event& event) {
          const auto self = page.lock();
          if (!self) return;
          tell(self->network_, event, NetworkTracker::Clock::now());
          self->changed();
        }));
  };
  follow(std::type_identity<network::RequestWillBeSent>());
  follow(std::type_identity<network::ResponseReceived>());
  follow(std::type_identity<network::LoadingFinished>());
  follow(std::type_identity<network::LoadingFailed>());
  follow(std::type_identity<network::WebSocketCreated>());
  follow(std::type_identity<network::WebSocketClosed>());
  connection()->post(session, network::Enable{});
}

void PageState::changed() {
  ++changes_;
  changed_.notify_all();
}

void PageState::listen() {
  feed<network::RequestWillBeSent>();
  feed<network::ResponseReceived>();
  feed<network::LoadingFinished>();
  feed<network::LoadingFailed>();
  feed<network::WebSocketCreated>();
  feed<network::WebSocketClosed>();
  feed<page::FrameNavigated>();
  feed<page::NavigatedWithinDocument>();
  feed<page::LifecycleEvent>();
  feed<page::FrameStoppedLoading>();
  feed<page::FrameRequestedNavigation>();
  feed<page::FrameScheduledNavigation>();
  feed<page::FrameClearedScheduledNavigation>();
  feed<page::DownloadWillBegin>();
  subscriptions_.push_back(subscribe<page::JavascriptDialogOpening>(
      *session_, [this](const page::JavascriptDialogOpening& event) {
        // In company it might be another page's script that ends.
        if (dialogs_.note() && !is_in_company()) terminate_script();
        dialogs_.answer(event.type);
      }));
  subscriptions_.push_back(
      subscribe<page::WindowOpen>(*session_, [this](const page::WindowOpen& event) {
        if (popups_.size() < most_popups) popups_.push_back(event.url);
      }));
  subscriptions_.push_back(subscribe<protocol::inspector::TargetCrashed>(
      *session_, [this](const protocol::inspector::TargetCrashed&) {
        fail(Error(errc::page_crashed, "the page's process crashed"));
      }));
  feed<page::FrameAttached>();
  feed<page::FrameDetached>();
  if (options_.recyclable) feed<protocol::dom_storage::ItemAdded>();
  session_->on_closed([page = weak_from_this()](const Error&) {
    if (const auto self = page.lock()) self->changed();
  });
}

template <protocol::Command C>
void PageState::require(C command) {
  set_up_.push_back(browser_->connection()->send(session_, command));
}

void PageState::set_up() {
  const auto& connection = browser_->connection();
  require(page::Enable{});
  require(page::SetLifecycleEventsEnabled{});
  require(network::Enable{});
  // Whatever a service worker answers would hide the requests behind it, and depend on earlier
  // visits.
  connection->post(session_, network::SetBypassServiceWorker{});
  // Every page believes to be the one in front: hidden ones are drawn less often, and behave
  // differently.
  connection->post(session_, protocol::emulation::SetFocusEmulationEnabled{});
  add_document_script();
  if (options_.recyclable) connection->post(session_, protocol::dom_storage::Enable{});
  set_identity(*connection, session_, options_);
  policy_.enable();
  if (options_.attach_frames) frames_->attach(session_);
  require(runtime::RunIfWaitingForDebugger{});
  // A page that cannot be told to run stays paused for ever: nobody need wait for it.
  const auto& run = set_up_.back().answer;
  run->on_arrival = [page = weak_from_this(), answer = std::weak_ptr(run)] {
    const auto self = page.lock();
    if (!self) return;
    const auto reply = answer.lock();
    if (self->heartbeat_) self->heartbeat_->note_answered();
    if (reply->error && reply->error->code() == errc::protocol_error) self->fail(*reply->error);
  };
}

void PageState::add_document_script() {
  const std::string& script = document_script(options_.watches_timers);
  connection()->post(session_, page::AddScriptToEvaluateOnNewDocument{script});
}

Task<void> PageState::ready(Deadline deadline) {
  const auto self = shared_from_this();
  const auto answered = [](const SentCall& call) { return call.answer->arrived(); };
  if (!std::all_of(set_up_.begin(), set_up_.end(), answered) && !is_empty_)
    browser_->connection()->post(session_, page::StopLoading{});
  for (const SentCall& call : set_up_)
    co_await browser_->connection()->wait(call, deadline);
}

void PageState::begin_navigation(const std::string& url) {
  navigation_.begin();
  stays_ = false;
  policy_.open(url);
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
    self->changed();
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
    const auto reply =
        protocol::decode<page::Navigate::Result>(*answer.result, page::Navigate::method);
    if (former_) former_->loader = reply.loader_id.value_or("");
    navigation_.on(reply);
  } catch (const Error& error) {
    navigation_.refuse(error);
  }
}

Task<bool> PageState::make_way(std::string url, Deadline deadline) {
  const auto self = shared_from_this();
  if (!may_make_way(url)) co_return false;
  const World world = own_world();
  std::string request = make_way_expression(url);
  try {
    const nlohmann::json taken = co_await world.evaluate_with_console(std::move(request), deadline);
    if (!taken.is_string()) co_return false;
    auto here = taken.get<std::string>();
    const bool is_alone =
        co_await forget_history(connection(), session_, std::move(here), deadline);
    if (is_alone) co_return may_make_way(url);
  } catch (const Error&) {
    // Whatever the reason, the next page gets a target of its own.
  }
  co_return false;
}

/// Only pages of one origin can take each other's URLs; and going to a part of a document is not a
/// navigation.
bool PageState::may_make_way(const std::string& url) const {
  const bool is_clean = dialogs_.count() == 0 && url_changes_ < most_url_changes &&
                        popups_.empty() && !traces_.any() && !browser_->downloads();
  const bool is_near = origin_of(url) == origin_of(navigation_.document().url);
  return options_.recyclable && !session_->closed() && is_clean && is_near &&
         !policy_.holds_documents() && url.find('#') == std::string::npos;
}

bool PageState::is_untouched() const {
  if (!former_) return true;
  const bool is_ours = !former_->loader || *former_->loader == former_->first_loader;
  return is_ours && !former_->interfered;
}

Task<void> PageState::wait_for_document(WaitUntil until, Deadline deadline,
                                        std::chrono::milliseconds limit) {
  const auto self = shared_from_this();
  const auto over = [this, until] { return navigation_.is_over(until) || session_->closed(); };
  bool in_time = co_await changed_.until(over, deadline);
  if (in_time && !navigation_.fault() && navigation_.is_stopped_before(until)) {
    co_await let_script_end(deadline);
    in_time = co_await changed_.until(over, deadline);
  }
  if (navigation_.is_over(until)) {
    if (navigation_.fault()) throw *navigation_.fault();
    co_return;
  }
  if (!in_time) {
    throw Error(navigation_.has_document() ? errc::page_timeout : errc::nav_timeout,
                fmt::format("not done after {} ms: {}", limit.count(), navigation_.describe()));
  }
  throw *session_->closed();
}

/// A script that has stopped its page may navigate in its next statement. It has ended when the
/// page answers.
Task<void> PageState::let_script_end(Deadline deadline) {
  const auto self = shared_from_this();
  const World world = own_world();
  std::string nothing = "0";
  try {
    co_await world.read(std::move(nothing), deadline);
  } catch (const Error&) {
    // It has navigated, or does not answer: the wait that follows says so.
  }
}

Task<void> PageState::wait_for_change(Deadline deadline) {
  const auto self = shared_from_this();
  const unsigned seen = changes_;
  const auto changed_since = [this, seen] { return changes_ != seen || session_->closed(); };
  co_await changed_.until(changed_since, deadline);
  if (session_->closed()) throw *session_->closed();
}

Document PageState::document() const {
  Document document = navigation_.document();
  document.not_followed = navigation_.not_followed();
  document.arrived_at = arrived_at_;
  document.pending = network_.describe(NetworkTracker::Clock::now());
  for (const auto* more : {&rest_.awaited, &rest_.left_out})
    document.pending.insert(document.pending.end(), more->begin(), more->end());
  if (const std::size_t workers = workers_ ? workers_->living() : 0; workers > 0)
    document.pending.push_back(fmt::format("workers: {} (idle, not waited for)", workers));
  if (auto frames = nesting_.describe(); !frames.empty())
    document.pending.push_back(std::move(frames));
  if (navigation_.has_document() && navigation_.is_over(WaitUntil::load))
    document.ended_by = "load";
  return document;
}

Task<Download> PageState::download(std::size_t most_bytes, Deadline deadline) {
  const auto self = shared_from_this();
  Downloads* const downloads = browser_->downloads();
  if (downloads == nullptr)
    throw Error(errc::invalid_argument,
                "the browser refuses files: it was not launched with accept_downloads");
  co_return co_await downloads->wait(target_id_, most_bytes, deadline);
}

/// Frames of other processes are attached to by the same command, which has one filter.
bool PageState::workers_rest() {
  if (!workers_ && network_.starts_worker() && !options_.attach_frames) {
    workers_ = std::make_shared<WorkerWatch>(
        connection(), [page = weak_from_this()](const std::string& worker) {
          const auto self = page.lock();
          if (!self) return;
          self->network_.know_worker(worker, NetworkTracker::Clock::now());
          self->changed();
        });
    workers_->attach(session_);
  }
  if (!workers_) return true;
  const bool rested = workers_->are_idle();
  workers_->ask();
  return rested;
}

void PageState::terminate_script() {
  browser_->connection()->post(session_, runtime::TerminateExecution{});
}

void PageState::stop_loading() {
  stays_ = true;
  keep_document();
}

/// A page that has navigated too often keeps the document that it got to. The one after that may be
/// there before it could be stopped, and would be stopped half made: so it is refused, and the
/// browser asks for documents from the one before on.
void PageState::bound_redirects() {
  if (navigation_.documents() < Navigation::most_client_redirects) return;
  policy_.hold_documents();
  if (navigation_.documents() > Navigation::most_client_redirects)
    policy_.refuse_documents(target_id_);
}

/// Frames that hold frames that hold frames keep the browser's own process from all other pages,
/// and their own from being read.
void PageState::bound_frames(const network::RequestWillBeSent& event) {
  const bool is_begun = event.type == "Document" && !event.redirect_response;
  if (!is_begun || !event.frame_id || event.frame_id == target_id_) return;
  if (nesting_.load(*event.frame_id, event.request.url)) policy_.refuse_frames(target_id_);
}

/// A page that is being read keeps the document that it has.
void PageState::keep_document() {
  if (!navigation_.is_leaving() || !stays_) return;
  navigation_.give_up_next();
  connection()->post(session_, page::StopLoading{});
}

Task<World> PageState::isolated_world(Deadline deadline) {
  const auto self = shared_from_this();
  const int documents = navigation_.documents();
  if (isolated_world_ && isolated_world_->documents == documents) co_return isolated_world_->world;
  std::string frame = target_id_;
  World world = co_await World::isolated(connection(), session_, std::move(frame), deadline);
  isolated_world_.emplace(DocumentWorld{documents, world});
  co_return world;
}

Task<std::shared_ptr<FrameTargets>> PageState::frames(Deadline deadline) {
  const auto self = shared_from_this();
  frames_->attach(session_);
  co_await frames_->settled(deadline);
  co_return frames_;
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

Task<bool> PageState::close(Deadline deadline) {
  const auto self = shared_from_this();
  close_soon();
  const auto gone = [this] { return session_->closed().has_value(); };
  co_return co_await changed_.until(gone, deadline);
}

void PageState::fail(const Error& cause) {
  browser_->connection()->close_session(session_->id(), cause);
}

}  // namespace cdp
