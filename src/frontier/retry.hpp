// Whether a URL is tried again, and when.
#pragma once

#include "base/async/deadline.hpp"
#include <cdp/error.hpp>
#include <cdp/task.hpp>

namespace cdp {

/// Failures that another attempt may not meet.
bool may_pass(errc code);

/// Waits before another attempt: twice as long each time, and never the same for all.
/// @param attempts so far
Task<void> back_off(int attempts, Deadline deadline);

}  // namespace cdp
