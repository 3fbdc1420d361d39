// How messages reach a browser. Implement it to bring your own, such as a recorded or a remote one.
#pragma once

#include <cdp/task.hpp>

#include <string>
#include <string_view>

namespace cdp {

/// Moves whole CDP messages (JSON text in UTF-8) between the driver and a browser. Used from one
/// event loop by one reader and one writer: at most one `read` and one `write` are in progress at a
/// time.
class Transport {
 public:
  virtual ~Transport() = default;

  /// The next message. @throws Error browser_crashed when the connection has ended, saying how
  virtual Task<std::string> read() = 0;

  /// Sends a message.
  /// @param message stays valid until the write has ended
  /// @throws Error browser_crashed when the connection has ended
  virtual Task<void> write(std::string_view message) = 0;

  /// Ends the connection at once: a pending `read` or `write` throws. May be called again.
  virtual void close() noexcept = 0;

  /// What it is connected to, for error texts.
  virtual std::string description() const = 0;
};

}  // namespace cdp
