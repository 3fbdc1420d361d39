// Text in UTF-8 (RFC 3629), code point by code point.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cdp {

/// A code point and its length in bytes; a length of 0 for a byte that begins none, whose value it
/// then is.
struct CodePoint {
  unsigned value;
  std::size_t length;
};

/// The first code point of a text that is not empty.
CodePoint code_point_at(std::string_view text);

bool is_utf8(std::string_view text);

/// Cuts a text to at most so many bytes, between code points. @return whether it was longer
bool cut_utf8(std::string& text, std::size_t most_bytes);

}  // namespace cdp
