// The manual page.
#pragma once

#include "cli/options/arguments.hpp"

#include <string>

namespace cdp::cli {

/// cdp-scrape(1), in roff with the macros of man(7). ASCII.
std::string manual_page(const CommandLine& line);

}  // namespace cdp::cli
