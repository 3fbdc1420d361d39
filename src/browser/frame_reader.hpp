// Reading a page with what outerHTML leaves out.
#pragma once

#include "base/async/deadline.hpp"
#include "browser/document_text.hpp"
#include "browser/page_state.hpp"
#include <cdp/options.hpp>
#include <cdp/page.hpp>

#include <cstddef>
#include <memory>

namespace cdp {

/// Reads the page's document with its shadow roots, and with the documents of its iframes in their
/// srcdoc attributes, as the options ask. Frames of other processes are targets of their own: they
/// are attached to for as long as this takes. A frame that cannot be read, or goes meanwhile, is
/// left as it is in its parent.
/// @param most_in_memory of the HTML; what is longer goes into a file
/// @throws Error of the page's own document
Task<DocumentText> read_with_frames(std::shared_ptr<PageState> page, ContentOptions options,
                                    std::size_t most_in_memory, Deadline deadline);

}  // namespace cdp
