// The protocol as it is, for whatever this library does not wrap.
#pragma once

#include <cdp/task.hpp>

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace cdp {

class Connection;
class SessionState;

/// Ends an event subscription when it goes away. Movable; may outlive the session.
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
  Subscription(Subscription&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
  Subscription& operator=(Subscription&& other) noexcept {
    if (this != &other) {
      reset();
      end_ = std::exchange(other.end_, nullptr);
    }
    return *this;
  }
  ~Subscription() { reset(); }

  /// Ends the subscription now.
  void reset() {
    if (const std::function<void()> end = std::exchange(end_, nullptr)) end();
  }

 private:
  std::function<void()> end_;
};

/// A CDP session: one target's commands and events, or the browser's own. A cheap handle; copies
/// mean the same session. Used on the event loop that its browser was launched on.
class Session {
 public:
  Session(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> state);

  /// Sends a command and waits for its result.
  /// @param method  such as `Page.printToPDF`
  /// @param params  an object as the protocol's pages describe it
  /// @return the command's result object
  /// @throws Error protocol_error when the browser refuses, protocol_timeout after 30 s without an
  /// answer,
  ///         page_crashed or browser_crashed when the session ends first
  Task<nlohmann::json> call(std::string method, nlohmann::json params);

  /// As above. @param timeout how long to wait for the answer
  Task<nlohmann::json> call(std::string method, nlohmann::json params,
                            std::chrono::milliseconds timeout);

  /// Calls `handler` with the params of every event of that name, in the order of the wire, until
  /// the subscription ends. The handler runs on the receive path: it must not block, wait, or
  /// throw. Most events come only after their domain's `enable` command.
  Subscription on(const std::string& event, std::function<void(const nlohmann::json&)> handler);

  bool is_open() const;

 private:
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<SessionState> state_;
};

}  // namespace cdp
