// Reading a page's DOM.
#pragma once

#include "base/deadline.hpp"
#include "browser/page_state.hpp"
#include <cdp/options.hpp>
#include <cdp/page.hpp>

#include <memory>

namespace cdp {

/// Serialises the page's document, where the page's scripts have no say: by a function older than
/// they are, or in an isolated world. A page that navigates meanwhile is read anew.
/// @throws Error too_large when the text exceeds what a JavaScript string can hold
Task<Content> read_content(std::shared_ptr<PageState> page, ContentOptions options,
                           Deadline deadline);

}  // namespace cdp
