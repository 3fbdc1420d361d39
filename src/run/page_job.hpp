// What is done with one URL of a run.
#pragma once

#include "frontier/url_queue.hpp"
#include "run/attempt/scrape_page.hpp"
#include <cdp/scrape.hpp>

namespace cdp {

/// The run's options, with those that the URL has of its own in their places. How it is fetched,
/// where its files go and whose turn it is are for the run to say.
PageJob page_job(const ScrapeOptions& options, const QueuedUrl& url);

/// Whether something is asked for that only a browser has: pictures, and what is waited for.
bool needs_rendering(const ScrapeOptions& options, const InputUrl& input);

}  // namespace cdp
