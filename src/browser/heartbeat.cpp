#include "browser/heartbeat.hpp"

#include "protocol/runtime.hpp"

#include <fmt/format.h>

#include <utility>

namespace cdp {
namespace {

/// Beats within the limit: how late a silence may be noticed.
constexpr int beats = 3;

}  // namespace

Heartbeat::Heartbeat(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> session,
                     std::string main_frame, std::chrono::milliseconds limit)
    : connection_(std::move(connection)),
      session_(std::move(session)),
      limit_(limit),
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
  if (liveness_.owing_for(Liveness::Clock::now()) >= limit_) {
    const Error silence(errc::page_hung,
                        fmt::format("the page's process has not answered for {} ms; the script "
                                    "that keeps it busy may be another page's",
                                    limit_.count()));
    return connection_->close_session(session_->id(), silence);
  }
  if (liveness_.may_be_asked()) ask();
  sleep();
}

void Heartbeat::ask() {
  const SentCall call = connection_->send(session_, protocol::runtime::GetHeapUsage{});
  if (call.answer->error) return;
  liveness_.note_asked(Liveness::Clock::now());
  call.answer->on_arrival = [heart = weak_from_this()] {
    if (const auto self = heart.lock()) self->note_answered();
  };
}

}  // namespace cdp
