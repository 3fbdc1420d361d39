#include "base/text/utf8.hpp"

#include <simdjson.h>

namespace cdp {
namespace {

/// How many bytes the code point has that begins with this one; 0 for a byte that begins none.
std::size_t length_of(unsigned first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/// Whether the value needs that many bytes, and is not a surrogate.
bool is_well_formed(unsigned value, std::size_t length) {
  if (length == 3) return value >= 0x800 && (value < 0xD800 || value > 0xDFFF);
  if (length == 4) return value >= 0x10000 && value <= 0x10FFFF;
  return true;
}

}  // namespace

CodePoint code_point_at(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  };
  const unsigned first = byte(0);
  const std::size_t length = length_of(first);
  if (length == 0 || text.size() < length) return {first, 0};
  unsigned value = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {first, 0};
    value = (value << 6) | (byte(i) & 0x3F);
  }
  if (!is_well_formed(value, length)) return {first, 0};
  return {value, length};
}

bool is_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

bool cut_utf8(std::string& text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return false;
  while (most_bytes > 0 && (static_cast<unsigned char>(text[most_bytes]) & 0xC0U) == 0x80U)
    --most_bytes;
  text.resize(most_bytes);
  return true;
}

}  // namespace cdp
