// Options that only a browser can judge.
#pragma once

#include <cdp/browser.hpp>
#include <cdp/scrape.hpp>
#include <cdp/task.hpp>

namespace cdp {

/// Tries selector, expression, locale and time zone on an empty page, so that a mistake in one of
/// them is one line before the first page, and not a failure or a silently different result of
/// every page.
/// @throws Error invalid_argument naming the option
Task<void> try_options(Browser browser, ScrapeOptions options);

/// Whether there is anything to be tried.
bool needs_trial(const ScrapeOptions& options);

}  // namespace cdp
