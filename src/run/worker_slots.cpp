#include "run/worker_slots.hpp"

#include <algorithm>
#include <cstddef>

namespace cdp {

int WorkerSlots::take() {
  const auto free = std::find(taken_.begin(), taken_.end(), false);
  const auto slot = static_cast<int>(free - taken_.begin());
  if (free == taken_.end()) {
    taken_.push_back(true);
  } else {
    *free = true;
  }
  return slot;
}

void WorkerSlots::give_back(int slot) {
  taken_.at(static_cast<std::size_t>(slot)) = false;
}

}  // namespace cdp
