// One URL over plain HTTP, from its place in the input to its record.
#pragma once

#include "fetch/http_client.hpp"
#include "scrape/scrape_page.hpp"
#include <cdp/record.hpp>
#include <cdp/task.hpp>

namespace cdp {

/// Fetches one URL without a browser, and again when it failed in a way that may pass. The job's
/// time-out is a hard limit. Does not throw: whatever happens is in the record.
/// @param client outlives the task
Task<Record> fetch_page(PageJob job, HttpClient& client);

}  // namespace cdp
