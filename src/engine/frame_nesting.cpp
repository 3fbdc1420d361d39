#include "engine/frame_nesting.hpp"

namespace cdp {

void FrameNesting::on(const protocol::page::FrameAttached& event) {
  frames_[event.frame_id].parent = event.parent_frame_id;
}

void FrameNesting::on(const protocol::page::FrameDetached& event) {
  frames_.erase(event.frame_id);
}

void FrameNesting::show(const std::string& frame_id, std::string_view url) {
  frames_[frame_id].place = url.substr(0, url.find_first_of("?#"));
}

void FrameNesting::restart(const std::string& main_frame, std::string_view url) {
  frames_.clear();
  show(main_frame, url);
}

bool FrameNesting::holds_itself(const std::string& frame_id) const {
  const auto innermost = frames_.find(frame_id);
  if (innermost == frames_.end() || innermost->second.place.empty()) return false;
  int same = 0;
  // A parent is there before its children; so this ends.
  for (auto outer = frames_.find(innermost->second.parent); outer != frames_.end();
       outer = frames_.find(outer->second.parent))
    same += outer->second.place == innermost->second.place ? 1 : 0;
  return same >= 2;
}

}  // namespace cdp
