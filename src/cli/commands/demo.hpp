// `cdp-scrape demo`
#pragma once

#include "cli/options/arguments.hpp"

namespace cdp::cli {

/// Serves six pages of three sites that take 1 to 2 s to answer, scrapes them one after the other,
/// then all at once, and shows both logs and how much faster the second was.
ExitCode run_demo(const Arguments& arguments);

}  // namespace cdp::cli
