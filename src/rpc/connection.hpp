// One connection to a browser: commands out, replies and events in.
#pragma once

#include "base/async/deadline.hpp"
#include "base/async/notifier.hpp"
#include "protocol/codec.hpp"
#include "rpc/event_router.hpp"
#include "rpc/pending_calls.hpp"
#include <cdp/error.hpp>
#include <cdp/log.hpp>
#include <cdp/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace cdp {

/// How long a command may take when nothing shorter was asked for.
constexpr std::chrono::seconds usual_command_timeout{30};

/// One session of a connection: its events, and why it ended. Sessions are opened while the
/// browser's `attachedToTarget` is being routed, so no later message can meet an unknown session.
class SessionState {
 public:
  SessionState(std::string id, std::shared_ptr<WantedEvents> wanted)
      : id_(std::move(id)), events_(std::move(wanted)) {}

  const std::string& id() const { return id_; }
  EventRouter& events() { return events_; }

  /// Why no more commands can be sent; nothing while it is open. The first cause stays.
  const std::optional<Error>& closed() const { return closed_; }
  void close(const Error& cause);

  /// Called once when the session closes, or at once when it has.
  void on_closed(std::function<void(const Error&)> handler);

 private:
  std::string id_;
  EventRouter events_;
  std::optional<Error> closed_;
  std::vector<std::function<void(const Error&)>> on_closed_;
};

/// A command that was sent. Await its answer with `Connection::wait`, or drop it: a late answer is
/// swallowed.
struct SentCall {
  CallId id = 0;
  std::string method;
  std::shared_ptr<Answer> answer;
};

/// Keeps one reader and one writer coroutine on a transport until it ends. Routing is synchronous:
/// when a message has been handled, all state reflects it, and only then do waiting coroutines
/// resume. Ends once, with the first cause: then everything pending fails, and all sessions close,
/// with that cause.
///
/// Used on one event loop. The two coroutines hold it; `close` lets them, and so it, go.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  static std::shared_ptr<Connection> open(const boost::asio::any_io_executor& executor,
                                          std::unique_ptr<Transport> transport, Log log);

  ~Connection();

  /// Asked once, when the transport has failed, for a better cause than the transport's: a process
  /// that has just died explains more than the end of its socket.
  using Explain = std::function<Task<Error>(Error)>;
  void explain_loss_with(Explain explain) { explain_ = std::move(explain); }

  /// The browser's own session.
  const std::shared_ptr<SessionState>& root() const { return root_; }

  /// The session of that id; null when it never was or has ended.
  std::shared_ptr<SessionState> find_session(const std::string& id) const;

  /// Queues a command. Fails through its answer, at once when the session has closed.
  SentCall send(const std::shared_ptr<SessionState>& session, std::string method,
                const nlohmann::json& params);

  /// Queues a command whose answer nobody needs; a refusal is logged at debug level.
  void post(const std::shared_ptr<SessionState>& session, std::string method,
            const nlohmann::json& params);

  /// The result of a command. @throws Error as `Session::call` does
  Task<nlohmann::json> wait(SentCall call, Deadline deadline);

  template <protocol::Command C>
  SentCall send(const std::shared_ptr<SessionState>& session, const C& command) {
    return send(session, std::string(C::method), protocol::encode(command));
  }

  template <protocol::Command C>
  void post(const std::shared_ptr<SessionState>& session, const C& command) {
    post(session, std::string(C::method), protocol::encode(command));
  }

  template <protocol::Command C>
  Task<typename C::Result> call(std::shared_ptr<SessionState> session, C command,
                                Deadline deadline) {
    SentCall sent = send(session, command);
    nlohmann::json result = co_await wait(std::move(sent), deadline);
    co_return protocol::decode<typename C::Result>(result, C::method);
  }

  /// Ends the connection. The first cause counts.
  void close(const Error& cause);

  /// Everything pending fails with the cause now, and no more commands are taken. What was sent
  /// still goes out, and the transport stays until `close`: for a browser that was asked to end,
  /// whose end is then no fault of its own.
  void retire(const Error& cause);

  /// Ends one session for a reason that its end on the wire would not tell, such as a crash.
  void close_session(const std::string& id, const Error& cause);

  boost::asio::any_io_executor executor() const { return writable_.executor(); }
  const Log& log() const { return log_; }

  std::size_t pending() const { return calls_.size(); }
  std::size_t sessions() const { return sessions_.size(); }

 private:
  Connection(const boost::asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
             Log log);

  Task<void> read_loop();
  Task<void> write_loop();
  void receive(std::string text);
  void route(Incoming message);
  void route_event(std::string_view event, const std::string& session_id,
                   const EventParams& params);
  void log_traffic(char direction, std::string_view text) const;

  std::unique_ptr<Transport> transport_;
  Log log_;
  PendingCalls calls_;
  std::shared_ptr<WantedEvents> wanted_;
  std::shared_ptr<SessionState> root_;
  const RouteEvent route_event_;
  /// session id → session, from attachedToTarget to detachedFromTarget. The root is not in it.
  std::unordered_map<std::string, std::shared_ptr<SessionState>> sessions_;
  std::deque<std::string> outgoing_;
  bool down_ = false;  ///< `close` was called: the transport is of no use any more
  Explain explain_;
  std::optional<Error>
      write_fault_;    ///< why the writer gave up; the reader ends the connection with it
  Notifier writable_;  ///< notified when `outgoing_` has grown or the connection has closed
};

/// Subscribes to an event by its type. The handler must not throw; params that cannot be read are
/// logged by the caller of `dispatch` and skip the handler.
template <protocol::Event E>
Subscription subscribe(SessionState& session, std::function<void(const E&)> handler) {
  return session.events().on<E>(std::move(handler));
}

}  // namespace cdp
