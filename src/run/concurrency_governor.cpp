#include "run/concurrency_governor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cdp {
namespace {

std::string pages(std::size_t number) {
  return fmt::format("{} page{}", number, number == 1 ? "" : "s");
}

}  // namespace

std::optional<ConcurrencyGovernor::Excess> ConcurrencyGovernor::find_excess(
    const Pressure& reading) const {
  constexpr double percent = 100;
  if (reading.memory_used > memory_high)
    return Excess{fmt::format("memory is {:.0f} % full", percent * reading.memory_used)};
  if (reading.memory_stall > memory_stall_high) {
    return Excess{fmt::format("processes wait for memory {:.0f} % of the time",
                              percent * reading.memory_stall)};
  }
  if (watch_ == Watch::memory_and_processors && reading.processor_load > processor_load_high) {
    return Excess{fmt::format("the processors are overloaded ({:.0f} runnable processes each)",
                              reading.processor_load),
                  (most_ + 1) / 2};
  }
  return std::nullopt;
}

bool ConcurrencyGovernor::has_room(const Pressure& reading) const {
  return reading.memory_used < memory_low && reading.memory_stall < memory_stall_low &&
         (watch_ == Watch::memory || reading.processor_load < processor_load_low);
}

std::optional<std::string> ConcurrencyGovernor::take(const Pressure& reading, std::size_t running,
                                                     Time now) {
  if (const auto excess = find_excess(reading)) {
    room_since_.reset();
    const bool too_soon = lowered_at_ && now - *lowered_at_ < patience_down;
    // What does not run cannot be what weighs.
    const std::size_t lower = std::max(std::min(limit_, running) * 3 / 4, excess->fewest);
    if (too_soon || lower >= limit_) return std::nullopt;
    limit_ = lower;
    lowered_at_ = now;
    return fmt::format("{}: running {} at a time instead of {}", excess->what, pages(limit_),
                       most_);
  }
  if (!has_room(reading)) {
    room_since_.reset();
    return std::nullopt;
  }
  if (!room_since_) room_since_ = now;
  if (limit_ == most_ || now - *room_since_ < patience_up) return std::nullopt;
  room_since_ = now;
  limit_ = std::min(most_, limit_ + std::max<std::size_t>(limit_ / 4, 1));
  return fmt::format("there is room again: running {} at a time", pages(limit_));
}

}  // namespace cdp
