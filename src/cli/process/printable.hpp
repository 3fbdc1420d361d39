// Text of strangers on the user's terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cdp::cli {

/// What is longer is cut.
inline constexpr std::size_t longest_line = 4000;

/// Makes text safe to show: control characters (those of terminals among them), bidirectional
/// overrides and bytes that are not UTF-8 become visible escapes, and what is very long is cut.
std::string printable(std::string_view text);

}  // namespace cdp::cli
