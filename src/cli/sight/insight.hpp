// What can be seen of a run besides its records.
#pragma once

#include "cli/options/arguments.hpp"
#include "cli/process/http_server.hpp"
#include "cli/sight/metrics_text.hpp"
#include "cli/sight/run_report.hpp"
#include "cli/sight/run_stats.hpp"
#include "run/scrape_run.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace cdp::cli {

/// Watches a run: is told of every record before it is written, samples memory once a second, and
/// says what it sees: at the end in the
/// log (a summary) and in the file of `--report`, and meanwhile to whoever asks at `--metrics`.
class Insight {
 public:
  /// @param arguments, log, run outlive it
  /// @throws Error output_error when the report has no place, invalid_argument when the metrics'
  /// address cannot be had
  Insight(const boost::asio::any_io_executor& executor, const Arguments& arguments, const Log& log,
          const ScrapeRun& run);

  void start();
  void note(const Record& record);

  /// The run is over: no more samples, no more metrics.
  Task<void> stop();

  /// Of the records so far.
  const RunStats& stats() const { return stats_; }

  void log_summary() const;

  /// Writes the report, if there is one to write. Its fault is a line in the log.
  /// @param end how the run ended, in a word or two @return whether it could be written
  bool write_report(const std::string& end);

 private:
  double seconds() const;
  void sample();
  std::string metrics();
  Task<HttpReply> answer(std::string path);

  const Arguments& arguments_;
  const Log& log_;
  const ScrapeRun& run_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::optional<std::chrono::steady_clock::time_point> ended_;
  std::chrono::system_clock::time_point started_at_ = std::chrono::system_clock::now();
  RunStats stats_;
  std::optional<ReportCollector> collector_;
  boost::asio::steady_timer next_sample_;
  std::unique_ptr<HttpServer> server_;  ///< of --metrics
  MemoryUse memory_;                    ///< as last read
  std::chrono::steady_clock::time_point memory_read_at_{};
};

}  // namespace cdp::cli
