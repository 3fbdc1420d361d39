// Reading a page with what outerHTML leaves out.
#pragma once

#include "base/deadline.hpp"
#include "browser/page_state.hpp"
#include <cdp/options.hpp>
#include <cdp/page.hpp>

#include <memory>

namespace cdp {

/// Reads the page's document with its shadow roots, and with the documents of its iframes in their
/// srcdoc attributes, as the options ask. Frames of other processes are targets of their own: they
/// are attached to for as long as this takes. A frame that cannot be read, or goes meanwhile, is
/// left as it is in its parent.
/// @throws Error of the page's own document
Task<Content> read_with_frames(std::shared_ptr<PageState> page, ContentOptions options,
                               Deadline deadline);

}  // namespace cdp
