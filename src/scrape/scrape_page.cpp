#include "scrape/scrape_page.hpp"

#include "base/deadline.hpp"
#include "base/limits.hpp"
#include "base/url.hpp"
#include "fetch/media_type.hpp"
#include "scrape/file_name.hpp"
#include "scrape/file_store.hpp"
#include "scrape/phase_clock.hpp"
#include "scrape/retry.hpp"
#include <cdp/error.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <new>
#include <utility>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What a page that hangs gets beyond its time: to be read after its script was ended, and to be
/// closed.
constexpr std::chrono::milliseconds rescue_span = 2s;
constexpr std::chrono::milliseconds close_span = 2s;

/// A browser that has not made a page by then answers nobody.
constexpr std::chrono::milliseconds open_limit = 10s;

/// A page in company that is not answered for so long looks for another place.
constexpr std::chrono::milliseconds most_patience = 3s;

/// As often as any target may be used.
constexpr int most_uses = std::numeric_limits<int>::max();

/// Browsers a URL may take with it before it is tried alone.
constexpr int most_deaths = 2;

bool is_timeout(errc code) {
  return code == errc::page_timeout || code == errc::protocol_timeout;
}

/// Whether a browser shows such content, unless it is told to save it.
bool is_shown(const std::string& content_type) {
  return is_document(content_type, "") || content_type.starts_with("image/");
}

/// That of a browser that should have taken over.
bool is_fault_of_start(errc code) {
  return code == errc::launch_failed || code == errc::launch_timeout ||
         code == errc::sandbox_unavailable || code == errc::browser_not_found;
}

Error no_memory() {
  return Error(errc::too_large, "no memory for the page: " + describe_memory_limit());
}

/// Counts a page for as long as it is under way.
class PageCount {
 public:
  explicit PageCount(int& pages) : pages_(pages) { ++pages_; }
  ~PageCount() { --pages_; }
  PageCount(const PageCount&) = delete;
  PageCount& operator=(const PageCount&) = delete;

 private:
  int& pages_;
};

/// The work on one URL.
class PageScrape {
 public:
  PageScrape(PageJob job, BrowserKeeper& keeper)
      : job_(std::move(job)),
        keeper_(keeper),
        started_(Clock::now()),
        deadline_(started_ + job_.timeout),
        record_(begin_record(job_)) {}

  Task<Record> run() {
    bool again = !record_.error;
    while (again) {
      co_await attempt();
      const bool moves = should_begin_afresh() || (should_move() && move_for_free());
      again = moves || should_try_again();
      if (moves) {
        co_await await_turn(job_, deadline_);
      } else if (again) {
        co_await await_another_attempt(job_, record_.attempts - free_moves_, deadline_);
      }
    }
    if (!record_.error) keeper().note_success();
    record_.timings.total = Clock::now() - started_;
    co_return std::move(record_);
  }

 private:
  BrowserKeeper& keeper() { return apart_ ? keeper_.apart() : keeper_; }

  /// Whether pages of others may be in the page's process.
  bool is_in_company() { return !apart_ && deaths_ < most_deaths && keeper_.shares_processes(); }

  /// Whether the page may have a used target, and leave its own to another.
  bool may_share_target() const {
    const bool is_usual = job_.headers.empty() && job_.pictures == nullptr &&
                          job_.files == nullptr && !job_.content.frames &&
                          job_.page.paced_frames == keeper_.paces_frames();
    const bool has_own_origin = job_.page.credentials && job_.page.credentials->origin.empty();
    return !apart_ && !afresh_ && keeper_.recycles() && is_usual && !has_own_origin;
  }

  /// A page that may have been touched by the one before in its target is done again in a new one,
  /// for free.
  bool should_begin_afresh() {
    if (!std::exchange(is_doubtful_, false) || has_passed(deadline_)) return false;
    afresh_ = true;
    ++free_moves_;
    forget_attempt();
    return true;
  }

  /// What happens to a page in company may be another page's doing. It is tried again where nobody
  /// disturbs it, and whatever it does there is its own.
  bool should_move() const {
    if (!was_in_company_ || !record_.error || has_passed(deadline_)) return false;
    switch (record_.error->code) {
      case errc::page_hung:
      case errc::page_crashed:
        return true;
      case errc::download:  // which a document looks like whose process died before it had it
        return is_shown(record_.content_type);
      default:
        return false;
    }
  }

