// Which worker number a page has.
#pragma once

#include <vector>

namespace cdp {

/// The worker numbers of a run, from 0; a page has one from its start to its end. The lowest free
/// one is given out, so that there are never more than pages were open at once. No I/O.
class WorkerSlots {
 public:
  int take();
  void give_back(int slot);

 private:
  std::vector<bool> taken_;
};

}  // namespace cdp
