// How much memory the driver and its browsers use, as /proc tells.
#pragma once

#include <cstdint>

namespace cdp::cli {

struct MemoryUse {
  std::int64_t driver_kib = 0;  ///< resident set of this process
  std::int64_t browser_kib =
      0;  ///< of its descendants: what each has for itself, and the largest shared part once
};

/// Reads a line of /proc for every process of the system: some milliseconds. What cannot be read
/// counts as nothing.
MemoryUse read_memory_use();

}  // namespace cdp::cli
