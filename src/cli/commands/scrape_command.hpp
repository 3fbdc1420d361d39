// `cdp-scrape URL…`
#pragma once

#include "cli/options/arguments.hpp"

namespace cdp::cli {

/// Scrapes what the arguments name. Returns when everything is written and the browser gone.
ExitCode run_scrape(const Arguments& arguments);

}  // namespace cdp::cli
