#include "engine/liveness.hpp"

#include "engine/navigation.hpp"

#include <algorithm>

namespace cdp {

void Liveness::on(const protocol::network::RequestWillBeSent& event) {
  if (!is_document_request(event, main_frame_)) return;
  document_ = event.request_id;
  with_server_ = true;
  owing_since_.reset();
}

void Liveness::on(const protocol::network::ResponseReceived& event, Clock::time_point now) {
  if (event.request_id != document_ || !with_server_) return;
  with_server_ = false;
  owing_since_ = now;
}

void Liveness::on(const protocol::network::LoadingFailed& event) {
  if (event.request_id == document_) settle();
}

void Liveness::on(const protocol::page::FrameNavigated& event) {
  if (event.frame.id != main_frame_ || event.frame.loader_id != document_) return;
  has_document_ = true;
  settle();
}

Liveness::Clock::duration Liveness::note_answered(Clock::time_point now) {
  const Clock::duration late = owing_for(now);
  if (owing_since_) paid_.push_back({*owing_since_, now});
  if (paid_.size() > most_debts) paid_.pop_front();
  owing_since_.reset();
  return late;
}

Liveness::Clock::duration Liveness::owed_within(Clock::duration span, Clock::time_point now) const {
  const Clock::time_point begin = now - span;
  Clock::duration owed = std::min(owing_for(now), span);
  for (const Debt& debt : paid_)
    if (debt.to > begin) owed += debt.to - std::max(debt.from, begin);
  return owed;
}

void Liveness::settle() {
  with_server_ = false;
  owing_since_.reset();
}

}  // namespace cdp
