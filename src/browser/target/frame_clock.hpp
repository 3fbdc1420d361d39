// Frames at a pace of ours, where Chromium leaves them to us ("begin frame control").
#pragma once

#include "base/async/deadline.hpp"
#include "rpc/connection.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <vector>

namespace cdp {

/// Has pages draw their frames: seldom while they load, and as often as a screen would from when
/// somebody waits for what frames do.
///
/// One frame at a time: Chromium 156's GPU process does not survive those of two pages at once. By
/// its source (`ExternalBeginFrameSourceMojo`) it seems to take the parts of both for parts of one.
/// So a page that does not come to the end of its frame keeps the
/// others from having any until it is closed.
///
/// Used by `BrowserState`; a page holds its place.
class FrameClock : public std::enable_shared_from_this<FrameClock> {
 public:
  /// A page's frames. They come until this goes, or the page's session closes.
  struct Place : std::enable_shared_from_this<Place> {
    std::shared_ptr<SessionState> session;
    std::chrono::milliseconds interval{0};
    Deadline due;
  };

  explicit FrameClock(std::shared_ptr<Connection> connection);

  /// Whether the browser draws when it is told to, as far as is known.
  bool works() const { return has_drawn_ || !was_refused_; }

  /// @param session of a page whose target was made with `enableBeginFrameControl`
  std::shared_ptr<Place> add(std::shared_ptr<SessionState> session);

  /// From here on that page's frames come as often as a screen's.
  void hurry(Place& place);

 private:
  std::shared_ptr<Place> next();
  void turn();
  void draw(Place& place);
  void end_frame(const std::shared_ptr<Place>& place, const Answer& answer);

  std::shared_ptr<Connection> connection_;
  std::vector<std::weak_ptr<Place>> places_;  ///< from `add` on, until found to be over
  bool is_drawing_ = false;
  bool has_drawn_ = false;
  bool was_refused_ = false;
  boost::asio::steady_timer timer_;
};

}  // namespace cdp
