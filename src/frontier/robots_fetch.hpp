// Asking a server for its robots.txt.
#pragma once

#include "fetch/http_client.hpp"
#include "frontier/url_queue.hpp"
#include <cdp/task.hpp>

#include <chrono>
#include <string>

namespace cdp {

/// Fetches `origin/robots.txt`. Does not throw. A file that is not there (status 400 to 499, or
/// redirects without an end) is an empty one; servers that fail, do not answer, or refuse for too
/// many requests (429) are a fault (RFC 9309, 2.3.1), and the last of these are not asked again.
/// @param client outlives the task @param retries after failures that may pass
/// @param timeout for all attempts together
Task<RobotsFile> fetch_robots(HttpClient& client, std::string origin, int retries,
                              std::chrono::milliseconds timeout);

}  // namespace cdp
