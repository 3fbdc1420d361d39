// One URL over plain HTTP, from its place in the input to its record.
#pragma once

#include "fetch/http_client.hpp"
#include "run/attempt/scrape_page.hpp"
#include <cdp/record.hpp>
#include <cdp/task.hpp>

#include <string>

namespace cdp {

/// What came over HTTP, and what it says about being rendered.
struct FetchedPage {
  Record record;
  std::string refresh;        ///< the header Refresh, as sent; empty: none
  std::string cut_short;      ///< its packed body is only the beginning of one; empty: it is not
  bool was_answered = false;  ///< somebody was there, whatever became of it
};

/// Fetches one URL without a browser, and again when it failed in a way that may pass. The job's
/// timeout is a hard limit. Does not throw: whatever happens is in the record.
/// @param client outlives the task
Task<FetchedPage> fetch_page(PageJob job, HttpClient& client);

}  // namespace cdp
