#include "browser/target/frame_targets.hpp"

#include "protocol/runtime.hpp"
#include "protocol/target.hpp"
#include <cdp/error.hpp>

#include <optional>
#include <utility>

namespace cdp {

namespace target = protocol::target;

void FrameTargets::attach(const SessionPtr& session) {
  if (!page_) {
    page_ = session;
  } else if (session == page_) {
    return;
  }
  subscriptions_.push_back(subscribe<target::AttachedToTarget>(
      *session, [weak = weak_from_this()](const target::AttachedToTarget& event) {
        if (const auto self = weak.lock())
          self->take(event.session_id, event.target_info.target_id);
      }));
  target::SetAutoAttach command;
  command.wait_for_debugger_on_start = true;
  command.filter = {{"iframe", std::nullopt}, {std::nullopt, true}};
  attaching_.push_back(connection_->send(session, command));
}

void FrameTargets::take(const std::string& session_id, const std::string& frame_id) {
  const SessionPtr session = connection_->find_session(session_id);
  if (!session) return;
  sessions_.insert_or_assign(frame_id, session);
  found_(session);
  attach(session);
  connection_->post(session, protocol::runtime::RunIfWaitingForDebugger{});
}

Task<void> FrameTargets::settled(Deadline deadline) {
  const auto self = shared_from_this();
  while (!attaching_.empty()) {
    if (has_passed(deadline)) throw Error(errc::protocol_timeout, "the page keeps creating frames");
    SentCall call = std::move(attaching_.back());
    attaching_.pop_back();
    try {
      co_await connection_->wait(std::move(call), deadline);
    } catch (const Error& error) {
      // The deadline and the page's end are everybody's; a frame's end is its own.
      if (error.code() == errc::protocol_timeout || page_->closed()) throw;
    }
  }
}

FrameTargets::SessionPtr FrameTargets::find(const std::string& frame_id) const {
  const auto found = sessions_.find(frame_id);
  return found == sessions_.end() || found->second->closed() ? nullptr : found->second;
}

}  // namespace cdp
