// What a page leaves behind in its target.
#pragma once

#include "protocol/dom_storage.hpp"
#include "protocol/page.hpp"

namespace cdp {

/// Keeps note of what would outlast the page in its target, and cannot be undone from outside. What
/// all pages of a browser context share (cookies, local storage, caches) is not a trace. No I/O.
class Traces {
 public:
  void on(const protocol::dom_storage::ItemAdded& event) {
    if (!event.storage_id.is_local_storage) uses_session_storage_ = true;
  }

  /// Of frames in other processes nothing is known here.
  void on(const protocol::page::FrameDetached& event) {
    if (event.reason == "swap") has_foreign_frames_ = true;
  }

  bool uses_session_storage() const { return uses_session_storage_; }
  bool any() const { return uses_session_storage_ || has_foreign_frames_; }

 private:
  bool uses_session_storage_ = false;  ///< the target's, which is each site's own
  bool has_foreign_frames_ = false;
};

}  // namespace cdp
