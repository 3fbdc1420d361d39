// Which pages are drawn at a pace of ours.
#pragma once

#include <cdp/options.hpp>
#include <cdp/scrape.hpp>

namespace cdp {

/// Whether the run's browsers leave frames to us.
bool paces_frames(const ScrapeOptions& options);

/// Whether those of a page do: not where something is waited for that may come with a frame, unless
/// that was asked for.
/// @param wait what is waited for on that page
bool paces_frames(const ScrapeOptions& options, const WaitOptions& wait);

}  // namespace cdp
