// Where the time of one attempt goes.
#pragma once

#include <cdp/record.hpp>

#include <chrono>

namespace cdp {

/// Measures the phases of one attempt, one after the other, and knows the current one. Times of
/// further attempts add up.
class PhaseClock {
 public:
  using Clock = std::chrono::steady_clock;

  explicit PhaseClock(Timings& timings) : timings_(timings) {}

  Phase phase() const { return phase_; }

  /// The current phase ends, at `at`, and the next begins.
  void enter(Phase next, Clock::time_point at = Clock::now()) {
    span_of(phase_) += at - since_;
    since_ = at;
    phase_ = next;
  }

 private:
  Timings::Span& span_of(Phase phase) {
    switch (phase) {
      case Phase::queued:
        return timings_.queued;
      case Phase::open:
        return timings_.open;
      case Phase::navigate:
        return timings_.navigate;
      case Phase::wait:
        return timings_.wait;
      case Phase::extract:
        return timings_.extract;
      case Phase::close:
        return timings_.close;
    }
    return timings_.queued;
  }

  Timings& timings_;
  Phase phase_ = Phase::open;
  Clock::time_point since_ = Clock::now();
};

}  // namespace cdp
