#include "run/attempt/scrape_page.hpp"

#include "base/async/deadline.hpp"
#include "base/async/spawn.hpp"
#include "base/system/limits.hpp"
#include "base/web/secret_header.hpp"
#include "base/web/url.hpp"
#include "fetch/media_type.hpp"
#include "frontier/retry.hpp"
#include "run/attempt/attempt_plan.hpp"
#include "run/attempt/page_reading.hpp"
#include "run/attempt/phase_clock.hpp"
#include <cdp/error.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A browser that has not made a page by then does not answer at all.
constexpr std::chrono::milliseconds open_limit = 10s;

/// A page in a shared process that gets no answer for this long is moved to another one.
constexpr std::chrono::milliseconds most_patience = 3s;

/// The largest number of uses of a target.
constexpr int most_uses = std::numeric_limits<int>::max();

/// Whether a browser shows such content, unless it is told to save it.
bool is_shown(const std::string& content_type) {
  return is_document(content_type, "") || content_type.starts_with("image/");
}

/// What it means that a command was not answered before the URL's timeout.
errc lateness_in(Phase phase) {
  switch (phase) {
    case Phase::queued:
    case Phase::open:
    case Phase::navigate:
      return errc::nav_timeout;
    case Phase::wait:
      return errc::page_timeout;
    case Phase::extract:
    case Phase::close:
      return errc::page_hung;
  }
  return errc::nav_timeout;
}

/// That of a browser that should have taken over.
bool is_fault_of_start(errc code) {
  return code == errc::launch_failed || code == errc::launch_timeout ||
         code == errc::sandbox_unavailable || code == errc::browser_not_found;
}

/// Whether what was asked of a page was cut short because a script was terminated: in a shared
/// process, that of another page.
bool was_cut_short(const Error& error) {
  return error.code() == errc::protocol_error &&
         std::string_view(error.what()).find("Execution was terminated") != std::string_view::npos;
}

Error no_memory() {
  return Error(errc::too_large, "no memory for the page: " + describe_memory_limit());
}

/// Counts a page for as long as it is in progress, and knows whether there were others.
class Presence {
 public:
  explicit Presence(BrowserKeeper::Kept& browser)
      : browser_(browser), came_alone_(browser.pages == 0), number_(++browser.begun) {
    ++browser.pages;
  }
  ~Presence() { --browser_.pages; }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  bool is_alone() const {
    return came_alone_ && browser_.begun == number_ && browser_.done.empty();
  }

 private:
  BrowserKeeper::Kept& browser_;
  bool came_alone_;
  std::size_t number_;
};

/// The work on one URL.
class PageScrape {
 public:
  PageScrape(PageJob job, BrowserKeeper& keeper)
      : job_(std::move(job)),
        keeper_(keeper),
        started_(Clock::now()),
        plan_({job_.timeout, job_.retries, job_.overtime.given}, started_),
        record_(begin_record(job_)) {}

  /// Does not throw but when it is cancelled from outside.
  Task<void> run() {
    bool going_on = !record_.error;
    while (going_on) {
      co_await attempt();
      const AttemptPlan::Next next = plan_.take(report(), Clock::now());
      going_on = prepare(next);
      if (going_on && next == AttemptPlan::Next::at_once) {
        co_await await_turn(job_, plan_.deadline());
      } else if (going_on) {
        co_await await_another_attempt(job_, plan_.own_attempts(), plan_.deadline());
      }
    }
  }

  const std::string& url() const { return job_.url; }

  /// When it has to be over, whatever it does.
  Deadline end() const { return plan_.own_deadline() + job_.overtime.end; }

  /// It did not end by itself. What is there so far is its result.
  void end_from_outside() {
    if (lease_) keeper().retire(lease_);
    const bool is_readable = record_.html_bytes() > 0 && job_.on_timeout == OnTimeout::partial;
    if (record_.outcome != RecordOutcome::ok && !record_.error && is_readable) {
      record_.outcome = RecordOutcome::ok;
      record_.partial = true;
      record_.wait_ended_by = "timeout";
    } else if (record_.outcome != RecordOutcome::ok && !record_.error) {
      note_error(Error(errc::protocol_timeout,
                       "its timeout passed long ago: the work on it was cancelled"));
    }
    ended_from_outside_ = true;
  }

  Record take_record() {
    // It was read after all, while it was being cancelled.
    if (record_.outcome == RecordOutcome::ok) record_.error.reset();
    if (!record_.error) keeper().note_success();
    record_.timings.total = Clock::now() - started_;
    return std::move(record_);
  }

 private:
  using Place = AttemptPlan::Place;

  BrowserKeeper& keeper() { return plan_.place() == Place::apart ? keeper_.apart() : keeper_; }

