// How many pages at once the machine can bear.
#pragma once

#include "base/system/pressure.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace cdp {

/// Lowers the number of pages at once when memory runs out or, if it may, when the processors are
/// wanted by too many, and raises it again, slowly, when there is room. Down is quick and up is
/// slow, and between the two lies a band where nothing changes: so it does not swing. Never below
/// one, and for the sake of processors not below half of what was wanted. No I/O, no clock: it is
/// fed with readings and told the time.
class ConcurrencyGovernor {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// What is looked at. Memory that runs out ends the run; processors that are busy only slow it
  /// down, so a number of pages that a user chose stays.
  enum class Watch { memory, memory_and_processors };

  /// Of the memory there is.
  static constexpr double memory_high = 0.90;
  static constexpr double memory_low = 0.80;
  /// Of the last ten seconds, in which somebody waited for memory.
  static constexpr double memory_stall_high = 0.20;
  static constexpr double memory_stall_low = 0.05;
  /// Processes that want a processor, for each there is.
  static constexpr double processor_load_high = 8;
  static constexpr double processor_load_low = 4;

  /// How long a step down is given to show, and how long there must have been room for a step up.
  static constexpr std::chrono::seconds patience_down{5};
  static constexpr std::chrono::seconds patience_up{15};

  ConcurrencyGovernor(std::size_t most, Watch watch) : most_(most), limit_(most), watch_(watch) {}

  /// Pages at once that may run.
  std::size_t limit() const { return limit_; }

  /// @param running pages in progress @return what has changed and why, in one line; nothing mostly
  std::optional<std::string> take(const Pressure& reading, std::size_t running, Time now);

 private:
  struct Excess {
    std::string what;
    std::size_t fewest = 1;  ///< pages at once that it is no reason to go below
  };

  std::optional<Excess> find_excess(const Pressure& reading) const;
  bool has_room(const Pressure& reading) const;

  std::size_t most_;
  std::size_t limit_;
  Watch watch_;
  std::optional<Time> lowered_at_;
  std::optional<Time> room_since_;
};

}  // namespace cdp
