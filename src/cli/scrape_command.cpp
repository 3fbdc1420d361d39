#include "cli/scrape_command.hpp"

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/scheduling.hpp"
#include "base/spawn.hpp"
#include "cli/insight.hpp"
#include "cli/log_sink.hpp"
#include "cli/progress.hpp"
#include "scrape/record_writer.hpp"
#include "scrape/scrape_run.hpp"
#include "scrape/url_source.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace cdp::cli {
namespace {

std::unique_ptr<UrlSource> open_input(const boost::asio::any_io_executor& executor,
                                      const Arguments& arguments) {
  if (arguments.input.empty()) return make_list_source(arguments.urls);
  std::vector<std::unique_ptr<UrlSource>> sources;
  sources.push_back(make_list_source(arguments.urls));
  sources.push_back(make_file_source(executor, arguments.input));
  return make_joined_source(std::move(sources));
}

/// The command under way: a run, and the world around it: signals, the terminal, the output.
class ScrapeCommand {
 public:
  ScrapeCommand(boost::asio::any_io_executor executor, const Arguments& arguments)
      : arguments_(arguments),
        progress_(!arguments.quiet && !arguments.no_progress),
        log_(make_log(arguments, [this] { progress_.clear(); })),
        input_(open_input(executor, arguments)),
        output_(arguments.output_options(), log_),
        run_(executor, options(), output_.unfinished(std::move(input_)),
             [this](Record record) { return write(std::move(record)); }),
        insight_(executor, arguments_, log_, run_),
        signals_(executor, SIGINT, SIGTERM),
        drain_limit_(executor),
        redraw_(executor) {
    run_.set_batches({[this] { return output_.due(); }, [this] { return output_.flush(); }});
  }

  Task<ExitCode> execute() {
    await_signal();
    redraw();
    insight_.start();
    std::optional<Error> fatal;
    try {
      co_await run_.run();
    } catch (const Error& error) {
      fatal = error;
    }
    signals_.cancel();
    drain_limit_.cancel();
    redraw_.cancel();
    co_await insight_.stop();
    progress_.clear();
    if (fatal && signal_ == 0)
      write_log(log_, LogLevel::error, "{}: {}", to_string(fatal->code()), fatal->what());
    sum_up();
    const bool reported = insight_.write_report(describe_end(fatal));
    const ExitCode code = exit_code(fatal);
    co_return code == ExitCode::ok && !reported ? ExitCode::output : code;
  }

 private:
  ScrapeOptions options() const {
    ScrapeOptions options = arguments_.scrape;
    options.log = log_;
    return options;
  }

  Task<void> write(Record record) {
    insight_.note(record);
    if (record.error) {
      const bool skipped = record.outcome == RecordOutcome::skipped;
      write_log(log_, skipped ? LogLevel::debug : LogLevel::warn, "{}: {}: {}", record.url,
                to_string(record.error->code), record.error->detail);
    }
    if (::isatty(STDOUT_FILENO) == 1) progress_.clear();
    if (output_.recorded() && is_cut_short(record)) co_return;
    co_await output_.write(std::move(record));
  }

  /// Whether it is the end of the run, and nothing else, that made the page fail: with a journal,
  /// its URL is still to be done.
  bool is_cut_short(const Record& record) const {
    if (!record.error || !run_.is_cancelled()) return false;
    const errc code = record.error->code;
    return code == errc::cancelled || code == errc::output_error || code == errc::machine_limit ||
           (code == errc::browser_crashed && run_.browser_keeps_dying());
  }

  /// The first signal lets what is under way be finished, for a while; the second ends everything.
  void await_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal_ != 0) return end_soon();
      signal_ = signal;
      write_log(
          log_, LogLevel::warn,
          "stopping: {} pages are finished first, for {} s at most; a second signal ends them",
          run_.progress().in_flight, std::chrono::duration<double>(arguments_.drain).count());
      run_.stop();
      drain_limit_.expires_after(arguments_.drain);
      drain_limit_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) end_soon();
      });
      await_signal();
    });
  }

  /// Gives up the pages under way. Their records are written, unless the output is stuck.
  void end_soon() {
    constexpr std::chrono::milliseconds patience{500};
    run_.cancel();
    drain_limit_.expires_after(patience);
    drain_limit_.async_wait([this](const boost::system::error_code& cancelled) {
      if (cancelled) return;
      progress_.clear();
      insight_.write_report(describe_end(std::nullopt));
      std::_Exit(static_cast<int>(exit_code_of_signal(signal_)));
    });
  }

  void redraw() {
    redraw_.expires_after(ProgressLine::interval);
    redraw_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      progress_.show(run_.progress());
      redraw();
    });
  }

  void sum_up() const {
    const ScrapeRun::Progress& progress = run_.progress();
    if (progress.verified > 0) {
      write_log(log_, LogLevel::info,
                "{} of {} pages fetched over HTTP were rendered again: {} of them lack text",
                progress.verified, progress.over_http, progress.lossy);
    }
    insight_.log_summary();
  }

  std::string describe_end(const std::optional<Error>& fatal) const {
    if (signal_ != 0) return signal_ == SIGINT ? "stopped by SIGINT" : "stopped by SIGTERM";
    return fatal ? "ended: " + std::string(to_string(fatal->code())) : "finished";
  }

  ExitCode exit_code(const std::optional<Error>& fatal) const {
    if (signal_ != 0) return exit_code_of_signal(signal_);
    if (fatal)
      return run_.browser_keeps_dying() ? ExitCode::browser_dies : exit_code_of(fatal->code());
    const std::optional<Journal::Counts> recorded = output_.recorded();
    const std::size_t failed = recorded ? recorded->failed : run_.progress().failed;
    return failed > 0 ? ExitCode::some_failed : ExitCode::ok;
  }

  const Arguments& arguments_;
  ProgressLine progress_;
  Log log_;
  std::unique_ptr<UrlSource> input_;  ///< until the run has it
  RecordWriter output_;  ///< after the input: one that cannot be read must cost nobody a file
  ScrapeRun run_;
  Insight insight_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer drain_limit_;
  boost::asio::steady_timer redraw_;
  int signal_ = 0;  ///< the first one that came
};

/// What cannot work here is said before anything is made or written to.
void check_limits(const Arguments& arguments) {
  const Limits limits = read_limits();
  const ScrapeOptions& options = arguments.scrape;
  const bool starts_browser =
      options.fetch != FetchMode::http && options.connect.empty() && !options.dry_run;
  std::optional<Error> fault;
  if (starts_browser) fault = find_browser_limit(limits);
  if (!fault) fault = find_driver_limit(limits);
  if (fault) throw *fault;
}

Task<ExitCode> execute(const Arguments& arguments) {
  const auto executor = co_await boost::asio::this_coro::executor;
  ScrapeCommand command(executor, arguments);
  co_return co_await command.execute();
}

}  // namespace

ExitCode run_scrape(const Arguments& arguments) {
  // A reader that went away, and a file that may not grow further, are errors of write().
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  raise_open_files();
  check_limits(arguments);
  schedule_as_batch();  // events that come while the browser works are read together
  return run(execute(arguments));
}

}  // namespace cdp::cli
