// Text of strangers on the user's terminal.
#pragma once

#include <string>
#include <string_view>

namespace cdp::cli {

/// Makes text safe to show: control characters (those of terminals among them), bidirectional
/// overrides and bytes that are not UTF-8 become visible escapes, and what is very long is cut.
std::string printable(std::string_view text);

}  // namespace cdp::cli
