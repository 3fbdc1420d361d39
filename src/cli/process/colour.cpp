#include "cli/process/colour.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdlib>

namespace cdp::cli {
namespace {

std::string_view value_of(const char* variable) noexcept {
  const char* const value = std::getenv(variable);
  return value == nullptr ? std::string_view() : value;
}

/// SGR parameters of ECMA-48. No bright ones: those depend on the terminal's theme.
int parameter_of(Colour colour) {
  constexpr int bold = 1;
  constexpr int red = 31;
  constexpr int green = 32;
  constexpr int yellow = 33;
  switch (colour) {
    case Colour::bold:
      return bold;
    case Colour::red:
      return red;
    case Colour::yellow:
      return yellow;
    case Colour::green:
      return green;
  }
  return 0;
}

}  // namespace

bool takes_colour(int descriptor) noexcept {
  const std::string_view terminal = value_of("TERM");
  return value_of("NO_COLOR").empty() && !terminal.empty() && terminal != "dumb" &&
         ::isatty(descriptor) == 1;
}

std::string coloured(std::string_view text, Colour colour) {
  return fmt::format("\033[{}m{}\033[0m", parameter_of(colour), text);
}

std::string coloured_for(int descriptor, std::string_view text, Colour colour) {
  return takes_colour(descriptor) ? coloured(text, colour) : std::string(text);
}

}  // namespace cdp::cli
