// Which pages are paced (`FramePace`).
#pragma once

#include <cdp/options.hpp>
#include <cdp/scrape.hpp>

namespace cdp {

/// Whether the run's browsers are started with frames under our control.
bool paces_frames(const ScrapeOptions& options);

/// Whether a page is paced: not if something is waited for that may come with a frame, unless the
/// user asked for it.
/// @param wait what is waited for on that page
bool paces_frames(const ScrapeOptions& options, const WaitOptions& wait);

}  // namespace cdp
