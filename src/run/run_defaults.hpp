// What a run does by default.
#pragma once

#include <cdp/scrape.hpp>

#include <cstddef>

namespace cdp {

/// The options with what depends on the machine and on each other filled in: pages at once,
/// renderers, transport, frames.
ScrapeOptions with_defaults(ScrapeOptions options);

/// HTML that may be held, above which no further page is started.
constexpr std::size_t most_held_bytes = std::size_t{64} << 20;

/// How many records may be in progress or held while the output is slow.
std::size_t backlog(const ScrapeOptions& options);

}  // namespace cdp
