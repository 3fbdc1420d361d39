#include "transport/nul_framing.hpp"

namespace cdp {

std::optional<std::string> NulFraming::next() {
  const std::size_t end = buffer_.find('\0', scanned_);
  if (end == std::string::npos) {
    drop_consumed();
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  std::string message = buffer_.substr(start_, end - start_);
  start_ = scanned_ = end + 1;
  return message;
}

void NulFraming::drop_consumed() {
  buffer_.erase(0, start_);
  start_ = 0;
  constexpr std::size_t usual = 1 << 20;
  if (buffer_.empty() && buffer_.capacity() > usual) buffer_.shrink_to_fit();
}

}  // namespace cdp
