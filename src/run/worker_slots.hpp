// Which of the run's places a page has.
#pragma once

#include <vector>

namespace cdp {

/// The places of a run, numbered from 0; a page has one from its start to its end. The lowest that
/// is free is given, so that there are never more than pages were under way at once. No I/O.
class WorkerSlots {
 public:
  int take();
  void give_back(int slot);

 private:
  std::vector<bool> taken_;
};

}  // namespace cdp
