#include "browser/target/heartbeat.hpp"

#include "protocol/runtime.hpp"

#include <fmt/format.h>

#include <utility>

namespace cdp {
namespace {

/// Beats within the limit: how late a silence may be noticed.
constexpr int beats = 3;

/// The part of the limit that an answer may take before it is late.
constexpr int late_part = 10;

}  // namespace

Heartbeat::Heartbeat(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> session,
                     std::string main_frame, std::chrono::milliseconds limit,
                     std::function<bool()> is_alone)
    : connection_(std::move(connection)),
      session_(std::move(session)),
      limit_(limit),
      is_alone_(std::move(is_alone)),
      liveness_(std::move(main_frame), Liveness::Clock::now()),
      timer_(connection_->executor()) {}

void Heartbeat::start() {
  sleep();
}

void Heartbeat::sleep() {
  timer_.expires_after(limit_ / beats);
  timer_.async_wait([heart = weak_from_this()](const boost::system::error_code& error) {
    const auto self = heart.lock();
    if (self && !error) self->beat();
  });
}

void Heartbeat::beat() {
  if (session_->closed()) return;
  const bool silent = is_silent();
  if (silent) is_its_own_ = is_its_own_ || is_alone();
  if (silent && !is_its_own_) {
    const Error silence(errc::page_hung,
                        fmt::format("the page's process has hardly answered for {} ms; the script "
                                    "that keeps it busy may be another page's",
                                    limit_.count()));
    return connection_->close_session(session_->id(), silence);
  }
  if (liveness_.may_be_asked()) ask();
  sleep();
}

/// Nothing for as long as the limit, or next to nothing for twice as long.
bool Heartbeat::is_silent() const {
  const auto now = Liveness::Clock::now();
  return liveness_.owing_for(now) >= limit_ ||
         liveness_.owed_within(2 * limit_, now) >= limit_ * 3 / 2;
}

void Heartbeat::note_answered() {
  liveness_.note_answered(Liveness::Clock::now());
}

/// One that answers late is asked again at once: whether it always does so.
void Heartbeat::take_answer() {
  const bool is_late = liveness_.note_answered(Liveness::Clock::now()) >= limit_ / late_part;
  if (!is_late) is_its_own_ = false;
  if (is_late && !session_->closed() && liveness_.may_be_asked()) ask();
}

void Heartbeat::ask() {
  const SentCall call = connection_->send(session_, protocol::runtime::GetHeapUsage{});
  if (call.answer->error) return;
  liveness_.note_asked(Liveness::Clock::now());
  call.answer->on_arrival = [heart = weak_from_this(), answer = std::weak_ptr(call.answer)] {
    const auto self = heart.lock();
    const auto reply = answer.lock();
    // A refusal is an answer; the end of the session is none.
    const bool is_answer = !reply->error || reply->error->code() == errc::protocol_error;
    if (self && is_answer) self->take_answer();
  };
}

}  // namespace cdp
