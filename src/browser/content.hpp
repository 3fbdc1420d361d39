// Reading a page's DOM.
#pragma once

#include "base/async/deadline.hpp"
#include "browser/document_text.hpp"
#include "browser/page_state.hpp"
#include <cdp/options.hpp>
#include <cdp/page.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace cdp {

/// Serialises the page's document, where the page's scripts have no say: by a function older than
/// they are, or in an isolated world. A page that navigates meanwhile is read again.
/// @param most_in_memory of its HTML; what is longer goes into a file
/// @throws Error too_large when the text exceeds what a JavaScript string can hold
Task<DocumentText> read_content(std::shared_ptr<PageState> page, ContentOptions options,
                                std::size_t most_in_memory, Deadline deadline);

/// As `Page::capture`, for HTML that may be too long for memory (see LongText).
Task<DocumentText> capture_long(Page& page, ContentOptions options,
                                std::chrono::milliseconds timeout);

}  // namespace cdp
