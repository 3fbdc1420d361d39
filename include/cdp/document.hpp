// What a navigation led to.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace cdp {

/// A redirect on the way to a document.
struct Redirect {
  std::string url;  ///< the URL that answered with the redirect
  int status = 0;   ///< its HTTP status
};

/// The document that a navigation ended with.
struct Document {
  std::string url;
  int status = 0;  ///< HTTP status; 0 for documents that no server sent, such as about:blank
  std::string content_type;
  std::vector<Redirect> redirects;
  std::chrono::steady_clock::time_point arrived_at;  ///< when the browser took it for its page
};

}  // namespace cdp
