#include "scrape/scrape_run.hpp"

#include "base/log.hpp"
#include "fetch/html_text.hpp"
#include "fetch/media_type.hpp"
#include "fetch/redirect_chain.hpp"
#include "scrape/fetch_page.hpp"
#include "scrape/scrape_page.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace cdp {
namespace {

/// Results that may be under way or held for each page at once: enough to ride out a slow page or
/// two.
constexpr std::size_t window_per_page = 4;

/// HTML that may be held, above which no further page is started.
constexpr std::size_t most_held_bytes = std::size_t{64} << 20;

/// Two pages a core keep it busy while one of them waits for its server.
int default_concurrency() {
  constexpr int fewest = 2;
  constexpr int most = 32;
  return std::clamp(2 * static_cast<int>(std::thread::hardware_concurrency()), fewest, most);
}

ScrapeOptions with_defaults(ScrapeOptions options) {
  if (options.concurrency <= 0) options.concurrency = default_concurrency();
  options.launch.accept_downloads = !options.save_files.empty();
  return options;
}

std::size_t window(const ScrapeOptions& options) {
  return options.concurrency == 1 ? 1
                                  : window_per_page * static_cast<std::size_t>(options.concurrency);
}

/// What HTTP shows of pages that a browser may show more of.
FetchDecision::Choice choose(FetchDecision& decision, const Record& fetched) {
  constexpr int forbidden = 403;
  constexpr int too_many_requests = 429;
  constexpr int unavailable = 503;
  if (fetched.error) {
    const bool is_picture = fetched.error->code == errc::download && fetched.status < 300 &&
                            fetched.content_type.starts_with("image/");
    return {is_picture, false, is_picture ? "a picture" : "it failed", ""};
  }
  if (fetched.partial) return {false, false, "its time was over", ""};
  const int status = fetched.status;
  // How servers greet clients that they take for machines, and whom a script would let in.
  if (status == forbidden || status == too_many_requests || status == unavailable)
    return {true, false, "status " + std::to_string(status), ""};
  if (!is_html(fetched.content_type)) return {false, false, "no HTML", ""};
  return decision.choose(origin_of(fetched.final_url), read_html(fetched.html));
}

Verification compare(const Record& fetched, const Record& rendered) {
  return compare_text(read_html(fetched.html).text, read_html(rendered.html).text);
}

}  // namespace

ScrapeRun::ScrapeRun(const boost::asio::any_io_executor& executor, ScrapeOptions options,
                     std::unique_ptr<UrlSource> source, Sink sink)
    : options_(with_defaults(std::move(options))),
      rules_(options_.fetch, options_.rules),
      source_(std::move(source)),
      sink_(std::move(sink)),
      keeper_(executor, options_),
      results_(options_.order, window(options_), most_held_bytes),
      changed_(executor) {
  progress_.total = source_->size();
  if (!options_.save_files.empty()) files_ = std::make_unique<FileStore>(options_.save_files);
}

Task<void> ScrapeRun::run() {
  TaskGroup group(changed_.executor());
  group.spawn(write_records(), "write records");
  TaskGroup pages(changed_.executor());
  co_await feed(pages);
  co_await pages.join();
  fed_ = true;
  changed_.notify_all();
  co_await group.join();
  co_await keeper_.close();
  if (fatal_) throw *fatal_;
}

