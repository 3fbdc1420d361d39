// Points in time at which waiting ends. Absolute, monotonic, made once per public call and handed
// down.
#pragma once

#include <cdp/task.hpp>

#include <chrono>

namespace cdp {

using Deadline = std::chrono::steady_clock::time_point;

/// @param span zero or less has passed already
inline Deadline deadline_in(std::chrono::steady_clock::duration span) {
  return std::chrono::steady_clock::now() + span;
}

inline bool has_passed(Deadline deadline) {
  return std::chrono::steady_clock::now() >= deadline;
}

inline std::chrono::milliseconds remaining(Deadline deadline) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(deadline -
                                                               std::chrono::steady_clock::now());
}

/// Returns then, or when the coroutine is cancelled.
Task<void> sleep_until(Deadline deadline);

}  // namespace cdp
