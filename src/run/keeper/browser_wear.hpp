// When a browser should be replaced.
#pragma once

#include <cdp/scrape.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace cdp {

/// Says when a browser should be replaced: after a number of pages, a time, or above an amount of
/// memory. No I/O, no clock.
class BrowserWear {
 public:
  using Time = std::chrono::steady_clock::time_point;

  BrowserWear(BrowserLimits limits, Time started) : limits_(limits), started_(started) {}

  void note_page() { ++pages_; }

  /// @param memory of its processes, in bytes @return why it should go
  std::optional<std::string> find_reason(std::size_t memory, Time now) const;

 private:
  BrowserLimits limits_;
  Time started_;
  int pages_ = 0;
};

}  // namespace cdp
