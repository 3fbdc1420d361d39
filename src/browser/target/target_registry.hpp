// Which page targets are ours.
#pragma once

#include "protocol/target.hpp"
#include "rpc/connection.hpp"
#include <cdp/error.hpp>
#include <cdp/log.hpp>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cdp {

/// A page target we asked for, attached and paused before its first request.
struct ClaimedTarget {
  std::string target_id;
  std::shared_ptr<SessionState> session;
};

/// Tells the pages we asked for from the others that a browser opens. The browser is set to attach
/// us to every new page target and to pause it (Target.setAutoAttach). The `attachedToTarget` of a
/// page that we asked for comes before the reply of its createTarget; so a page that no reply has
/// claimed, once all the commands in progress when it came have been answered, is not ours. Legal
/// orders:
///
///   ours       createTarget sent, attachedToTarget, createTarget answered → claimed
///   ours late  createTarget answered, attachedToTarget (not seen in Chromium) → claimed by its id
///   again      attachedToTarget of a page that was claimed (a raw Target.attachToTarget) → no
///              business of ours
///   popup      attachedToTarget with an opener, at any time → closed unasked
///   unasked    attachedToTarget, all earlier createTarget answered → closed, or left alone
///
/// Nothing stays paused: what is not ours is closed, or resumed and let go. Code outside of this
/// class does not use Target.attachedToTarget of the browser's session. One loop; no I/O but
/// commands.
class TargetRegistry {
 public:
  /// In whose browser we are.
  enum class Scope {
    whole_browser,  ///< we started it: pages that are not ours are popups, and are closed
    own_contexts  ///< we connected to it: pages outside of our browser contexts are other people's
  };

  TargetRegistry(std::shared_ptr<Connection> connection, Scope scope, Log log);

  /// Makes the browser attach us to new pages. The sent command is to be waited for.
  SentCall enable();

  /// A browser context of ours.
  void add_context(const std::string& id) { contexts_.push_back(id); }

  /// Creates a page target and waits until we are attached to it.
  Task<ClaimedTarget> create(protocol::target::CreateTarget command, Deadline deadline);

 private:
  /// A createTarget command in progress.
  struct Creation {
    std::string target_id;
    std::shared_ptr<SessionState> session;
    std::optional<Error> error;
    bool abandoned = false;  ///< nobody waits any more: a page that still comes is closed

    bool settled() const { return session || error; }
  };

  struct Unclaimed {
    protocol::target::AttachedToTarget event;
    int replies_to_come;  ///< of the createTarget commands that were under way when it was attached
  };

  void on_attached(const protocol::target::AttachedToTarget& event);
  void abandon(Creation& creation);
  void on_reply(const std::shared_ptr<Creation>& creation, const Answer& answer);
  void take_reply(const std::shared_ptr<Creation>& creation, const Answer& answer);
  void claim(Creation& creation, const protocol::target::AttachedToTarget& event);
  void let_go_of_unasked();
  void let_go(const protocol::target::AttachedToTarget& event);
  bool is_foreign(const protocol::target::TargetInfo& info) const;

  std::shared_ptr<Connection> connection_;
  Scope scope_;
  Log log_;
  std::vector<std::string> contexts_;
  int replies_to_come_ = 0;
  /// target id → page that was attached and that no reply has claimed yet.
  std::unordered_map<std::string, Unclaimed> unclaimed_;
  /// target id → creation whose reply came before its page.
  std::unordered_map<std::string, std::shared_ptr<Creation>> expected_;
  /// target id → page that was claimed, until its session ends. Shared with its session.
  std::shared_ptr<std::unordered_set<std::string>> claimed_;
  /// Notified when a creation has settled, or the connection has ended. Shared with the session.
  std::shared_ptr<Notifier> settled_;
  Subscription subscription_;
};

}  // namespace cdp
