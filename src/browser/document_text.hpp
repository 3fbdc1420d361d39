// Reading one document.
#pragma once

#include "base/system/long_text.hpp"
#include "browser/target/world.hpp"
#include <cdp/page.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace cdp {

/// A document's text and what it says of itself.
struct DocumentText {
  Content about;  ///< but its HTML, which may be too long for memory
  LongText html;
  int frames = 0;  ///< iframes that are marked in the text

  /// All in one.
  Content content() &&;
};

/// How much of a document is read, and kept where.
struct TextLimits {
  std::size_t max_bytes;       ///< about so much is enough: nothing is read beyond
  std::size_t most_in_memory;  ///< see LongText
};

/// Asks the document's reader, which was there before the page's scripts (`reader_script`).
/// @param world of the page's scripts
/// @return nothing when it has no answer: then the document is to be read in a world of its own
Task<std::optional<DocumentText>> read_short_text(World world, Deadline deadline);

/// Evaluates one of the expressions that serialise, and reads the text in slices: a reply of more
/// than 256 MiB would never arrive, and a long one would hold up the messages of all other pages.
/// @param world of the document, isolated; it keeps the text
Task<DocumentText> read_text(World world, std::string expression, TextLimits limits,
                             Deadline deadline);

}  // namespace cdp
