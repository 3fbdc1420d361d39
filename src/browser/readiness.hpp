// Waiting until a page is done.
#pragma once

#include "base/async/deadline.hpp"
#include "browser/page_state.hpp"
#include <cdp/document.hpp>
#include <cdp/error.hpp>
#include <cdp/options.hpp>

#include <chrono>
#include <memory>

namespace cdp {

/// Waits for everything the options name, one after the other, and says in the document which
/// condition came last and what was still in progress. A page that navigates meanwhile is followed,
/// and waited for again; each document's settling is bounded by `WaitOptions::settle_limit`.
/// @param limit what the deadline was made of, for the error's text
/// @throws Error of the navigation; nav_timeout, page_timeout when the deadline passes first
Task<Document> wait_until_ready(std::shared_ptr<PageState> page, WaitOptions options,
                                Deadline deadline, std::chrono::milliseconds limit);

/// Whether time ended a wait for a page that was there: the wait's own, or that of a question which
/// the page did not answer.
inline bool is_timeout(errc code) {
  return code == errc::page_timeout || code == errc::protocol_timeout;
}

}  // namespace cdp
