#include "cli/sight/progress.hpp"

#include "cli/process/standard_streams.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace cdp::cli {
namespace {

constexpr std::chrono::seconds plain_interval{10};

/// Back to the start of the line, and nothing is left of it.
const char* const wipe = "\r\x1b[2K";

std::size_t terminal_width() {
  constexpr std::size_t usual = 80;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return size.ws_col;
}

std::string describe_span(double seconds) {
  const auto whole = static_cast<long>(seconds);
  if (whole >= 3600) return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
  if (whole >= 60) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}s", whole);
}

}  // namespace

ProgressLine::ProgressLine(bool enabled)
    : enabled_(enabled),
      on_terminal_(::isatty(STDERR_FILENO) == 1),
      started_(std::chrono::steady_clock::now()),
      last_plain_(started_) {}

void ProgressLine::show(const ScrapeRun::Progress& progress) {
  if (!enabled_) return;
  const auto now = std::chrono::steady_clock::now();
  if (!on_terminal_ && now - last_plain_ < plain_interval) return;
  last_plain_ = now;
  std::string line = describe_progress(progress, now - started_);
  if (!on_terminal_) {
    write_to_stderr(fmt::format("cdp-scrape: {}\n", line));
    return;
  }
  line.resize(std::min(line.size(), terminal_width() - 1));
  write_to_stderr(wipe + line);
  drawn_ = true;
}

void ProgressLine::clear() {
  if (!drawn_) return;
  write_to_stderr(wipe);
  drawn_ = false;
}

std::string describe_progress(const ScrapeRun::Progress& progress,
                              std::chrono::steady_clock::duration elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(progress.done()) / seconds : 0;
  const std::size_t begun = progress.done() + progress.in_flight;
  const std::size_t total = std::max(progress.total.value_or(0), begun);
  std::string line = progress.total ? fmt::format("{}/{}{} done", progress.done(),
                                                  progress.is_estimate ? "~" : "", total)
                                    : fmt::format("{} done", progress.done());
  if (progress.skipped > 0) line += fmt::format(", {} skipped", progress.skipped);
  line +=
      fmt::format(", {} failed, {} in flight, {:.1f}/s", progress.failed, progress.in_flight, rate);
  if (progress.total && rate > 0 && progress.done() < total) {
    constexpr double percent = 100;
    const auto done = static_cast<double>(progress.done());
    line += fmt::format(", {:.0f} %, {} left", percent * done / static_cast<double>(total),
                        describe_span((static_cast<double>(total) - done) / rate));
  }
  return line;
}

}  // namespace cdp::cli
