// One URL, from its place in the input to its record.
#pragma once

#include "scrape/browser_keeper.hpp"
#include <cdp/record.hpp>
#include <cdp/scrape.hpp>
#include <cdp/task.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace cdp {

struct PageJob {
  std::size_t seq = 0;
  std::string url;
  WaitUntil wait_until = WaitUntil::load;
  std::chrono::milliseconds timeout{60'000};  ///< for all attempts together
  int retries = 0;
};

/// Scrapes one URL, and again when its page or browser died under it. Does not throw: whatever
/// happens is in the record. @param keeper outlives the task
Task<Record> scrape_page(PageJob job, BrowserKeeper& keeper);

}  // namespace cdp