  /// @return whether that costs none of the attempts that the URL has for its own failures: a crash
  /// is one of its own more often than not, but never the last word
  bool move_for_free() {
    apart_ = true;
    const bool is_free = record_.error->code != errc::page_crashed || !has_attempts();
    if (is_free) ++free_moves_;
    forget_attempt();
    return is_free;
  }

  /// What comes next stands for itself, also when it fails.
  void forget_attempt() {
    record_.outcome = RecordOutcome::failed;
    record_.html.clear();
    record_.partial = false;
    record_.truncated = false;
    record_.dialogs = 0;
    record_.wait_ended_by.clear();
    record_.pending.clear();
  }

  bool has_attempts() const { return record_.attempts - free_moves_ <= job_.retries; }

  bool should_try_again() {
    if (!record_.error) return false;
    if (record_.error->code == errc::browser_crashed && ++deaths_ > most_deaths) {
      record_.error->code = errc::poison;
      return false;
    }
    const errc code = record_.error->code;
    if (code == errc::machine_limit) keeper().note_shortage(record_.error->detail);
    if (code == errc::machine_limit || code == errc::storage_limit) {
      // Most probably another page's doing; in the end this one is alone.
      if (++deaths_ > most_deaths) return false;
      ++free_moves_;
    }
    if (keeper().given_up() || has_passed(deadline_)) return false;
    return may_pass(record_.error->code) && has_attempts();
  }

  /// A URL that has taken browsers with it goes alone, so that it takes no others along again.
  Task<void> attempt() {
    ++record_.attempts;
    record_.attempt_starts.push_back(Clock::now() - started_);
    record_.error.reset();
    was_in_company_ = is_in_company();
    PhaseClock clock(record_.timings);
    try {
      if (deaths_ >= most_deaths) {
        co_await attempt_alone(clock);
      } else {
        const BrowserKeeper::Lease lease = co_await keeper().get();
        const PageCount count(lease->pages);
        co_await attempt_in(lease, lease->browser, clock);
      }
    } catch (const Error& error) {
      note_error(error, clock.phase());
    } catch (const std::bad_alloc&) {
      note_error(no_memory(), clock.phase());
    } catch (const std::exception& error) {
      note_error(Error(errc::internal, error.what()), clock.phase());
    }
    clock.enter(Phase::close);
  }

  Task<void> attempt_alone(PhaseClock& clock) {
    Browser browser = co_await keeper_.launch_alone();
    std::exception_ptr failure;
    try {
      co_await attempt_in(nullptr, browser, clock);
    } catch (...) {
      failure = std::current_exception();
    }
    co_await browser.close();
    if (failure) std::rethrow_exception(failure);
  }

  Task<void> attempt_in(BrowserKeeper::Lease lease, Browser browser, PhaseClock& clock) {
    record_.browser = browser.version();
    job_.page.answer_limit = was_in_company_ ? patience() : 0ms;
    job_.page.recyclable = lease && may_share_target();
    int uses = 1;
    Page page = co_await open(browser, lease, uses);
    clock.enter(Phase::navigate);
    std::exception_ptr failure;
    try {
      co_await read(page, clock, lease);
      if (was_in_company_ && lease->suspect && !has_passed(deadline_))
        throw Error(errc::page_hung, "its script may have been ended for another page's");
    } catch (const Error& error) {
      if (was_in_company_ && error.code() == errc::page_hung) keeper_.note_stall(lease);
      failure = std::current_exception();
    } catch (...) {
      failure = std::current_exception();
    }
    record_.dialogs += page.dialogs();
    record_.popups = page.popups();
    clock.enter(Phase::close);
    if (hung_) co_await close_hung_page(page, lease);
    is_doubtful_ = !page.is_untouched();
    if (failure) std::rethrow_exception(failure);
    const bool may_be_used_again = job_.page.recyclable && !record_.partial;
    if (was_in_company_ || may_be_used_again)
      keeper_.keep_warm(lease, {std::move(page), may_be_used_again ? uses : most_uses});
    // Any other page goes with its handle: the browser is told to close it, and nobody waits for
    // that.
  }

  /// How long the page waits for its process: less than it has.
  std::chrono::milliseconds patience() const {
    constexpr int part = 4;
    return std::clamp(job_.timeout / part, 250ms, most_patience);
  }

