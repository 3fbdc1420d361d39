// `cdp-scrape doctor`
#pragma once

#include "cli/options/arguments.hpp"

namespace cdp::cli {

/// Looks at all that scraping needs, really starts a browser, and prints a line for each finding,
/// with what to do about it. @return ok when pages can be scraped, else browser_start
ExitCode run_doctor(const Arguments& arguments);

}  // namespace cdp::cli
