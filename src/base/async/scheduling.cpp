#include "base/async/scheduling.hpp"

#include <sched.h>

namespace cdp {

void schedule_as_batch() noexcept {
  constexpr pid_t this_thread = 0;
  if (::sched_getscheduler(this_thread) != SCHED_OTHER) return;
  const sched_param no_priority{};
  ::sched_setscheduler(this_thread, SCHED_BATCH, &no_priority);
}

}  // namespace cdp
