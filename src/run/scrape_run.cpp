#include "run/scrape_run.hpp"

#include "base/log.hpp"
#include "base/system/pressure.hpp"
#include "base/text/utf8.hpp"
#include "base/web/proxy_settings.hpp"
#include "frontier/retry_after.hpp"
#include "frontier/robots_fetch.hpp"
#include "output/record_line.hpp"
#include "run/attempt/fetch_choice.hpp"
#include "run/attempt/fetch_page.hpp"
#include "run/attempt/scrape_page.hpp"
#include "run/page_job.hpp"
#include "run/record_verdict.hpp"
#include "run/run_defaults.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <random>
#include <utility>
#include <variant>

namespace cdp {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

ScrapeRun::ScrapeRun(const boost::asio::any_io_executor& executor, ScrapeOptions options,
                     std::unique_ptr<UrlSource> source, Sink sink)
    : watch_(options.concurrency > 0 ? ConcurrencyGovernor::Watch::memory
                                     : ConcurrencyGovernor::Watch::memory_and_processors),
      options_(with_defaults(std::move(options))),
      governor_(static_cast<std::size_t>(options_.concurrency), watch_),
      rules_(options_.fetch, options_.rules),
      source_(std::move(source)),
      sink_(std::move(sink)),
      keeper_(executor, options_),
      filter_(options_.skip_duplicates ? UrlFilter::Duplicates::skip : UrlFilter::Duplicates::keep),
      queue_(options_, std::random_device{}()),
      results_(options_.order, UrlQueue::look_ahead + backlog(options_), most_held_bytes,
               backlog(options_)),
      changed_(executor) {
  note_length(true);
  const ScrapeOptions::Pictures& pictures = options_.pictures;
  if (pictures.screenshots || pictures.pdfs)
    pictures_ = std::make_unique<FileStore>(pictures.directory);
  if (!options_.save_files.empty()) files_ = std::make_unique<FileStore>(options_.save_files);
}

Task<void> ScrapeRun::run() {
  TaskGroup group(changed_.executor());
  group.spawn(write_records(), "write records");
  group.spawn(read_input(), "read input");
  if (options_.adapt) group.spawn(watch_pressure(), "watch pressure");
  if (options_.limits.disk > 0) group.spawn(watch_disk(), "watch disk");
  TaskGroup pages(changed_.executor());
  co_await start_pages(pages);
  co_await pages.join();
  fed_ = true;
  changed();
  co_await group.join();
  co_await keeper_.close();
  if (fatal_) throw *fatal_;
}

void ScrapeRun::changed() {
  ++changes_;
  changed_.notify_all();
}

/// URLs are read when a page could be started and none of those read may be: so the run looks ahead
/// past hosts that have to wait, and no further than it has to.
bool ScrapeRun::is_hungry() {
  return progress_.in_flight < governor_.limit() && results_.may_start() && queue_.has_room() &&
         !queue_.has_step(Clock::now());
}

Task<void> ScrapeRun::read_input() {
  const auto wanted = [this] { return stopping_ || is_hungry(); };
  while (!stopping_) {
    co_await changed_.until(wanted, Deadline::max());
    if (stopping_) break;
    std::optional<InputUrl> input;
    try {
      input = co_await source_->next();
    } catch (const Error& error) {
      fail(error);
    } catch (const std::exception& error) {
      fail(Error(errc::internal, error.what()));
    }
    note_length(input.has_value());
    if (!input || stopping_) break;
    admit(std::move(*input));
  }
  input_ended_ = true;
  changed();
}

/// A file tells its length better with every line that is read of it.
void ScrapeRun::note_length(bool has_more) {
  progress_.total = source_->size();
  progress_.is_estimate = !progress_.total.has_value();
  if (progress_.is_estimate) progress_.total = source_->estimated_size();
  if (!has_more && !stopping_) progress_.is_empty_input = source_->given() == 0;
}

void ScrapeRun::admit(InputUrl input) {
  auto verdict = filter_.check(input);
  if (input.recorded) return;
  QueuedUrl url;
  url.number = results_.start();
  url.input = std::move(input);
  url.read_at = Clock::now();
  if (verdict) return skip(std::move(url), verdict->outcome, std::move(verdict->error));
  if (options_.dry_run) return skip(std::move(url), RecordOutcome::skipped, std::nullopt);
  queue_.add(std::move(url), Clock::now());
  changed();
}

std::optional<std::size_t> ScrapeRun::last_page() const {
  if (stopping_ || progress_.in_flight >= governor_.limit()) return std::nullopt;
  return results_.last_to_begin();
}

bool ScrapeRun::is_over() const {
  return (stopping_ || (input_ended_ && queue_.waiting() == 0)) && progress_.in_flight == 0;
}

/// Does what the queue says, until there is nothing left to be done. Pages in progress may ask for
/// another turn, and go back into the queue.
Task<void> ScrapeRun::start_pages(TaskGroup& pages) {
  while (!is_over()) {
    if (stopping_) {
      for (QueuedUrl& url : queue_.clear())
        abandon(std::move(url));
    }
    UrlQueue::Step step = queue_.next(Clock::now(), last_page());
    if (auto* const start = std::get_if<UrlQueue::StartPage>(&step)) {
      Task<void> starting = start_page(pages, std::move(start->url));
      co_await std::move(starting);
    } else if (auto* const refuse = std::get_if<UrlQueue::Refuse>(&step)) {
      skip(std::move(refuse->url), RecordOutcome::skipped, std::move(refuse->error));
    } else if (auto* const fetch = std::get_if<UrlQueue::FetchRobots>(&step)) {
      std::string name = "fetch robots.txt of " + fetch->origin;
      pages.spawn(fetch_robots_of(std::move(fetch->origin)), std::move(name));
    } else if (std::holds_alternative<UrlQueue::Grant>(step)) {
      changed();
    } else {
      const unsigned seen = changes_;
      const auto has_changed = [this, seen] { return changes_ != seen; };
      co_await changed_.until(has_changed, std::get<UrlQueue::Wait>(step).ask_again);
    }
  }
  for (QueuedUrl& url : queue_.clear())
    abandon(std::move(url));
}

Task<void> ScrapeRun::start_page(TaskGroup& pages, QueuedUrl url) {
  if (mode_of(url.input) == FetchMode::browser) co_await require_browser();
  if (stopping_) {
    queue_.finish(url.number, Clock::now());
    abandon(std::move(url));
    co_return;
  }
  ++progress_.in_flight;
  const int worker = workers_.take();
  std::string name = "scrape " + url.input.url;
  pages.spawn(scrape_one(std::move(url), worker), std::move(name));
  changed();  // another URL may be read
}

/// The run stops before the URL's turn. What it has got so far is its result.
void ScrapeRun::abandon(QueuedUrl url) {
  if (url.last) return put(url.number, std::move(*url.last));
  results_.skip(url.number);
}

/// The record of a URL that nobody is asked for.
void ScrapeRun::skip(QueuedUrl url, RecordOutcome outcome, std::optional<RecordError> error) {
  Record record;
  record.seq = url.input.seq;
  record.fetch = mode_of(url.input) == FetchMode::browser ? FetchMode::browser : FetchMode::http;
  record.url = std::move(url.input.url);
  record.data = std::move(url.input.data);
  record.started_at = std::chrono::system_clock::now();
  record.outcome = outcome;
  record.error = std::move(error);
  put(url.number, std::move(record));
}

void ScrapeRun::put(std::size_t number, Record record) {
  constexpr std::size_t longest_detail = 1000;  // URLs may have two million characters
  if (record.error) cut_utf8(record.error->detail, longest_detail);
  if (record.outcome == RecordOutcome::skipped) {
    ++progress_.skipped;
  } else {
    ++(record.error ? progress_.failed : progress_.ok);
  }
  if (!record.error && record.outcome == RecordOutcome::ok && record.fetch == FetchMode::http)
    ++progress_.over_http;
  results_.put(number, std::move(record));
  changed();
}

Task<void> ScrapeRun::fetch_robots_of(std::string origin) {
  constexpr std::chrono::milliseconds longest = std::chrono::seconds(30);
  RobotsFile file;
  file.fault = "the run was stopped";
  if (!stopping_) {
    Task<RobotsFile> fetching =
        fetch_robots(robots_http(), origin, options_.retries, std::min(options_.timeout, longest));
    file = co_await std::move(fetching);
  }
  if (!file.fault.empty() && !stopping_) {
    write_log(options_.log, LogLevel::warn,
              "{}; skipping its URLs (--robots ignore scrapes them anyway)", file.fault);
  } else if (!stopping_) {
    write_log(options_.log, LogLevel::info, "obeying {}/robots.txt", origin);
  }
  queue_.take_robots(origin, file, Clock::now());
  changed();
}

/// Fewer pages at once while the machine is overloaded.
Task<void> ScrapeRun::watch_pressure() {
  constexpr std::chrono::seconds interval{1};
  const auto over = [this] { return fed_; };
  while (!co_await changed_.until(over, deadline_in(interval))) {
    const auto change = governor_.take(read_pressure(), progress_.in_flight, Clock::now());
    if (!change) continue;
    // A single page is not kept waiting by it.
    const bool matters = progress_.in_flight + queue_.waiting() > 1;
    write_log(options_.log, matters ? LogLevel::info : LogLevel::debug, "{}", *change);
    changed();
  }
}

Task<void> ScrapeRun::watch_disk() {
  constexpr std::chrono::seconds interval{1};
  const auto over = [this] { return fed_; };
  while (!co_await changed_.until(over, deadline_in(interval)))
    keeper_.check_disk();
}

/// For a page in progress, before it asks its host once more.
Task<void> ScrapeRun::await_turn(std::size_t number, Deadline deadline) {
  queue_.ask_turn(number);
  changed();
  const auto over = [&] { return queue_.has_turn(number) || cancelled_; };
  co_await changed_.until(over, deadline);
  if (!queue_.take_turn(number)) queue_.give_up_turn(number, Clock::now());
}

/// A browser that cannot be started ends the run before any page is begun that needs it.
Task<void> ScrapeRun::require_browser() {
  if (std::exchange(browser_required_, true)) co_return;
  std::optional<Error> fault;
  try {
    co_await keeper_.get();
  } catch (const Error& error) {
    fault = error;
  }
  if (fault) fail(*fault);
}

Task<void> ScrapeRun::scrape_one(QueuedUrl url, int worker) {
  const auto queued = Clock::now() - url.read_at;
  Task<Record> scraping = record_of(job_for(url));
  Record record = co_await std::move(scraping);
  record.attempts += url.attempts;
  record.timings.total += url.spent;
  record.timings.queued = queued - url.spent;
  record.data = url.input.data;
  record.worker = worker;
  workers_.give_back(worker);
  // A disk that is full is full for the others, too.
  if (record.error && record.error->code == errc::output_error)
    fail(Error(errc::output_error, record.error->detail));
  --progress_.in_flight;
  if (!ask_later(url, record)) {
    judge_status(record, options_.fail_statuses);
    queue_.finish(url.number, Clock::now());
    put(url.number, std::move(record));
  }
  changed();
  // Without a browser every further URL would fail the same way: the run ends instead.
  if (keeper_.given_up() && !stopping_) fail(*keeper_.given_up());
}

/// A host that refuses for too many requests is left alone for a while, and asked again if the URL
/// may be tried again. @return whether it will be; then the record has been kept for the case that
/// it does not come to that
bool ScrapeRun::ask_later(QueuedUrl& url, Record& record) {
  const auto now = Clock::now();
  if (record.error || !is_refusal(record.status, record.retry_after)) {
    if (!record.error) queue_.accept(url.number, now);
    return false;
  }
  const auto pause = queue_.refuse(url.number, record.retry_after, now);
  const bool again = !stopping_ && record.attempts <= options_.retries &&
                     record.timings.total < url.input.timeout.value_or(options_.timeout);
  write_log(options_.log, LogLevel::info, "{}: status {}: pausing its host for {:.1f} s{}",
            record.url, record.status, std::chrono::duration<double>(pause).count(),
            again ? "; then trying again" : "");
  if (!again) return false;
  url.attempts = record.attempts;
  url.spent = record.timings.total;
  url.last = std::move(record);
  queue_.add_again(std::move(url), now);
  return true;
}

Task<Record> ScrapeRun::record_of(PageJob job) {
  if (job.fetch == FetchMode::browser) return scrape_page(std::move(job), keeper_);
  return fetch_or_render(std::move(job));
}

/// Over HTTP; and by the browser in what is left of the URL's time, where HTTP does not do.
Task<Record> ScrapeRun::fetch_or_render(PageJob job) {
  Task<FetchedPage> fetching = fetch_page(job, http());
  FetchedPage page = co_await std::move(fetching);
  FetchDecision::Choice choice;
  if (job.fetch == FetchMode::automatic) {
    choice = choose_for(decision_, page);
    page.record.fetch_reason = choice.reason;
    if (choice.render) {
      Task<Record> rendering = render_after(std::move(page), std::move(job), std::move(choice));
      co_return co_await std::move(rendering);
    }
  }
  Record fetched = std::move(page.record);
  if (!is_to_be_verified(options_.verify_percent, fetched)) co_return fetched;
  Task<Record> verifying = verify(std::move(fetched), std::move(job));
  co_return co_await std::move(verifying);
}

Task<Record> ScrapeRun::render_after(FetchedPage page, PageJob job, FetchDecision::Choice choice) {
  const Record& fetched = page.record;
  co_await cdp::await_turn(job, deadline_in(job.timeout));
  const auto spent = fetched.timings.total;
  job.timeout -= std::chrono::duration_cast<std::chrono::milliseconds>(spent);
  job.timeout = std::max(job.timeout, std::chrono::milliseconds(1));
  Task<Record> rendering = scrape_page(std::move(job), keeper_);
  Record rendered = co_await std::move(rendering);
  if (choice.sample && !rendered.error && !rendered.partial)
    decision_.learn(choice.template_key, compare_records(fetched, rendered));
  note_cut(page, rendered);
  rendered.fetch_reason = std::move(choice.reason);
  rendered.started_at = fetched.started_at;
  rendered.timings.total += spent;
  for (Timings::Span& start : rendered.attempt_starts)
    start += spent;
  co_return rendered;
}

/// Renders the page as well, in a time of its own. What HTTP gave stays the result.
Task<Record> ScrapeRun::verify(Record fetched, PageJob job) {
  co_await cdp::await_turn(job, deadline_in(job.timeout));
  Task<Record> rendering = scrape_page(std::move(job), keeper_);
  const Record rendered = co_await std::move(rendering);
  if (rendered.error || rendered.partial) {
    write_log(options_.log, LogLevel::warn, "{}: cannot be verified: {}", fetched.url,
              rendered.error ? rendered.error->detail : "it was not done when it was rendered");
    co_return fetched;
  }
  fetched.verification = compare_records(fetched, rendered);
  ++progress_.verified;
  if (fetched.verification->lost > 0 && !fetched.verification->is_loss()) ++progress_.nicked;
  if (fetched.verification->is_loss()) {
    ++progress_.lossy;
    write_log(options_.log, LogLevel::warn,
              "{}: over HTTP it lacks {} of the {} words of the rendered page", fetched.url,
              fetched.verification->lost, fetched.verification->words);
  }
  co_return fetched;
}

FetchMode ScrapeRun::mode_of(const InputUrl& input) const {
  const FetchMode mode = input.fetch.value_or(rules_.mode_of(input.url));
  return mode == FetchMode::automatic && needs_rendering(options_, input) ? FetchMode::browser
                                                                          : mode;
}

std::unique_ptr<HttpClient> ScrapeRun::make_http() const {
  HttpOptions options{options_.page, options_.cookies, proxies_of(options_.launch),
                      options_.concurrency};
  return std::make_unique<HttpClient>(changed_.executor(), std::move(options));
}

HttpClient& ScrapeRun::http() {
  if (http_) return *http_;
  http_ = make_http();
  if (cancelled_) http_->cancel();
  return *http_;
}

HttpClient& ScrapeRun::robots_http() {
  if (robots_http_) return *robots_http_;
  robots_http_ = make_http();
  if (stopping_) robots_http_->cancel();
  return *robots_http_;
}

PageJob ScrapeRun::job_for(const QueuedUrl& url) {
  const std::size_t number = url.number;
  PageJob job = page_job(options_, url);
  job.fetch = mode_of(url.input);
  job.files = files_.get();
  job.pictures = pictures_.get();
  if (!queue_.is_spaced(number)) return job;
  job.page.on_document_request = [this, number](DocumentRequest event) {
    queue_.note(number, event, Clock::now());
    changed();
  };
  job.await_turn = [this, number](Deadline deadline) { return await_turn(number, deadline); };
  return job;
}

/// A sink that keeps records back is told when it has kept them long enough, and at the end: also
/// at that of a run that failed, unless it was the sink that did.
Task<void> ScrapeRun::write_records() {
  const auto has_work = [this] { return results_.has_next() || fed_; };
  bool going_on = true;
  while (going_on) {
    const Deadline due = batches_.due ? batches_.due() : Deadline::max();
    co_await changed_.until(has_work, due);
    std::optional<Record> record = results_.take();
    if (record) changed();
    going_on = record.has_value() || !fed_;
    try {
      if (record) co_await sink_(std::move(*record));
      going_on = going_on && !fatal_;
      if (batches_.flush && (!record || !going_on)) co_await batches_.flush();
    } catch (const Error& error) {
      going_on = false;
      fail(error);
    } catch (const std::exception& error) {
      going_on = false;
      fail(Error(errc::internal, error.what()));
    }
    results_.note_written();
    changed();
  }
}

void ScrapeRun::fail(const Error& error) {
  if (!fatal_) fatal_ = error;
  cancel();
}

void ScrapeRun::stop() {
  stopping_ = true;
  source_->close();
  if (robots_http_) robots_http_->cancel();
  // Nobody needs the browser any more that is being started.
  if (progress_.in_flight == 0 && keeper_.is_starting()) keeper_.kill();
  changed();
}

void ScrapeRun::cancel() {
  stop();
  cancelled_ = true;
  keeper_.kill();
  if (http_) http_->cancel();
}

namespace {

/// The run is a coroutine of its own: its caller may be cancelled, by Asio, at any wait, and the
/// run has to end in order anyway.
Task<void> run_to_the_end(ScrapeRun& run, std::shared_ptr<detail::Slot<void>> slot) {
  const auto executor = co_await boost::asio::this_coro::executor;
  TaskGroup group(executor);
  group.spawn(detail::keep_in(run.run(), std::move(slot)), "scrape");
  const std::function<void()> cancel = [&run] { run.cancel(); };
  co_await group.join(cancel);
}

}  // namespace

Task<std::vector<Record>> scrape(std::vector<std::string> urls, ScrapeOptions options) {
  const auto executor = co_await boost::asio::this_coro::executor;
  std::vector<Record> records;
  const ScrapeRun::Sink keep = [&records](Record record) -> Task<void> {
    record.html = text_of(record);
    record.long_html.reset();
    records.push_back(std::move(record));
    co_return;
  };
  ScrapeRun run(executor, std::move(options), make_list_source(std::move(urls)), keep);
  const auto slot = detail::make_slot<void>();
  co_await hold_cancellation(run_to_the_end(run, slot));
  slot->take();
  co_return records;
}

}  // namespace cdp
