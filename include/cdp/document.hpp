// What a navigation led to.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace cdp {

/// A redirect on the way to a document: by the server (HTTP status 3xx), or by the page itself (its
/// own status, mostly 200), through a script or a meta refresh.
struct Redirect {
  std::string url;  ///< where it was left
  int status = 0;   ///< the HTTP status of that URL
};

/// Where a page wanted to go, or what it wanted saved, without another document coming of it: the
/// page stayed as it was.
struct NotFollowed {
  std::string url;
  /// `external` (a scheme of other programs), `download`, `no_content` (status 204 or 205),
  /// `superseded` (by the page's next attempt), `aborted`, `unanswered` (given up, to read the
  /// page), `not_begun` (forbidden by a policy, or taken back by the page).
  std::string why;
  int status = 0;  ///< HTTP status of its answer; 0: there was none
  std::string content_type;
};

/// The document that a navigation ended with.
struct Document {
  std::string url;
  int status = 0;  ///< HTTP status; 0 for documents that no server sent, such as about:blank
  std::string content_type;
  std::string retry_after;  ///< the header Retry-After of its answer, as sent; empty: none
  std::vector<Redirect> redirects;
  std::vector<NotFollowed> not_followed;             ///< by the page itself, meanwhile
  std::chrono::steady_clock::time_point arrived_at;  ///< when the browser took it for its page

  /// The condition that ended the wait, such as `load` or `quiet`; `…_limit` when its bound was
  /// reached first.
  std::string ended_by;
  std::vector<std::string> pending;  ///< what was still under way then
};

}  // namespace cdp
