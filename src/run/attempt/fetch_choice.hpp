// Whether what came over HTTP is the page, or a browser has to be asked.
#pragma once

#include "run/attempt/fetch_decision.hpp"
#include "run/attempt/fetch_page.hpp"

namespace cdp {

/// For `--fetch auto`: first what the answer itself says (its status, its type, that it broke off),
/// then what its document does.
FetchDecision::Choice choose_for(FetchDecision& decision, const FetchedPage& page);

/// Chromium does not tell that a compressed body is only the beginning of one: what was seen over
/// HTTP is noted in the record of the rendered page.
void note_cut(const FetchedPage& page, Record& rendered);

/// A header `Refresh: 2; url=…` that a browser follows before the page is considered done.
bool refreshes_soon(std::string_view refresh);

}  // namespace cdp
