#include "cli/commands/scrape_command.hpp"

#include "base/async/scheduling.hpp"
#include "base/async/spawn.hpp"
#include "base/log.hpp"
#include "base/system/limits.hpp"
#include "cli/commands/file_roles.hpp"
#include "cli/process/watchdog.hpp"
#include "cli/sight/insight.hpp"
#include "cli/sight/log_sink.hpp"
#include "cli/sight/progress.hpp"
#include "frontier/url_source.hpp"
#include "output/record_writer.hpp"
#include "run/scrape_run.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

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

/// The running command: a run, and what surrounds it: signals, the terminal, the output.
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
        drain_limit_(executor),
        redraw_(executor),
        watchdog_(executor, make_log(arguments, [] {}), arguments.drain,
                  {[this](int signal) { drain(signal); }, [this](int signal) { end(signal); }}) {
    run_.set_batches({[this] { return output_.due(); }, [this] { return output_.flush(); }});
  }

  Task<ExitCode> execute() {
    for (const Notice& notice : arguments_.notices)
      log_.write(notice.level, notice.text);
    redraw();
    insight_.start();
    std::optional<Error> fatal;
    try {
      co_await run_.run();
    } catch (const Error& error) {
      fatal = error;
    }
    over_ = true;
    drain_limit_.cancel();
    redraw_.cancel();
    co_await insight_.stop();
    progress_.clear();
    if (!fatal && signal_ == 0) fatal = finish_output();
    if (fatal && signal_ == 0 && !output_.is_broken_pipe()) tell(*fatal);
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

  std::optional<Error> finish_output() {
    try {
      output_.finish();
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  }

  /// What ended the run. Codes are for records; here only one that is our own fault says something.
  void tell(const Error& fatal) const {
    const ExitCode code = exit_code_of(fatal.code());
    if (code == ExitCode::internal) {
      write_log(log_, LogLevel::error, "{}: {}", to_string(fatal.code()), fatal.what());
    } else if (code == ExitCode::browser_start) {
      write_log(log_, LogLevel::error, "{}{}", option_of_browser(), fatal.what());
    } else {
      log_.write(LogLevel::error, fatal.what());
    }
  }

  /// Which browser it is that does not start, when the user has chosen it.
  std::string option_of_browser() const {
    const ScrapeOptions& scrape = arguments_.scrape;
    if (!scrape.connect.empty()) return "--connect: ";  // its address is in what follows
    return scrape.launch.chrome.empty() ? "" : "--chrome " + scrape.launch.chrome + ": ";
  }

  Task<void> write(Record record) {
    insight_.note(record);
    tell_of(record);
    if (::isatty(STDOUT_FILENO) == 1) progress_.clear();
    if (output_.recorded() && is_cut_short(record)) co_return;
    co_await output_.write(std::move(record));
  }

  /// What became of a page, where that is not what was asked for.
  void tell_of(const Record& record) const {
    if (record.error) {
      // What ends the run is told once, at its end.
      const bool told_later = signal_ == 0 && is_cut_short(record);
      const bool is_quiet = record.outcome == RecordOutcome::skipped || told_later;
      std::string_view detail = record.error->detail;
      if (detail.starts_with(record.url + ": ")) detail.remove_prefix(record.url.size() + 2);
      write_log(log_, is_quiet ? LogLevel::debug : LogLevel::error, "{}: {}: {}", record.url,
                to_string(record.error->code), detail);
    } else if (record.partial) {
      const bool is_broken = record.wait_ended_by == "broken";
      write_log(log_, LogLevel::warn, "{}: {}: what was there by then is {}", record.url,
                is_broken ? "its transfer broke off" : "not done at its timeout",
                arguments_.prints_html() ? "printed" : "in its record");
    }
  }

  /// Whether it is the end of the run, and nothing else, that made the page fail: with a journal,
  /// its URL is still to be done.
  bool is_cut_short(const Record& record) const {
    if (!record.error || !run_.is_cancelled()) return false;
    const errc code = record.error->code;
    return code == errc::cancelled || code == errc::output_error || code == errc::machine_limit ||
           (code == errc::browser_crashed && run_.browser_keeps_dying());
  }

  /// The first signal lets open pages finish, for a while; the second ends everything.
  void drain(int signal) {
    if (over_) return;
    signal_ = signal;
    write_log(log_, LogLevel::warn,
              "stopping: finishing open pages ({}) for up to {} s; a second signal stops at once",
              run_.progress().in_flight, std::chrono::duration<double>(arguments_.drain).count());
    run_.stop();
    drain_limit_.expires_after(arguments_.drain);
    drain_limit_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) end_soon();
    });
  }

  void end(int signal) {
    if (over_) return;
    if (signal_ == 0) signal_ = signal;
    end_soon();
  }

  /// Gives up the pages in progress. Their records are written, unless the output is stuck.
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
    if (progress.is_empty_input) {
      write_log(log_, LogLevel::warn, "no URLs in {}",
                arguments_.input == "-" ? "the standard input" : arguments_.input);
    }
    if (progress.verified > 0) {
      write_log(log_, LogLevel::info,
                "{} of {} pages fetched over HTTP were rendered again: {} of them lack text, and "
                "{} single words (no more than one in a hundred)",
                progress.verified, progress.over_http, progress.lossy, progress.nicked);
    }
    insight_.log_summary();
  }

  std::string describe_end(const std::optional<Error>& fatal) const {
    if (signal_ != 0) return std::string("stopped by SIG") + ::sigabbrev_np(signal_);
    return fatal ? "ended: " + std::string(to_string(fatal->code())) : "finished";
  }

  ExitCode exit_code(const std::optional<Error>& fatal) const {
    if (signal_ != 0) return exit_code_of_signal(signal_);
    if (fatal && output_.is_broken_pipe()) return ExitCode::broken_pipe;
    if (fatal)
      return run_.browser_keeps_dying() ? ExitCode::browser_dies : exit_code_of(fatal->code());
    const std::optional<Journal::Counts> recorded = output_.recorded();
    const std::size_t failed = recorded ? recorded->failed : run_.progress().failed;
    // Nothing in the HTML tells whoever reads it that it is not whole.
    const bool partial = arguments_.prints_html() && insight_.stats().partial() > 0;
    return failed > 0 || partial ? ExitCode::some_failed : ExitCode::ok;
  }

  const Arguments& arguments_;
  ProgressLine progress_;
  Log log_;
  std::unique_ptr<UrlSource> input_;  ///< until the run has it
  RecordWriter output_;  ///< after the input: one that cannot be read must cost nobody a file
  ScrapeRun run_;
  Insight insight_;
  boost::asio::steady_timer drain_limit_;
  boost::asio::steady_timer redraw_;
  int signal_ = 0;     ///< the first one that came
  bool over_ = false;  ///< the run has ended: what is left to do is done, or ended by the watchdog
  Watchdog watchdog_;  ///< last: signals reach a command that is whole
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
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow further is an error of write()
  check_files(arguments);
  raise_open_files();
  check_limits(arguments);
  schedule_as_batch();  // events that come while the browser works are read together
  return run(execute(arguments));
}

}  // namespace cdp::cli
