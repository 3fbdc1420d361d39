// The commands that wait for their answer.
#pragma once

#include "rpc/envelope.hpp"
#include <cdp/error.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace cdp {

/// Where an answer is put. Shared between the table and the caller: whichever goes first leaves the
/// other a valid place.
struct Answer {
  std::optional<nlohmann::json> result;
  std::optional<Error> error;
  std::function<void()> on_arrival;  ///< called once, after one of the above is set; may be empty

  bool arrived() const { return result || error; }
};

/// All commands of one connection that were sent and not answered. Ids are unique over all its
/// sessions, for answers of sessions that have ended come without a session id. No I/O.
class PendingCalls {
 public:
  /// @param answer null when nobody wants to know
  CallId add(std::string method, std::string session_id, std::shared_ptr<Answer> answer);

  /// Takes a reply to its caller. A caller that has given up, and an id that was never given out,
  /// are not a fault: the reply is dropped.
  /// @return the method that was answered; empty when nothing waits under that id
  std::string resolve(Incoming reply);

  /// Ends one call with an error, if it still waits.
  void fail(CallId id, const Error& cause);

  /// Ends all calls of a session, and of the whole connection. What has its answer keeps it.
  void fail_session(const std::string& session_id, const Error& cause);
  void fail_all(const Error& cause);

  std::size_t size() const { return calls_.size(); }

 private:
  /// id → command, from the moment it is queued until its answer, or the end of its session.
  struct Call {
    std::string method;
    std::string session_id;
    std::shared_ptr<Answer> answer;
  };

  static void settle(const Call& call, const Error& cause);

  CallId last_id_ = 0;
  std::unordered_map<CallId, Call> calls_;
};

}  // namespace cdp
