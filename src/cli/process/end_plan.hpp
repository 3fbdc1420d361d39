// What signals make of a run, and when it must be over.
#pragma once

#include <chrono>
#include <optional>

namespace cdp::cli {

/// Decides what each signal means, and when a program that has not ended by itself is ended from
/// outside. Is told the time; no I/O.
class EndPlan {
 public:
  using Clock = std::chrono::steady_clock;

  enum class Step {
    none,
    drain,    ///< pages under way may be finished
    give_up,  ///< they are not; their records are written
    end       ///< the program ends here and now, whatever it does
  };

  /// @param drain how long pages may take after the first signal
  explicit EndPlan(std::chrono::milliseconds drain) : drain_(drain) {}

  /// A signal has come.
  Step take(int signal, Clock::time_point now);

  /// The time has come that `next` named, or something else happened.
  Step look(Clock::time_point now) const;

  /// When to look; nothing: no signal has come.
  std::optional<Clock::time_point> next() const { return end_at_; }

  /// The first one that came; 0: none has.
  int signal() const { return signal_; }

 private:
  /// The most that giving up takes, including writing the records.
  static constexpr std::chrono::milliseconds farewell{800};

  std::chrono::milliseconds drain_;
  int signal_ = 0;
  std::optional<Clock::time_point> end_at_;
};

}  // namespace cdp::cli
