// When a browser has done enough.
#pragma once

#include <cdp/scrape.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace cdp {

/// Says when a browser should make place for a new one: after so many pages, so much time, or when
/// it takes so much memory. No I/O, no clock.
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
