#include "browser/target/target_registry.hpp"

#include "base/log.hpp"
#include "protocol/runtime.hpp"

#include <algorithm>
#include <utility>

namespace cdp {
namespace target = protocol::target;

namespace {

/// Chromium parses URLs last: what it cannot make a page of was none, whatever it calls that.
Error explain_refusal(const Error& refusal) {
  const bool no_page = std::string_view(refusal.what()).find("Failed to create web contents") !=
                       std::string_view::npos;
  return no_page ? Error(errc::invalid_url, "Chromium cannot open this URL") : refusal;
}

}  // namespace

TargetRegistry::TargetRegistry(std::shared_ptr<Connection> connection, Scope scope, Log log)
    : connection_(std::move(connection)),
      scope_(scope),
      log_(std::move(log)),
      claimed_(std::make_shared<std::unordered_set<std::string>>()),
      settled_(std::make_shared<Notifier>(connection_->executor())) {
  const auto handler = [this](const target::AttachedToTarget& event) { on_attached(event); };
  subscription_ = subscribe<target::AttachedToTarget>(*connection_->root(), handler);
  connection_->root()->on_closed([settled = std::weak_ptr(settled_)](const Error&) {
    if (const auto alive = settled.lock()) alive->notify_all();
  });
}

SentCall TargetRegistry::enable() {
  target::SetAutoAttach command;
  command.wait_for_debugger_on_start = true;
  // Pages only: workers would be paused too, and each would cost messages for nothing.
  command.filter = {{"page", std::nullopt}, {std::nullopt, true}};
  return connection_->send(connection_->root(), command);
}

Task<ClaimedTarget> TargetRegistry::create(target::CreateTarget command, Deadline deadline) {
  const auto creation = std::make_shared<Creation>();
  const SentCall call = connection_->send(connection_->root(), command);
  if (call.answer->error) throw *call.answer->error;
  ++replies_to_come_;
  // Settled while the reply is being routed, so that the order of the wire is the order of our
  // state.
  call.answer->on_arrival = [this, creation, answer = std::weak_ptr(call.answer)] {
    on_reply(creation, *answer.lock());
  };
  // Left by a timeout, or by being cancelled or destroyed.
  struct Waiting {
    TargetRegistry& registry;
    Creation& creation;
    bool done = false;
    ~Waiting() {
      if (!done) registry.abandon(creation);
    }
  };
  Waiting waiting{*this, *creation};
  const auto root = connection_->root();
  const auto settled = [&] { return creation->settled() || root->closed(); };
  const bool in_time = co_await settled_->until(settled, deadline);
  if (!in_time)
    throw Error(errc::protocol_timeout, "Target.createTarget: the browser made no page in time");
  waiting.done = true;
  if (creation->error) throw *creation->error;
  if (!creation->session) throw *root->closed();
  co_return ClaimedTarget{creation->target_id, creation->session};
}

/// Nobody waits for the page any more. It is closed when it comes; at once when its name is known,
/// for we may never be attached to it.
void TargetRegistry::abandon(Creation& creation) {
  creation.abandoned = true;
  if (creation.target_id.empty()) return;
  expected_.erase(creation.target_id);
  connection_->post(connection_->root(), target::CloseTarget{creation.target_id});
}

void TargetRegistry::on_reply(const std::shared_ptr<Creation>& creation, const Answer& answer) {
  --replies_to_come_;
  try {
    take_reply(creation, answer);
  } catch (const Error& error) {
    creation->error = error;
  }
  let_go_of_unasked();
  settled_->notify_all();
}

void TargetRegistry::take_reply(const std::shared_ptr<Creation>& creation, const Answer& answer) {
  if (answer.error) throw explain_refusal(*answer.error);
  using Command = target::CreateTarget;
  creation->target_id =
      protocol::decode<Command::Result>(*answer.result, Command::method).target_id;
  const auto page = unclaimed_.extract(creation->target_id);
  if (!page.empty()) return claim(*creation, page.mapped().event);
  if (creation->abandoned) return abandon(*creation);
  expected_.emplace(creation->target_id, creation);
}

void TargetRegistry::on_attached(const target::AttachedToTarget& event) {
  const target::TargetInfo& info = event.target_info;
  if (const auto creation = expected_.extract(info.target_id); !creation.empty()) {
    claim(*creation.mapped(), event);
    settled_->notify_all();
    return;
  }
  if (claimed_->contains(info.target_id)) return;
  const bool is_popup = info.opener_id.has_value();
  if (is_popup || is_foreign(info) || replies_to_come_ == 0) return let_go(event);
  unclaimed_.emplace(info.target_id, Unclaimed{event, replies_to_come_});
}

void TargetRegistry::claim(Creation& creation, const target::AttachedToTarget& event) {
  if (creation.abandoned) return let_go(event);
  creation.session = connection_->find_session(event.session_id);
  if (!creation.session) {
    creation.error.emplace(errc::page_crashed, "the page ended as soon as it was made");
    return;
  }
  const std::string& id = event.target_info.target_id;
  claimed_->insert(id);
  creation.session->on_closed([claimed = claimed_, id](const Error&) { claimed->erase(id); });
}

/// One more reply has come: pages that have outlasted all the replies they could belong to go.
void TargetRegistry::let_go_of_unasked() {
  std::vector<target::AttachedToTarget> unasked;
  for (auto& [id, page] : unclaimed_) {
    if (--page.replies_to_come <= 0) unasked.push_back(page.event);
  }
  for (const target::AttachedToTarget& event : unasked) {
    unclaimed_.erase(event.target_info.target_id);
    let_go(event);
  }
}

void TargetRegistry::let_go(const target::AttachedToTarget& event) {
  const auto session = connection_->find_session(event.session_id);
  if (is_foreign(event.target_info)) {
    if (session) connection_->post(session, protocol::runtime::RunIfWaitingForDebugger{});
    connection_->post(connection_->root(), target::DetachFromTarget{event.session_id});
    return;
  }
  write_log(log_, LogLevel::debug, "closing a page nobody asked for: {}", event.target_info.url);
  // A popup shares its thread with its opener: closed while it is paused, it would keep the opener
  // in window.open() for ever.
  if (session && event.target_info.can_access_opener.value_or(false))
    connection_->post(session, protocol::runtime::RunIfWaitingForDebugger{});
  connection_->post(connection_->root(), target::CloseTarget{event.target_info.target_id});
}

bool TargetRegistry::is_foreign(const target::TargetInfo& info) const {
  if (scope_ == Scope::whole_browser) return false;
  const std::string context = info.browser_context_id.value_or("");
  return std::find(contexts_.begin(), contexts_.end(), context) == contexts_.end();
}

}  // namespace cdp