Task<void> ScrapeRun::feed(TaskGroup& pages) {
  const auto most = static_cast<std::size_t>(options_.concurrency);
  const auto has_room = [&] {
    return stopping_ || (progress_.in_flight < most && results_.may_start());
  };
  while (!stopping_) {
    co_await changed_.until(has_room, Deadline::max());
    if (stopping_) break;
    std::optional<InputUrl> input;
    try {
      input = co_await source_->next();
    } catch (const Error& error) {
      fail(error);
    } catch (const std::exception& error) {
      fail(Error(errc::internal, error.what()));
    }
    if (!input || stopping_) break;
    if (mode_of(*input) == FetchMode::browser) co_await require_browser();
    if (stopping_) break;
    ++progress_.in_flight;
    std::string name = "scrape " + input->url;
    const int worker = workers_.take();
    pages.spawn(scrape_one(results_.start(), worker, std::move(*input)), std::move(name));
  }
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

Task<void> ScrapeRun::scrape_one(std::size_t turn, int worker, InputUrl input) {
  PageJob job = job_for(input);
  Record record;
  if (input.fault) {
    record = begin_record(job);
    record.error = RecordError{input.fault->code(), Phase::queued, input.fault->what(), {}};
  } else {
    Task<Record> scraping = record_of(std::move(job));
    record = co_await std::move(scraping);
  }
  record.worker = worker;
  workers_.give_back(worker);
  // A disk that is full is full for the others, too.
  if (record.error && record.error->code == errc::output_error)
    fail(Error(errc::output_error, record.error->detail));
  --progress_.in_flight;
  ++(record.error ? progress_.failed : progress_.ok);
  if (!record.error && record.fetch == FetchMode::http) ++progress_.over_http;
  results_.put(turn, std::move(record));
  changed_.notify_all();
  // Without a browser every further URL would fail the same way: the run ends instead.
  if (keeper_.given_up() && !stopping_) fail(*keeper_.given_up());
}

Task<Record> ScrapeRun::record_of(PageJob job) {
  if (job.fetch == FetchMode::browser) return scrape_page(std::move(job), keeper_);
  return fetch_or_render(std::move(job));
}

/// Over HTTP; and by the browser in what is left of the URL's time, where HTTP does not do.
Task<Record> ScrapeRun::fetch_or_render(PageJob job) {
  Task<Record> fetching = fetch_page(job, http());
  Record fetched = co_await std::move(fetching);
  if (job.fetch == FetchMode::automatic) {
    FetchDecision::Choice choice = choose(decision_, fetched);
    fetched.fetch_reason = choice.reason;
    if (choice.render) {
      Task<Record> rendering = render_after(std::move(fetched), std::move(job), std::move(choice));
      co_return co_await std::move(rendering);
    }
  }
  if (!is_verified(fetched)) co_return fetched;
  Task<Record> verifying = verify(std::move(fetched), std::move(job));
  co_return co_await std::move(verifying);
}

Task<Record> ScrapeRun::render_after(Record fetched, PageJob job, FetchDecision::Choice choice) {
  const auto spent = fetched.timings.total;
  job.timeout -= std::chrono::duration_cast<std::chrono::milliseconds>(spent);
  job.timeout = std::max(job.timeout, std::chrono::milliseconds(1));
  Task<Record> rendering = scrape_page(std::move(job), keeper_);
  Record rendered = co_await std::move(rendering);
  if (choice.sample && !rendered.error && !rendered.partial)
    decision_.learn(choice.template_key, compare(fetched, rendered));
  rendered.fetch_reason = std::move(choice.reason);
  rendered.started_at = fetched.started_at;
  rendered.timings.total += spent;
  for (Timings::Span& start : rendered.attempt_starts)
    start += spent;
  co_return rendered;
}

/// Renders the page as well, in a time of its own. What HTTP gave stays the result.
Task<Record> ScrapeRun::verify(Record fetched, PageJob job) {
  Task<Record> rendering = scrape_page(std::move(job), keeper_);
  const Record rendered = co_await std::move(rendering);
  if (rendered.error) {
    write_log(options_.log, LogLevel::warn, "{}: cannot be verified: {}", fetched.url,
              rendered.error->detail);
    co_return fetched;
  }
  fetched.verification = compare(fetched, rendered);
  ++progress_.verified;
  if (fetched.verification->is_loss()) {
    ++progress_.lossy;
    write_log(options_.log, LogLevel::warn,
              "{}: over HTTP it lacks {} of the {} words of the rendered page", fetched.url,
              fetched.verification->lost, fetched.verification->words);
  }
  co_return fetched;
}

/// The same pages in every run over the same list, evenly spread.
bool ScrapeRun::is_verified(const Record& record) const {
  if (record.error || record.partial || !record.file.empty() || options_.verify_percent <= 0)
    return false;
  const auto upto = [this](std::size_t count) {
    return static_cast<std::size_t>(static_cast<double>(count) * options_.verify_percent / 100.0);
  };
  return upto(record.seq + 1) > upto(record.seq);
}

FetchMode ScrapeRun::mode_of(const InputUrl& input) const {
  return input.fetch.value_or(rules_.mode_of(input.url));
}

HttpClient& ScrapeRun::http() {
  if (http_) return *http_;
  HttpOptions options{options_.page, options_.cookies, options_.launch.proxy, options_.concurrency};
  http_ = std::make_unique<HttpClient>(changed_.executor(), std::move(options));
  if (cancelled_) http_->cancel();
  return *http_;
}

PageJob ScrapeRun::job_for(const InputUrl& input) const {
  PageJob job;
  job.seq = input.seq;
  job.url = input.url;
  job.wait = options_.wait;
  if (input.wait_until) job.wait.until = *input.wait_until;
  job.timeout = input.timeout.value_or(options_.timeout);
  job.retries = options_.retries;
  job.on_timeout = options_.on_timeout;
  job.content = options_.content;
  job.page = options_.page;
  job.page.attach_frames = options_.content.frames;
  job.fetch = mode_of(input);
  job.files = files_.get();
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
    changed_.notify_all();
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
  }
}

void ScrapeRun::fail(const Error& error) {
  if (!fatal_) fatal_ = error;
  cancel();
}

void ScrapeRun::stop() {
  stopping_ = true;
  source_->close();
  // Nobody needs the browser any more that is being started.
  if (progress_.in_flight == 0 && keeper_.is_starting()) keeper_.kill();
  changed_.notify_all();
}

void ScrapeRun::cancel() {
  stop();
  cancelled_ = true;
  keeper_.kill();
  if (http_) http_->cancel();
}

namespace {

/// The run is a coroutine of its own: who awaits it may be cancelled, by Asio, at any of his waits,
/// and it has to end in order all the same.
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
