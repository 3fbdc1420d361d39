#include "scrape/scrape_page.hpp"

#include "base/deadline.hpp"
#include "base/url.hpp"
#include <cdp/error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace cdp {
namespace {

using Clock = std::chrono::steady_clock;

/// Measures the phases of one attempt, one after the other, and knows which one is going on.
class PhaseClock {
 public:
  explicit PhaseClock(Timings& timings) : timings_(timings) {}

  Phase phase() const { return phase_; }

  /// The current phase ends, at `at`, and the next begins.
  void enter(Phase next, Clock::time_point at = Clock::now()) {
    span_of(phase_) += at - since_;
    since_ = at;
    phase_ = next;
  }

 private:
  Timings::Span& span_of(Phase phase) {
    switch (phase) {
      case Phase::queued:
        return timings_.queued;
      case Phase::open:
        return timings_.open;
      case Phase::navigate:
        return timings_.navigate;
      case Phase::wait:
        return timings_.wait;
      case Phase::extract:
        return timings_.extract;
      case Phase::close:
        return timings_.close;
    }
    return timings_.queued;
  }

  Timings& timings_;
  Phase phase_ = Phase::open;
  Clock::time_point since_ = Clock::now();
};

std::string_view condition_name(WaitUntil until) {
  return until == WaitUntil::load ? "load" : "domcontentloaded";
}

/// A command that was not answered before the URL's deadline says something about the page, by its
/// phase.
errc record_code(const Error& error, Phase phase) {
  if (error.code() != errc::protocol_timeout) return error.code();
  return phase == Phase::extract ? errc::page_hung : errc::nav_timeout;
}

bool may_be_tried_again(errc code) {
  return code == errc::browser_crashed || code == errc::page_crashed;
}

void take_document(Record& record, Document document) {
  record.final_url = std::move(document.url);
  record.status = document.status;
  record.content_type = std::move(document.content_type);
  record.redirects = std::move(document.redirects);
}

void take_content(Record& record, Content content) {
  record.final_url = std::move(content.url);
  record.title = std::move(content.title);
  record.charset = std::move(content.charset);
  record.html = std::move(content.html);
}

Task<void> read_page(Page& page, const PageJob& job, Deadline deadline, PhaseClock& clock,
                     Record& record) {
  const NavigateOptions options{job.wait_until, remaining(deadline)};
  Document document = co_await page.loaded(options);
  // A server's 204 leaves no document, and so no moment at which one arrived.
  const bool has_document = document.arrived_at != Clock::time_point{};
  clock.enter(Phase::wait, has_document ? document.arrived_at : Clock::now());
  clock.enter(Phase::extract);
  record.wait_ended_by = condition_name(job.wait_until);
  take_document(record, std::move(document));
  if (has_document) take_content(record, co_await page.capture(remaining(deadline)));
  record.outcome = RecordOutcome::ok;
}

Task<void> attempt(const PageJob& job, BrowserKeeper& keeper, Deadline deadline, PhaseClock& clock,
                   Record& record) {
  Browser browser = co_await keeper.get();
  record.browser = browser.version();
  Page page = co_await browser.open(job.url, remaining(deadline));
  clock.enter(Phase::navigate);
  std::exception_ptr failure;
  try {
    co_await read_page(page, job, deadline, clock, record);
  } catch (...) {
    failure = std::current_exception();
  }
  record.dialogs += page.dialogs();
  if (failure) std::rethrow_exception(failure);
  clock.enter(Phase::close);
  // The page goes with its handle: the browser is told to close it, and nobody waits for that.
}

/// One attempt. @return whether another one makes sense
Task<bool> try_once(const PageJob& job, BrowserKeeper& keeper, Deadline deadline, Record& record) {
  ++record.attempts;
  record.error.reset();
  PhaseClock clock(record.timings);
  try {
    co_await attempt(job, keeper, deadline, clock, record);
  } catch (const Error& error) {
    const errc code = record_code(error, clock.phase());
    record.error = RecordError{code, clock.phase(), error.what(), error.net_error()};
  } catch (const std::exception& error) {
    record.error = RecordError{errc::internal, clock.phase(), error.what(), {}};
  }
  clock.enter(Phase::close);
  co_return record.error&& may_be_tried_again(record.error->code);
}

}  // namespace

Task<Record> scrape_page(PageJob job, BrowserKeeper& keeper) {
  const Clock::time_point started = Clock::now();
  const Deadline deadline = started + job.timeout;
  Record record;
  record.seq = job.seq;
  record.url = job.url;
  record.started_at = std::chrono::system_clock::now();
  if (const auto fault = find_url_fault(job.url)) {
    record.error = RecordError{fault->code, Phase::queued, fault->detail, {}};
    co_return record;
  }
  bool again = true;
  while (again && record.attempts <= job.retries && !has_passed(deadline)) {
    again = co_await try_once(job, keeper, deadline, record);
  }
  record.timings.total = Clock::now() - started;
  co_return record;
}

}  // namespace cdp
