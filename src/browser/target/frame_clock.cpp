#include "browser/target/frame_clock.hpp"

#include "base/log.hpp"
#include "protocol/headless_experimental.hpp"

#include <algorithm>
#include <utility>

namespace cdp {
namespace {

using namespace std::chrono_literals;

/// While a page loads. Most have loaded before their first frame.
constexpr std::chrono::milliseconds loading = 100ms;

/// What scripts expect of a screen.
constexpr std::chrono::milliseconds watched = 16ms;

}  // namespace

FrameClock::FrameClock(std::shared_ptr<Connection> connection)
    : connection_(std::move(connection)), timer_(connection_->executor()) {}

std::shared_ptr<FrameClock::Place> FrameClock::add(std::shared_ptr<SessionState> session) {
  auto place = std::make_shared<Place>();
  place->session = std::move(session);
  place->interval = loading;
  place->due = deadline_in(loading);
  places_.push_back(place);
  turn();
  return place;
}

void FrameClock::hurry(Place& place) {
  if (place.interval == watched) return;
  place.interval = watched;
  place.due = std::min(place.due, deadline_in(0ms));
  turn();
}

/// The page whose frame is due first; null when there are none.
std::shared_ptr<FrameClock::Place> FrameClock::next() {
  std::erase_if(places_, [](const std::weak_ptr<Place>& held) {
    const auto place = held.lock();
    return !place || place->session->closed();
  });
  const auto due = [](const std::weak_ptr<Place>& held) { return held.lock()->due; };
  const auto first = std::ranges::min_element(places_, {}, due);
  return first == places_.end() ? nullptr : first->lock();
}

/// Draws what is due, and otherwise sleeps until something is.
void FrameClock::turn() {
  if (is_drawing_ || connection_->root()->closed()) return;
  const auto place = next();
  if (!place) return;
  if (has_passed(place->due)) return draw(*place);
  timer_.expires_at(place->due);
  timer_.async_wait([clock = weak_from_this()](const boost::system::error_code& error) {
    const auto self = clock.lock();
    if (self && !error) self->turn();
  });
}

void FrameClock::draw(Place& place) {
  is_drawing_ = true;
  place.due = deadline_in(place.interval);
  const SentCall call =
      connection_->send(place.session, protocol::headless_experimental::BeginFrame{});
  // A session that ends answers its commands, too: there is always an end.
  call.answer->on_arrival = [clock = weak_from_this(), page = place.weak_from_this(),
                             answer = std::weak_ptr(call.answer)] {
    const auto self = clock.lock();
    if (self) self->end_frame(page.lock(), *answer.lock());
  };
}

void FrameClock::end_frame(const std::shared_ptr<Place>& place, const Answer& answer) {
  is_drawing_ = false;
  has_drawn_ = has_drawn_ || answer.result;
  if (answer.error && place && !place->session->closed()) {
    was_refused_ = true;
    place->due = Deadline::max();
    write_log(connection_->log(), LogLevel::debug, "{}", answer.error->what());
  }
  turn();
}

}  // namespace cdp
