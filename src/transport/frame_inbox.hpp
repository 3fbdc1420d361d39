// What has arrived on a WebSocket, cut where its frames end (RFC 6455, section 5.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// Holds bytes that were read ahead, and knows where the messages among them end. No I/O.
///
/// Whoever takes bytes never gets some of two frames at once: so this knows, each time a frame is
/// taken to its end, that the next byte is a frame's first.
class FrameInbox {
 public:
  void append(std::string_view bytes);

  /// The answer to the HTTP upgrade is over: what comes now, and what has come behind it, are
  /// frames.
  void begin_frames() { is_framed_ = true; }

  bool empty() const { return start_ == buffer_.size(); }

  /// Whether take() would give something. A frame gives nothing before its header is complete.
  bool can_take() const { return available() > 0; }

  /// The text of the next frame, when that is a message by itself and all of it is here. Valid
  /// until bytes come or are taken.
  std::optional<std::string_view> peek_message() const;

  /// Takes that frame. Only after `peek_message` has found it.
  void skip_message();

  /// Copies at most `size` bytes to `to`. @returns how many
  std::size_t take(char* to, std::size_t size);

 private:
  /// How long the parts of a frame are.
  struct Frame {
    std::uint64_t header = 0;
    std::uint64_t payload = 0;
    std::uint64_t size() const { return header + payload; }
  };

  std::string_view rest() const { return std::string_view(buffer_).substr(start_); }
  std::optional<Frame> next_frame() const;
  std::size_t available() const;

  bool is_framed_ = false;
  std::string buffer_;
  std::size_t start_ = 0;         ///< of what was not yet taken
  std::uint64_t frame_left_ = 0;  ///< not yet taken of a frame that was begun
};

}  // namespace cdp