  /// Whether the page may have a used target, and leave its own to another.
  bool may_share_target() const {
    const bool is_usual = job_.headers.empty() && job_.pictures == nullptr &&
                          job_.files == nullptr && !job_.content.frames &&
                          job_.page.paced_frames == keeper_.paces_frames();
    const bool has_own_origin = (job_.page.credentials && job_.page.credentials->origin.empty()) ||
                                has_secrets(job_.page.headers);
    return plan_.place() == Place::company && !plan_.afresh() && keeper_.recycles() && is_usual &&
           !has_own_origin;
  }

  AttemptPlan::Report report() const {
    AttemptPlan::Report report = went_;
    if (record_.error) report.error = record_.error->code;
    report.lost_document = is_shown(record_.content_type);
    report.has_html = record_.html_bytes() > 0;
    return report;
  }

  /// @return whether there is another attempt
  bool prepare(AttemptPlan::Next next) {
    switch (next) {
      case AttemptPlan::Next::end:
        return false;
      case AttemptPlan::Next::poison:
        record_.error->code = errc::poison;
        return false;
      case AttemptPlan::Next::after_a_pause:
        return !keeper().given_up();
      case AttemptPlan::Next::at_once:
        forget_attempt();
        return true;
    }
    return false;
  }

  /// The next attempt starts with a clean record, whether it fails or not.
  void forget_attempt() {
    record_.outcome = RecordOutcome::failed;
    record_.html.clear();
    record_.long_html.reset();
    record_.partial = false;
    record_.truncated = false;
    record_.dialogs = 0;
    record_.wait_ended_by.clear();
    record_.pending.clear();
  }

  /// A URL under which browsers have died is tried alone, so that it takes no other pages along
  /// again.
  Task<void> attempt() {
    ++record_.attempts;
    began_ = Clock::now();
    record_.attempt_starts.push_back(began_ - started_);
    record_.error.reset();
    went_ = {.in_company = plan_.place() == Place::company && keeper_.shares_processes()};
    clock_.emplace(record_.timings);
    try {
      if (plan_.place() == Place::alone) {
        co_await attempt_alone();
      } else {
        const BrowserKeeper::Lease lease = co_await keeper().get();
        lease_ = lease;
        auto presence = std::make_shared<Presence>(*lease);
        co_await attempt_in(lease, lease->browser, std::move(presence));
      }
    } catch (const Error& error) {
      note_error(error);
    } catch (const std::bad_alloc&) {
      note_error(no_memory());
    } catch (const std::exception& error) {
      note_error(Error(errc::internal, error.what()));
    }
    clock_->enter(Phase::close);
    note_silence();
  }

  Task<void> attempt_alone() {
    Browser browser = co_await keeper_.launch_alone();
    std::exception_ptr failure;
    try {
      co_await attempt_in(nullptr, browser, nullptr);
    } catch (...) {
      failure = std::current_exception();
    }
    co_await browser.close();
    if (failure) std::rethrow_exception(failure);
  }

  /// @param presence null where the page has the browser for itself
  Task<void> attempt_in(BrowserKeeper::Lease lease, Browser browser,
                        std::shared_ptr<Presence> presence) {
    record_.browser = browser.version();
    const bool shares = went_.in_company;
    const auto is_alone = [weak = std::weak_ptr(presence)] {
      const auto mine = weak.lock();
      return mine && mine->is_alone();
    };
    const auto in_company = [shares, is_alone] { return shares && !is_alone(); };
    job_.page.answer_limit = shares ? patience() : 0ms;
    job_.page.is_alone = is_alone;
    job_.page.recyclable = lease && may_share_target();
    int uses = 1;
    Page page = co_await open(browser, lease, uses);
    clock_->enter(Phase::navigate);
    PageReading reading(job_, times(),
                        {in_company, [this, lease] { suspect_all(lease); }, plan_.is_last()},
                        record_, *clock_);
    try {
      co_await reading.read(page);
      if (in_company() && lease->suspect && !has_passed(plan_.deadline()))
        throw Error(errc::page_hung,
                    "its script may have been terminated because of another page's");
    } catch (const Error& error) {
      const bool is_victim = shares && was_cut_short(error);
      note_error(is_victim
                     ? Error(errc::page_hung, "its script was terminated because of another page's")
                     : error);
    } catch (const std::exception& error) {
      note_error(Error(errc::internal, error.what()));
    }
    // A page that does not answer even after its script was terminated, and that was alone in its
    // browser.
    if (reading.hung() && is_alone()) went_.in_company = false;
    if (went_.in_company && record_.error && record_.error->code == errc::page_hung)
      keeper_.note_stall(lease);
    // A tunnel that a proxy refuses looks like any other failed connection.
    if (record_.error && !page.login_fault().empty())
      note_error(Error(errc::auth_required, page.login_fault()));
    record_.dialogs += page.dialogs();
    record_.popups = page.popups();
    clock_->enter(Phase::close);
    if (reading.hung()) co_await close_hung_page(page, lease);
    went_.doubtful = !page.is_untouched();
    if (record_.error) co_return;
    const bool may_be_used_again = job_.page.recyclable && !record_.partial;
    if (shares || may_be_used_again)
      keeper_.keep_warm(lease, {std::move(page), may_be_used_again ? uses : most_uses});
    // Any other page is closed with its handle, without waiting for it.
  }

