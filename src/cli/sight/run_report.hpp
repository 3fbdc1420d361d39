// `--report`: a run as one page of HTML.
#pragma once

#include "cli/process/memory_use.hpp"
#include "cli/sight/run_stats.hpp"
#include <cdp/record.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cdp::cli {

/// What the page shows. Times are milliseconds since `started`.
struct RunReport {
  static constexpr std::size_t phase_count = 6;

  struct Page {
    std::size_t seq = 0;
    std::string url;
    std::string title;       ///< its beginning
    std::string detail;      ///< of the error: its beginning
    std::string screenshot;  ///< a file beside the report, or empty
    RecordOutcome outcome = RecordOutcome::failed;
    std::optional<errc> code;
    Phase phase = Phase::queued;  ///< where the error was
    int status = 0;
    int attempts = 0;
    int worker = -1;
    bool partial = false;
    bool over_http = false;
    std::uint32_t redirects = 0;
    std::uint64_t bytes = 0;
    double start = 0;
    double total = 0;
    std::array<float, phase_count> phases{};  ///< in the order of `Phase`; all attempts together
    std::vector<float> later_attempts;  ///< when the second and further ones began, since `start`
  };

  struct Memory {
    double at = 0;
    MemoryUse use;
  };

  struct Event {
    double at = 0;
    std::string what;
  };

  std::string program;  ///< name and version
  std::string browser;  ///< product and version
  std::string end = "finished";
  std::chrono::system_clock::time_point started;
  double duration = 0;
  int concurrency = 0;
  std::optional<std::size_t> input_size;
  RunStats stats;            ///< of all pages: what log and metrics tell as well
  std::size_t left_out = 0;  ///< pages that are not in `pages`, for there are too many
  std::vector<Page> pages;
  std::vector<Memory> memory;
  std::vector<Event> events;
};

/// Gathers what a report needs: at most some hundred bytes per page, for as many pages as a browser
/// can show. No I/O.
class ReportCollector {
 public:
  /// @param picture_prefix what leads from the report to the files of screenshots
  ReportCollector(std::string program, std::chrono::system_clock::time_point started,
                  std::string picture_prefix = {});

  void note(const Record& record);

  /// Keeps at most some thousand of them: then every other one goes, and what comes is taken more
  /// seldom.
  void note_memory(std::chrono::system_clock::time_point at, MemoryUse use);
  void note_event(std::chrono::system_clock::time_point at, std::string what);

  /// What is known so far; to be completed by whoever knows the rest.
  RunReport& report() { return report_; }

 private:
  double since_start(std::chrono::system_clock::time_point at) const;

  RunReport report_;
  std::string picture_prefix_;
  std::size_t memory_stride_ = 1;
  std::size_t memory_count_ = 0;
};

/// A page that needs nothing but itself. What pages have chosen (URLs, titles, errors) cannot get
/// out of the place that is meant for it.
std::string to_html(const RunReport& report);

}  // namespace cdp::cli
