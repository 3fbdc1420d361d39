// What the parts of the table of options have in common.
#pragma once

#include "cli/options/option_table.hpp"

#include <chrono>
#include <cstddef>
#include <limits>

namespace cdp::cli {

inline constexpr std::chrono::hours a_week{7 * 24};
inline constexpr std::chrono::hours a_day{24};
inline constexpr DurationLimits some_seconds{std::chrono::seconds(1), std::chrono::milliseconds(1),
                                             a_week};
inline constexpr DurationLimits milliseconds_or_none{std::chrono::milliseconds(1),
                                                     std::chrono::milliseconds(0), a_day};
inline constexpr int most_pages_at_once = 256;
inline constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

template <class Number>
auto into(Number& target) {
  return [&target](Number number) { target = number; };
}

std::vector<Option> identity_options(Arguments& to);
std::vector<Option> browser_options(Arguments& to);

}  // namespace cdp::cli
