// What is still to be done of the input.
#pragma once

#include "frontier/url_source.hpp"
#include "output/journal.hpp"
#include <cdp/log.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cdp {

/// What a resumed run knows of the one before.
struct Resumption {
  /// The URLs that are done from a position on, in order, `most` of them; may wait.
  std::function<Task<std::vector<DoneUrl>>(std::size_t seq, std::size_t most)> done_from;
  Journal::Counts counts;  ///< of those
  std::string directory;   ///< for messages
  Log log;
};

/// Marks what is done as recorded. It has to be the outermost of the sources: those inside see the
/// whole input, as they did when the run began.
///
/// `next` throws state_error when the input is not the one the run began with: another URL in the
/// place of one that is done, or fewer URLs. More of them at the end are fine.
std::unique_ptr<UrlSource> make_resumed_source(std::unique_ptr<UrlSource> source,
                                               Resumption resumption);

}  // namespace cdp
