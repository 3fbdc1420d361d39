// Which documents of frames hold themselves.
#pragma once

#include "protocol/page.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cdp {

/// Knows the frames of a page's present document, which frame each is in, and what each was asked
/// to show. Chromium refuses a frame whose URL two of the documents around it have already; pages
/// that add something to the query at each level get round that, and each level has more frames
/// than the one before. One loop; no I/O.
class FrameNesting {
 public:
  /// Frames with documents of their own. Pages have some dozens, Chromium's own limit is 1,000, and
  /// a page of that many keeps a browser busy for ten seconds.
  static constexpr int most_frames = 250;

  void on(const protocol::page::FrameAttached& event);
  void on(const protocol::page::FrameDetached& event);

  /// A document is asked for.
  void show(const std::string& frame_id, std::string_view url);

  /// A document is asked for in a frame of the page. @return whether it is the last one that the
  /// page may have: it holds itself, or there are very many
  bool load(const std::string& frame_id, std::string_view url);

  /// How many there are and have been left out; empty: none has been left out.
  std::string describe() const;

  /// Whether two of the documents around that frame have its URL, but for query and fragment.
  bool holds_itself(const std::string& frame_id) const;

  /// The main frame has another document, without frames.
  void restart(const std::string& main_frame, std::string_view url);

 private:
  struct Frame {
    std::string parent;  ///< empty: it is the main frame
    std::string place;   ///< its URL without query and fragment; empty: it shows nothing
  };

  std::unordered_map<std::string, Frame> frames_;
  int loaded_ = 0;            ///< documents of frames, or begun to
  std::optional<int> bound_;  ///< how many may load; nothing: all so far
};

}  // namespace cdp
