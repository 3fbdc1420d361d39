// A run: many URLs, a bounded number of them at once.
#pragma once

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "fetch/http_client.hpp"
#include "frontier/fetch_rules.hpp"
#include "frontier/url_filter.hpp"
#include "frontier/url_queue.hpp"
#include "frontier/url_source.hpp"
#include "output/file_store.hpp"
#include "output/reorder_buffer.hpp"
#include "run/attempt/fetch_decision.hpp"
#include "run/attempt/fetch_page.hpp"
#include "run/concurrency_governor.hpp"
#include "run/keeper/browser_keeper.hpp"
#include "run/worker_slots.hpp"
#include <cdp/error.hpp>
#include <cdp/record.hpp>
#include <cdp/scrape.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace cdp {

struct PageJob;

/// Takes URLs from a source, scrapes as many at once as it may, and hands each record to a sink,
/// one after the other, in the order asked for. A sink that is slow slows the run down; nothing
/// piles up before it.
///
/// What belongs to one URL ends in its record. What ends the run (the input cannot be read, the
/// output not written, the browser not started) is thrown by `run`, after everything in progress
/// has ended.
class ScrapeRun {
 public:
  /// Takes a record; may wait. @throws Error to end the run
  using Sink = std::function<Task<void>(Record)>;

  /// For a sink that keeps records back, to write several at once.
  struct Batches {
    std::function<Deadline()> due;      ///< when it is to be flushed; max: it keeps nothing back
    std::function<Task<void>()> flush;  ///< may wait. @throws Error to end the run
  };

  struct Progress {
    std::size_t ok = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
    std::size_t in_flight = 0;
    std::size_t over_http = 0;         ///< of the ones that are ok
    std::size_t verified = 0;          ///< of those, rendered again
    std::size_t lossy = 0;             ///< and found to lack text
    std::size_t nicked = 0;            ///< or single words only, which is no loss
    std::optional<std::size_t> total;  ///< where the length of the input is known, or estimated
    bool is_estimate = false;          ///< the total is one
    bool is_empty_input = false;       ///< it has been read to its end, and there was nothing

    std::size_t done() const { return ok + failed + skipped; }
  };

  ScrapeRun(const boost::asio::any_io_executor& executor, ScrapeOptions options,
            std::unique_ptr<UrlSource> source, Sink sink);

  /// Before `run`: whom to flush.
  void set_batches(Batches batches) { batches_ = std::move(batches); }

  /// Works through the input. The browser is started before the first page that needs it, and ended
  /// after the last.
  /// @throws Error the first one that ended the run
  Task<void> run();

  /// Takes no more URLs; those in progress are finished.
  void stop();

  /// Gives up what is in progress too: it ends as `cancelled`.
  void cancel();

  const Progress& progress() const { return progress_; }

  /// Whether what is in progress was given up, by `cancel` or because the run failed.
  bool is_cancelled() const { return cancelled_; }
  int concurrency() const { return options_.concurrency; }

  /// Starts and ends of browsers, in order.
  const std::vector<BrowserEvent>& browser_events() const { return keeper_.events(); }

  bool browser_keeps_dying() const { return keeper_.keeps_dying(); }

 private:
  Task<void> read_input();
  Task<void> start_pages(TaskGroup& pages);
  Task<void> start_page(TaskGroup& pages, QueuedUrl url);
  Task<void> scrape_one(QueuedUrl url, int worker);
  Task<void> fetch_robots_of(std::string origin);
  Task<void> watch_pressure();
  Task<void> watch_disk();
  Task<void> await_turn(std::size_t number, Deadline deadline);
  void note_length(bool has_more);
  void admit(InputUrl input);
  void skip(QueuedUrl url, RecordOutcome outcome, std::optional<RecordError> error);
  void abandon(QueuedUrl url);
  bool ask_later(QueuedUrl& url, Record& record);
  void put(std::size_t number, Record record);
  bool is_hungry();
  bool is_over() const;
  std::optional<std::size_t> last_page() const;
  void changed();
  Task<void> write_records();
  Task<void> require_browser();
  Task<Record> record_of(PageJob job);
  Task<Record> fetch_or_render(PageJob job);
  Task<Record> render_after(FetchedPage page, PageJob job, FetchDecision::Choice choice);
  Task<Record> verify(Record fetched, PageJob job);
  PageJob job_for(const QueuedUrl& url);
  FetchMode mode_of(const InputUrl& input) const;
  HttpClient& http();
  HttpClient& robots_http();
  std::unique_ptr<HttpClient> make_http() const;
  void fail(const Error& error);

  ConcurrencyGovernor::Watch watch_;
  ScrapeOptions options_;
  ConcurrencyGovernor governor_;
  FetchRules rules_;
  std::unique_ptr<UrlSource> source_;
  Sink sink_;
  Batches batches_;
  BrowserKeeper keeper_;
  FetchDecision decision_;
  UrlFilter filter_;
  UrlQueue queue_;
  std::unique_ptr<HttpClient> http_;         ///< from the first page that is fetched over HTTP
  std::unique_ptr<HttpClient> robots_http_;  ///< of its own: nobody waits for it when the run stops
  std::unique_ptr<FileStore> pictures_;      ///< null when none are taken
  std::unique_ptr<FileStore> files_;         ///< null when files are not saved
  ReorderBuffer results_;
  WorkerSlots workers_;
  Progress progress_;
  bool stopping_ = false;
  bool cancelled_ = false;
  bool browser_required_ = false;
  bool input_ended_ = false;
  bool fed_ = false;  ///< no further page will be started
  unsigned changes_ = 0;
  std::optional<Error> fatal_;
  Notifier changed_;
};

}  // namespace cdp
