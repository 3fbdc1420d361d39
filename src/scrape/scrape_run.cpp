#include "scrape/scrape_run.hpp"

#include "base/log.hpp"
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
  return options;
}

std::size_t window(const ScrapeOptions& options) {
  return options.concurrency == 1 ? 1
                                  : window_per_page * static_cast<std::size_t>(options.concurrency);
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
    pages.spawn(scrape_one(results_.start(), std::move(*input)), std::move(name));
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

Task<void> ScrapeRun::scrape_one(std::size_t seq, InputUrl input) {
  PageJob job = job_for(seq, input);
  Record record;
  if (input.fault) {
    record.seq = seq;
    record.url = std::move(input.url);
    record.started_at = std::chrono::system_clock::now();
    record.error = RecordError{input.fault->code(), Phase::queued, input.fault->what(), {}};
  } else {
    Task<Record> scraping = record_of(std::move(job));
    record = co_await std::move(scraping);
  }
  --progress_.in_flight;
  ++(record.error ? progress_.failed : progress_.ok);
  results_.put(std::move(record));
  changed_.notify_all();
  // Without a browser every further URL would fail the same way: the run ends instead.
  if (keeper_.given_up() && !stopping_) fail(*keeper_.given_up());
}

Task<Record> ScrapeRun::record_of(PageJob job) {
  if (job.fetch == FetchMode::http) return fetch_page(std::move(job), http());
  return scrape_page(std::move(job), keeper_);
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

PageJob ScrapeRun::job_for(std::size_t seq, const InputUrl& input) const {
  PageJob job;
  job.seq = seq;
  job.url = input.url;
  job.wait = options_.wait;
  if (input.wait_until) job.wait.until = *input.wait_until;
  job.timeout = input.timeout.value_or(options_.timeout);
  job.retries = options_.retries;
  job.on_timeout = options_.on_timeout;
  job.max_html_bytes = options_.max_html_bytes;
  job.page = options_.page;
  job.fetch = mode_of(input);
  return job;
}

Task<void> ScrapeRun::write_records() {
  const auto has_work = [this] { return results_.has_next() || fed_; };
  for (;;) {
    co_await changed_.until(has_work, Deadline::max());
    std::optional<Record> record = results_.take();
    if (!record) co_return;
    changed_.notify_all();
    try {
      co_await sink_(std::move(*record));
    } catch (const Error& error) {
      fail(error);
    } catch (const std::exception& error) {
      fail(Error(errc::internal, error.what()));
    }
    if (fatal_) co_return;
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

Task<std::vector<Record>> scrape(std::vector<std::string> urls, ScrapeOptions options) {
  const auto executor = co_await boost::asio::this_coro::executor;
  std::vector<Record> records;
  const ScrapeRun::Sink keep = [&records](Record record) -> Task<void> {
    records.push_back(std::move(record));
    co_return;
  };
  ScrapeRun run(executor, std::move(options), make_list_source(std::move(urls)), keep);
  co_await run.run();
  co_return records;
}

}  // namespace cdp
