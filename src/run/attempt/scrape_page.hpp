// One URL, from its place in the input to its record.
#pragma once

#include "base/async/deadline.hpp"
#include "base/web/proxy_settings.hpp"
#include "run/keeper/browser_keeper.hpp"
#include <cdp/log.hpp>
#include <cdp/record.hpp>
#include <cdp/scrape.hpp>
#include <cdp/task.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace cdp {

class FileStore;

/// Files that are larger are given up: about what a browser's string can hold, and more than
/// anyone expects of a page.
inline constexpr std::size_t largest_file = std::size_t{512} << 20;

/// What happens to a page after its timeout may take longer: for each step there is a limit.
struct Overtime {
  std::chrono::milliseconds rescue{2'000};  ///< to be read: half of it before its script is ended
  std::chrono::milliseconds close{2'000};
  /// For a page that was held up by another one, and its attempt apart.
  std::chrono::milliseconds given{3'000};
  std::chrono::milliseconds end{4'600};   ///< for all that it does; then it is ended from outside
  std::chrono::milliseconds cancel{400};  ///< to end then; later it is not waited for any more
};

struct PageJob {
  std::size_t seq = 0;
  std::string url;
  WaitOptions wait;
  std::chrono::milliseconds timeout{60'000};  ///< for all attempts together
  Overtime overtime;
  OnTimeout on_timeout = OnTimeout::partial;
  int retries = 0;
  ContentOptions content;
  PageOptions page;
  ProxySettings proxies;  ///< of the browser: what fails behind one names it
  FetchMode fetch = FetchMode::browser;
  FileStore* pictures = nullptr;  ///< where they go; null: none are taken. Outlives the task
  bool screenshot = false;
  bool pdf = false;
  std::size_t max_body = std::numeric_limits<std::size_t>::max();  ///< of a document over HTTP
  FileStore* files = nullptr;   ///< for what is no page; null: it is a failure. Outlives the task
  std::vector<Header> headers;  ///< of this URL alone
  Log log;

  /// Waits until the host may be asked once more, or the deadline has passed; empty: it may.
  std::function<Task<void>(Deadline)> await_turn;
};

/// What is known of a job before it is begun.
Record begin_record(const PageJob& job);

/// Waits until the host may be asked once more, if it may be asked one at a time only.
/// @param job outlives the task
Task<void> await_turn(const PageJob& job, Deadline deadline);

/// Before another attempt: backs off, and waits until the host may be asked once more.
/// @param job outlives the task @param attempts so far
Task<void> await_another_attempt(const PageJob& job, int attempts, Deadline deadline);

/// Scrapes one URL, and again when it failed in a way that may pass. One under which the browser
/// has died twice is tried once more in a browser of its own; when that dies too, the URL is
/// `poison`. Does not throw: whatever happens is in the record.
///
/// The job's timeout is a hard limit. A page that is not done by then is read as it is, its script
/// being ended if need be; one that does not even answer then is closed; and a browser that cannot
/// close it is replaced. All that takes 5 s at most: it is enforced from outside, whatever the work
/// waits for.
///
/// A page that crashes, or is not answered, in a process that it shares is done again in one of its
/// own, with its whole time, and without that counting against its retries (`AttemptPlan`).
/// @param keeper outlives the task
Task<Record> scrape_page(PageJob job, BrowserKeeper& keeper);

}  // namespace cdp
