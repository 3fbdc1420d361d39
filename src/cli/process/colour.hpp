// Colour, where somebody looks on.
#pragma once

#include <string>
#include <string_view>

namespace cdp::cli {

enum class Colour { bold, red, yellow, green };

/// Whether what is written there may be coloured: a terminal that knows how (`TERM`), and nobody
/// who wants none (`NO_COLOR`, see no-color.org).
/// @param descriptor such as STDERR_FILENO
bool takes_colour(int descriptor) noexcept;

/// The text between the escape sequences of a colour.
std::string coloured(std::string_view text, Colour colour);

/// The same for a descriptor that takes colour; otherwise the text as it is.
std::string coloured_for(int descriptor, std::string_view text, Colour colour);

}  // namespace cdp::cli
