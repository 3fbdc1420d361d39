#include "cli/process/printable.hpp"

#include "base/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cdp::cli {
namespace {

/// What could move the cursor, turn the direction of text, or break the line.
bool is_unsafe(unsigned code_point) {
  const auto within = [&](unsigned first, unsigned last) {
    return code_point >= first && code_point <= last;
  };
  return code_point < 0x20 || within(0x7F, 0x9F) || within(0x2028, 0x202E) ||
         within(0x2066, 0x2069) || within(0xD800, 0xDFFF);
}

}  // namespace

std::string printable(std::string_view text) {
  const bool cut = text.size() > longest_line;
  text = text.substr(0, longest_line);
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = code_point_at(text);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    if (point.length == 0 || is_unsafe(point.value)) {
      safe += fmt::format("\\x{:02x}", point.value);
    } else {
      safe.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return cut ? safe + "…" : safe;
}

}  // namespace cdp::cli
