#include "transport/frame_inbox.hpp"

#include <algorithm>
#include <limits>

namespace cdp {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";

std::uint64_t number(std::string_view big_endian) {
  std::uint64_t value = 0;
  for (const char byte : big_endian)
    value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

void FrameInbox::append(std::string_view bytes) {
  buffer_.erase(0, start_);
  start_ = 0;
  buffer_.append(bytes);
}

/// The frame that begins here; nothing while its header is incomplete.
std::optional<FrameInbox::Frame> FrameInbox::next_frame() const {
  const std::string_view frame = rest();
  if (frame.size() < 2) return std::nullopt;
  const bool is_masked = (frame[1] & 0x80) != 0;
  const auto length = static_cast<unsigned char>(frame[1] & 0x7f);
  const std::size_t extended = length == 127 ? 8 : length == 126 ? 2 : 0;
  const std::size_t header = 2 + extended + (is_masked ? 4 : 0);
  if (frame.size() < header) return std::nullopt;
  // The first bit of a length is 0 (section 5.2). Whoever reads the frame will refuse another.
  constexpr std::uint64_t longest = std::numeric_limits<std::int64_t>::max();
  return Frame{header,
               extended > 0 ? std::min(number(frame.substr(2, extended)), longest) : length};
}

std::optional<std::string_view> FrameInbox::peek_message() const {
  if (!is_framed_ || frame_left_ > 0) return std::nullopt;
  const std::string_view bytes = rest();
  const std::optional<Frame> frame = next_frame();
  if (!frame || bytes.size() - frame->header < frame->payload) return std::nullopt;
  // Servers do not mask (section 5.1). One that does, or uses a reserved bit, is left to those who
  // judge it.
  constexpr int final_text = 0x81;
  constexpr int mask = 0x80;
  const bool is_message =
      static_cast<unsigned char>(bytes[0]) == final_text && (bytes[1] & mask) == 0;
  if (!is_message) return std::nullopt;
  return bytes.substr(frame->header, frame->payload);
}

void FrameInbox::skip_message() {
  start_ += next_frame()->size();
}

std::size_t FrameInbox::available() const {
  const std::string_view bytes = rest();
  if (!is_framed_) {
    const std::size_t head = bytes.find(end_of_head);
    return head == bytes.npos ? bytes.size() : head + end_of_head.size();
  }
  const std::uint64_t left = frame_left_ > 0 ? frame_left_ : next_frame().value_or(Frame{}).size();
  return static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()));
}

std::size_t FrameInbox::take(char* to, std::size_t size) {
  const std::size_t count = std::min(size, available());
  if (count == 0) return 0;
  if (is_framed_) {
    if (frame_left_ == 0) frame_left_ = next_frame()->size();
    frame_left_ -= count;
  }
  rest().copy(to, count);
  start_ += count;
  return count;
}

}  // namespace cdp
