// Reading a page's DOM.
#pragma once

#include "base/deadline.hpp"
#include "browser/page_state.hpp"
#include <cdp/page.hpp>

#include <cstddef>
#include <memory>

namespace cdp {

/// Serialises the page's document, in an isolated world, and reads it in slices: a reply of more
/// than 256 MiB would never arrive, and a long one would hold up the messages of all other pages.
/// @param max_bytes cuts the HTML, at a character's border
/// @throws Error too_large when the text exceeds what a JavaScript string can hold
Task<Content> read_content(std::shared_ptr<PageState> page, Deadline deadline,
                           std::size_t max_bytes);

}  // namespace cdp