  /// @param uses how often its target has been used then
  Task<Page> open(Browser browser, BrowserKeeper::Lease lease, int& uses) {
    const auto limit = std::clamp(remaining(deadline_), 1ms, open_limit);
    if (job_.page.recyclable) {
      std::optional<Page> page = co_await open_in_used_target(lease, uses);
      if (page) co_return std::move(*page);
    }
    std::optional<Error> failure;
    try {
      Page page = co_await browser.open(job_.url, job_.page, limit);
      if (lease && !keeper_.recycles()) lease->done.clear();
      co_return page;
    } catch (const Error& error) {
      failure = error;
    }
    if (failure->code() == errc::protocol_timeout && limit == open_limit && lease)
      keeper().retire(lease);
    throw *failure;
  }

  Task<std::optional<Page>> open_in_used_target(BrowserKeeper::Lease lease, int& uses) {
    std::optional<BrowserKeeper::DonePage> done = keeper_.take_done(lease, job_.url);
    if (!done) co_return std::nullopt;
    const auto limit = std::min(std::max(remaining(deadline_), 1ms), patience());
    std::optional<Page> page = co_await done->page.recycle(job_.url, job_.page, limit);
    if (page) uses = done->uses + 1;
    co_return page;
  }

  Task<void> read(Page& page, PhaseClock& clock, const BrowserKeeper::Lease& lease) {
    std::optional<Error> late = co_await wait(page, clock);
    take_document(page.document());
    clock.enter(Phase::extract);
    if (late) {
      record_.partial = true;
      co_await rescue(page, *late, lease);
    } else if (record_.wait_ended_by == "script_terminated") {
      record_.partial = true;
      co_await extract(page, std::max(remaining(deadline_), rescue_span));
    } else if (record_.file.empty() && page.document().arrived_at != Clock::time_point{}) {
      co_await extract_in_time(page, lease);
    }
    if (job_.pictures != nullptr && record_.file.empty()) co_await take_pictures(page);
    if (page.credentials_refused())
      throw Error(errc::auth_required, "the server does not accept the credentials");
    record_.outcome = RecordOutcome::ok;
  }

  /// @return the time-out of a page whose document is there and may be read all the same
  Task<std::optional<Error>> wait(Page& page, PhaseClock& clock) {
    NavigateOptions options;
    options.wait = job_.wait;
    options.timeout = std::max(remaining(deadline_), 1ms);
    std::optional<Error> failure;
    try {
      Document document = co_await page.loaded(options);
      record_.wait_ended_by = std::move(document.ended_by);
      record_.pending = std::move(document.pending);
    } catch (const Error& error) {
      failure = error;
    }
    const Document document = page.document();
    if (failure && failure->code() == errc::download && job_.files != nullptr) {
      take_document(document);
      co_await save_file(page);
      co_return std::nullopt;
    }
    const bool arrived = document.arrived_at != Clock::time_point{};
    if (arrived) clock.enter(Phase::wait, document.arrived_at);
    if (!failure) co_return std::nullopt;
    take_document(document);
    const bool readable =
        is_timeout(failure->code()) && arrived && job_.on_timeout == OnTimeout::partial;
    if (!readable) throw *failure;
    co_return failure;
  }

  /// A page that cannot be drawn or printed is read all the same: the record says why there is no
  /// picture.
  Task<void> take_pictures(Page& page) {
    const auto limit = std::max(remaining(deadline_), rescue_span);
    ScreenshotOptions screenshot;
    PdfOptions pdf;
    screenshot.timeout = limit;
    pdf.timeout = limit;
    if (job_.screenshot)
      record_.screenshot_file = co_await keep_picture(page.screenshot(screenshot), ".png");
    if (job_.pdf) record_.pdf_file = co_await keep_picture(page.pdf(pdf), ".pdf");
  }

  /// @return the file's name; empty when there is none
  Task<std::string> keep_picture(Task<std::string> taking, std::string extension) {
    std::string name = file_name_of(job_.seq, job_.url, extension);
    try {
      std::string content = co_await std::move(taking);
      co_await job_.pictures->write(name, std::move(content));
      co_return name;
    } catch (const Error& error) {
      if (error.code() == errc::output_error || error.code() == errc::browser_crashed) throw;
      record_.pending.push_back(extension + ": " + error.what());
    }
    co_return std::string();
  }

  /// The URL is a file, not a page.
  Task<void> save_file(Page& page) {
    const auto limit = std::max(remaining(deadline_), 1ms);
    const Download download = co_await page.download(largest_file, limit);
    std::string name =
        file_name_of(job_.seq, record_.final_url, extension_of(download.suggested_name));
    Task<std::string> taking = job_.files->take(std::move(name), download.path);
    record_.file = co_await std::move(taking);
    record_.file_bytes = download.bytes;
    record_.wait_ended_by = "file";
  }

