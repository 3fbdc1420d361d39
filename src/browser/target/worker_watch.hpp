// Whether the workers of a page are at work.
#pragma once

#include "base/async/deadline.hpp"
#include "rpc/connection.hpp"
#include <cdp/task.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cdp {

/// Attaches to the dedicated workers of a page, and asks them something: one that computes does not
/// answer before it has done so, nor before it has taken the messages that were there first.
class WorkerWatch : public std::enable_shared_from_this<WorkerWatch> {
 public:
  /// @param found called with the target's id of each worker that is there
  WorkerWatch(std::shared_ptr<Connection> connection, std::function<void(const std::string&)> found)
      : connection_(std::move(connection)), found_(std::move(found)) {}

  /// From here on, the workers of a page are known. Once is enough.
  void attach(const std::shared_ptr<SessionState>& page);

  /// Asks those that owe no answer.
  void ask();

  /// Whether none owes one.
  bool are_idle() const;

  /// How many there are: what they do later, by timers of their own, cannot be seen from here.
  std::size_t living() const;

 private:
  struct Worker {
    std::shared_ptr<SessionState> session;
    std::shared_ptr<Answer> answer;  ///< to the newest question
  };

  std::shared_ptr<Connection> connection_;
  std::function<void(const std::string&)> found_;
  std::vector<Worker> workers_;  ///< from their attaching on
  std::vector<Subscription> subscriptions_;
};

}  // namespace cdp