  PageReading::Times times() const {
    PageReading::Times times{plan_.deadline(), std::nullopt};
    if (plan_.own_deadline() < plan_.deadline()) times.must_answer_by = plan_.own_deadline();
    return times;
  }

  void suspect_all(const BrowserKeeper::Lease& lease) {
    lease->suspect = true;
    keeper_.note_stall(lease);
  }

  /// A browser that answered nobody is not the page's failure.
  void note_silence() {
    const BrowserKeeper::Lease lease = std::exchange(lease_, nullptr);
    if (!lease || !record_.error || ended_from_outside_) return;
    went_.browser_silent =
        lease->is_silent || lease->silent_for(Clock::now()) >= keeper_.pulse().limit;
    if (lease->is_silent) {
      record_.error->code = errc::browser_crashed;
      record_.error->detail = "the browser did not answer";
    }
  }

  /// How long the page waits for its process: less than it has.
  std::chrono::milliseconds patience() const {
    constexpr int part = 4;
    return std::clamp(job_.timeout / part, 250ms, most_patience);
  }

  /// @param uses how often its target has been used then
  Task<Page> open(Browser browser, BrowserKeeper::Lease lease, int& uses) {
    const auto limit = std::clamp(remaining(plan_.deadline()), 1ms, open_limit);
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
    const auto limit = std::min(std::max(remaining(plan_.deadline()), 1ms), patience());
    std::optional<Page> page = co_await done->page.recycle(job_.url, job_.page, limit);
    if (page) uses = done->uses + 1;
    co_return page;
  }

  Task<void> close_hung_page(Page& page, BrowserKeeper::Lease lease) {
    const bool closed = co_await page.close(job_.overtime.close);
    if (!closed && lease) keeper().retire(lease);
  }

  /// A command that was not answered before the URL's deadline says something about the page, by
  /// its phase.
  void note_error(const Error& error) {
    if (ended_from_outside_) return;
    const Phase phase = clock_ ? clock_->phase() : Phase::queued;
    const bool is_late = error.code() == errc::protocol_timeout;
    errc code = is_late ? lateness_in(phase) : error.code();
    if (is_fault_of_start(code) && keeper_.given_up()) code = errc::cancelled;  // the run ends
    if (code == errc::machine_limit) keeper().note_shortage(error.what());
    record_.outcome = RecordOutcome::failed;
    record_.error = RecordError{code, phase, error.what() + by_proxy(error), error.net_error()};
    record_.partial = record_.partial && record_.html_bytes() > 0;
  }

  /// Which proxy was used when a connection failed: it may be the proxy that cannot be reached.
  std::string by_proxy(const Error& error) const {
    if (error.net_error().empty()) return {};
    const std::string& url = record_.final_url.empty() ? job_.url : record_.final_url;
    const std::string proxy = job_.proxies.proxy_for(url);
    return proxy.empty() ? std::string() : " (by proxy " + proxy + ")";
  }

  PageJob job_;
  BrowserKeeper& keeper_;
  Clock::time_point started_;
  AttemptPlan plan_;
  Record record_;

  // Of the newest attempt.
  Clock::time_point began_;
  std::optional<PhaseClock> clock_;
  BrowserKeeper::Lease lease_;
  AttemptPlan::Report went_;  ///< as far as the record does not tell

  bool ended_from_outside_ = false;  ///< what fails from then on does so because of that
};

/// Ends the work on a URL when its timeout has passed, whatever it does: cancels it, and when that
/// does not end it either, leaves it to the keeper.
Task<void> supervise(std::shared_ptr<PageScrape> scrape, BrowserKeeper* keeper,
                     std::chrono::milliseconds patience) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto group = std::make_shared<TaskGroup>(executor);
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  const auto cancelled = [&] { return state.cancelled() != boost::asio::cancellation_type::none; };
  group->spawn(scrape->run(), "work on " + scrape->url());
  while (!group->first() && !has_passed(scrape->end()) && !cancelled())
    co_await group->wait_for_first(scrape->end());
  if (!group->first()) {
    scrape->end_from_outside();
    group->cancel();
    co_await group->wait_for_first(deadline_in(patience));
  }
  if (group->first()) co_return co_await group->join();
  keeper->outlast(group, scrape);
}

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
  const auto patience = job.overtime.cancel;
  const auto scrape = std::make_shared<PageScrape>(std::move(job), keeper);
  co_await hold_cancellation(supervise(scrape, &keeper, patience));
  co_return scrape->take_record();
}

}  // namespace cdp
