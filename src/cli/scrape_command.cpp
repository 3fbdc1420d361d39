#include "cli/scrape_command.hpp"

#include "base/log.hpp"
#include "base/spawn.hpp"
#include "cli/log_sink.hpp"
#include "cli/progress.hpp"
#include "scrape/output_file.hpp"
#include "scrape/scrape_run.hpp"
#include "scrape/url_source.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <fmt/chrono.h>

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
        run_(executor, options(), open_input(executor, arguments),
             [this](Record record) { return write(std::move(record)); }),
        output_(arguments.output),
        signals_(executor, SIGINT, SIGTERM),
        drain_limit_(executor),
        redraw_(executor) {}

  Task<ExitCode> execute() {
    await_signal();
    redraw();
    std::optional<Error> fatal;
    try {
      co_await run_.run();
    } catch (const Error& error) {
      fatal = error;
    }
    signals_.cancel();
    drain_limit_.cancel();
    redraw_.cancel();
    progress_.clear();
    if (fatal && signal_ == 0)
      write_log(log_, LogLevel::error, "{}: {}", to_string(fatal->code()), fatal->what());
    sum_up();
    co_return exit_code(fatal);
  }

 private:
  ScrapeOptions options() const {
    ScrapeOptions options = arguments_.scrape;
    options.log = log_;
    return options;
  }

  Task<void> write(Record record) {
    if (record.error) {
      const bool skipped = record.outcome == RecordOutcome::skipped;
      write_log(log_, skipped ? LogLevel::debug : LogLevel::warn, "{}: {}: {}", record.url,
                to_string(record.error->code), record.error->detail);
    }
    if (::isatty(STDOUT_FILENO) == 1) progress_.clear();
    if (arguments_.prints_html()) {
      if (record.outcome == RecordOutcome::ok)
        co_await output_.write(std::move(record.html) + '\n');
      co_return;
    }
    std::string line = to_json_line(std::move(record));
    line += '\n';
    co_await output_.write(std::move(line));
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
    if (progress.done() < 2) return;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    write_log(log_, LogLevel::info, "{} pages in {:.1f} s: {} ok, {} failed{}", progress.done(),
              seconds, progress.ok, progress.failed,
              progress.skipped == 0 ? "" : fmt::format(", {} skipped", progress.skipped));
  }

  ExitCode exit_code(const std::optional<Error>& fatal) const {
    if (signal_ != 0) return exit_code_of_signal(signal_);
    if (fatal)
      return run_.browser_keeps_dying() ? ExitCode::browser_dies : exit_code_of(fatal->code());
    return run_.progress().failed > 0 ? ExitCode::some_failed : ExitCode::ok;
  }

  const Arguments& arguments_;
  ProgressLine progress_;
  Log log_;
  ScrapeRun run_;
  OutputFile output_;  ///< after the input: one that cannot be read must cost nobody a file
  boost::asio::signal_set signals_;
  boost::asio::steady_timer drain_limit_;
  boost::asio::steady_timer redraw_;
  int signal_ = 0;  ///< the first one that came
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

Task<ExitCode> execute(const Arguments& arguments) {
  const auto executor = co_await boost::asio::this_coro::executor;
  ScrapeCommand command(executor, arguments);
  co_return co_await command.execute();
}

}  // namespace

ExitCode run_scrape(const Arguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error of write()
  return run(execute(arguments));
}

}  // namespace cdp::cli
