#include "engine/frame_nesting.hpp"

#include <fmt/format.h>

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
  loaded_ = 0;
  bound_.reset();
  show(main_frame, url);
}

bool FrameNesting::load(const std::string& frame_id, std::string_view url) {
  show(frame_id, url);
  ++loaded_;
  if (bound_ || (loaded_ < most_frames && !holds_itself(frame_id))) return false;
  bound_ = loaded_;
  return true;
}

std::string FrameNesting::describe() const {
  if (!bound_ || loaded_ <= *bound_) return {};
  return fmt::format("frames: {} (those after the first {} are not loaded)", loaded_, *bound_);
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
