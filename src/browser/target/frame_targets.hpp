// Frames that live in other processes than their page.
#pragma once

#include "base/async/deadline.hpp"
#include "rpc/connection.hpp"
#include <cdp/task.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cdp {

/// Frames of another site are targets of their own (site isolation), each with a session. Attaches
/// to those of one page, and to the frames in them, as they come: they wait until we know them.
class FrameTargets : public std::enable_shared_from_this<FrameTargets> {
 public:
  using SessionPtr = std::shared_ptr<SessionState>;

  /// @param found called with the session of each frame before it runs
  FrameTargets(std::shared_ptr<Connection> connection, std::function<void(SessionPtr)> found)
      : connection_(std::move(connection)), found_(std::move(found)) {}

  /// Begins with the frames below a target. Once is enough.
  void attach(const SessionPtr& session);

  /// Returns when all the frames that are there have been attached to.
  /// @throws Error protocol_timeout; the page's own end
  Task<void> settled(Deadline deadline);

  /// The session of a frame; null for one in its page's own process, and for one that has gone.
  SessionPtr find(const std::string& frame_id) const;

 private:
  void take(const std::string& session_id, const std::string& frame_id);

  std::shared_ptr<Connection> connection_;
  std::function<void(SessionPtr)> found_;
  SessionPtr page_;                             ///< the session it began with
  std::map<std::string, SessionPtr> sessions_;  ///< frame id → session, from its attaching on
  std::vector<SentCall> attaching_;             ///< not waited for yet
  std::vector<Subscription> subscriptions_;
};

}  // namespace cdp