  /// Reads a page that is not done. Its script may be what keeps it from being done: it is ended
  /// first. In company the script that runs may be another page's, which would never know: there it
  /// is ended only when the page does not answer otherwise.
  Task<void> rescue(Page& page, const Error& late, const BrowserKeeper::Lease& lease) {
    record_.wait_ended_by = "timeout";
    record_.pending.push_back(late.what());
    auto span = rescue_span;
    std::optional<Error> failure;
    if (was_in_company_) {
      span /= 2;
      failure = co_await try_to_extract(page, span);
      if (!failure) co_return;
      lease->suspect = true;
      keeper_.note_stall(lease);
    }
    page.terminate_script();
    failure = co_await try_to_extract(page, span);
    if (!failure) co_return;
    hung_ = true;
    throw Error(errc::page_hung, "the page does not answer, even with its script ended");
  }

  /// Reads a page that is done. One that does not answer any more is treated as one that never was.
  Task<void> extract_in_time(Page& page, const BrowserKeeper::Lease& lease) {
    const std::optional<Error> failure =
        co_await try_to_extract(page, std::max(remaining(deadline_), 1ms));
    if (!failure) co_return;
    record_.partial = true;
    co_await rescue(page, *failure, lease);
  }

  /// @return why the page did not answer
  Task<std::optional<Error>> try_to_extract(Page& page, std::chrono::milliseconds timeout) {
    std::optional<Error> failure;
    try {
      co_await extract(page, timeout);
    } catch (const Error& error) {
      failure = error;
    }
    if (failure && failure->code() != errc::protocol_timeout) throw *failure;
    co_return failure;
  }

  Task<void> extract(Page& page, std::chrono::milliseconds timeout) {
    Content content = co_await page.capture(timeout, job_.content);
    record_.final_url = std::move(content.url);
    record_.title = std::move(content.title);
    record_.charset = std::move(content.charset);
    record_.html = std::move(content.html);
    record_.truncated = content.truncated;
  }

  Task<void> close_hung_page(Page& page, BrowserKeeper::Lease lease) {
    const bool closed = co_await page.close(close_span);
    if (!closed && lease) keeper().retire(lease);
  }

  void take_document(Document document) {
    record_.final_url = std::move(document.url);
    record_.status = document.status;
    record_.content_type = std::move(document.content_type);
    record_.retry_after = std::move(document.retry_after);
    record_.redirects = std::move(document.redirects);
  }

  /// A command that was not answered before the URL's deadline says something about the page, by
  /// its phase.
  void note_error(const Error& error, Phase phase) {
    errc code = error.code();
    if (code == errc::protocol_timeout)
      code = phase == Phase::extract ? errc::page_hung : errc::nav_timeout;
    if (is_fault_of_start(code) && keeper_.given_up()) code = errc::cancelled;  // the run ends
    record_.error = RecordError{code, phase, error.what(), error.net_error()};
  }

  PageJob job_;
  BrowserKeeper& keeper_;
  Clock::time_point started_;
  Deadline deadline_;
  Record record_;
  int deaths_ = 0;               ///< of browsers under this URL
  bool apart_ = false;           ///< it did not get on in company
  bool is_doubtful_ = false;     ///< the page before may have had a say in the last attempt
  bool afresh_ = false;          ///< so there must be none
  int free_moves_ = 0;           ///< attempts that were no failures of its own
  bool was_in_company_ = false;  ///< in the newest attempt
  bool hung_ = false;            ///< the page did not answer when it was rescued
};

}  // namespace

Task<void> await_another_attempt(const PageJob& job, int attempts, Deadline deadline) {
  co_await back_off(attempts, deadline);
  co_await await_turn(job, deadline);
}

Task<void> await_turn(const PageJob& job, Deadline deadline) {
  if (!job.await_turn) co_return;
  Task<void> turn = job.await_turn(deadline);
  co_await std::move(turn);
}

Record begin_record(const PageJob& job) {
  Record record;
  record.seq = job.seq;
  record.url = job.url;
  record.started_at = std::chrono::system_clock::now();
  if (const auto fault = find_url_fault(job.url))
    record.error = RecordError{fault->code, Phase::queued, fault->detail, {}};
  return record;
}

Task<Record> scrape_page(PageJob job, BrowserKeeper& keeper) {
  PageScrape scrape(std::move(job), keeper);
  co_return co_await scrape.run();
}

}  // namespace cdp
