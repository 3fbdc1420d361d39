// How far a run has come, for whoever watches.
#pragma once

#include "run/scrape_run.hpp"

#include <chrono>
#include <string>

namespace cdp::cli {

/// Shows progress on the standard error: one line that is drawn over and over on a terminal, a
/// plain line now and then elsewhere.
class ProgressLine {
 public:
  /// @param enabled false: shows nothing
  explicit ProgressLine(bool enabled);

  /// To be called often: draws when it is time.
  void show(const ScrapeRun::Progress& progress);

  /// Takes the line off the terminal; the next `show` draws it again.
  void clear();

  /// How often `show` should be called.
  static constexpr std::chrono::milliseconds interval{200};

 private:
  bool enabled_;
  bool on_terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_plain_;
};

/// The text of the line. @param elapsed since the run began
std::string describe_progress(const ScrapeRun::Progress& progress,
                              std::chrono::steady_clock::duration elapsed);

}  // namespace cdp::cli
