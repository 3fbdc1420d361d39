// Messages on a pipe: JSON texts that each end with a NUL byte (`--remote-debugging-pipe`).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// Cuts a stream of bytes into messages. No I/O.
class NulFraming {
 public:
  void append(std::string_view bytes) { buffer_.append(bytes); }

  /// The next whole message, without its NUL; nothing until all of it has arrived.
  std::optional<std::string> next();

  std::size_t buffered() const { return buffer_.size() - start_; }

 private:
  void drop_consumed();

  std::string buffer_;
  std::size_t start_ = 0;    ///< Where the first message not yet taken begins.
  std::size_t scanned_ = 0;  ///< Up to here no NUL was found: large messages are searched once.
};

}  // namespace cdp
