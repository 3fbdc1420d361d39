// A connection to no browser: a script in the test answers.
#pragma once

#include "base/async/notifier.hpp"
#include "rpc/envelope.hpp"
#include <cdp/task.hpp>
#include <cdp/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp::test {

/// A command as the browser gets it.
struct Command {
  CallId id = 0;
  std::string method;
  std::string session;  ///< empty: the browser's own
  nlohmann::json params;
};

/// The browser's end of a connection. The test holds it; the driver gets `transport()`. What is
/// sent here arrives in order, one message at each turn of the loop; commands are shown to
/// `on_command` the moment they are written. One loop.
class ScriptedWire : public std::enable_shared_from_this<ScriptedWire> {
 public:
  explicit ScriptedWire(const boost::asio::any_io_executor& executor);

  /// The driver's end. Once only.
  std::unique_ptr<Transport> transport();

  /// What happens to each command; empty: it stays unanswered.
  std::function<void(const Command&)> on_command;

  void reply(const Command& command, nlohmann::json result = nlohmann::json::object());
  void refuse(const Command& command, const std::string& message, int code = -32000);
  void event(const std::string& method, nlohmann::json params, const std::string& session = "");

  /// Any text, whole messages or not.
  void send(std::string text);

  /// Ends the connection, after what was sent before. @param how what the driver's `read` throws
  void end(std::string how);

  /// From now on, writing fails; reading goes on. @param how what the driver's `write` throws
  void break_writing(std::string how) { write_fault_ = std::move(how); }

  /// Everything the driver has written so far.
  const std::vector<Command>& commands() const { return commands_; }
  std::size_t count(std::string_view method) const;

  /// Waits until a method has been asked for that often, and returns that command.
  /// @throws std::runtime_error when it takes too long
  Task<Command> asked(const char* method, std::size_t times = 1);

  /// Returns when the driver has taken in all that was sent.
  Task<void> delivered();

  /// Whether the driver has closed its end.
  bool closed() const { return closed_; }

 private:
  class End;

  std::vector<Command> commands_;
  std::deque<std::string> to_driver_;
  std::optional<std::string> ended_;
  std::optional<std::string> write_fault_;
  bool closed_ = false;
  std::size_t sent_ = 0;      ///< messages given to us for the driver
  std::size_t taken_in_ = 0;  ///< of these, read and handled: the driver asks for the next one
  Notifier changed_;
};

/// Waits for anything in a test, so that one that fails does not wait for ever.
constexpr std::chrono::seconds patience{20};

}  // namespace cdp::test
