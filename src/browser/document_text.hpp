// Reading one document.
#pragma once

#include "browser/world.hpp"
#include <cdp/page.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace cdp {

/// A document's text and what it says of itself.
struct DocumentText {
  Content content;
  int frames = 0;  ///< iframes that are marked in the text
};

/// Asks the document's reader, which was there before the page's scripts (`reader_script`).
/// @param world of the page's scripts
/// @return nothing when it has no answer: then the document is to be read in a world of its own
Task<std::optional<Content>> read_short_text(World world, Deadline deadline);

/// Evaluates one of the expressions that serialise, and reads the text in slices: a reply of more
/// than 256 MiB would never arrive, and a long one would hold up the messages of all other pages.
/// @param world of the document, isolated; it keeps the text
/// @param max_bytes about so much is enough: nothing is read beyond
Task<DocumentText> read_text(World world, std::string expression, std::size_t max_bytes,
                             Deadline deadline);

}  // namespace cdp
