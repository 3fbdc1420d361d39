#include "cli/progress.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace cdp::cli {
namespace {

constexpr std::chrono::seconds plain_interval{10};

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
    fmt::print(stderr, "cdp-scrape: {}\n", line);
    return;
  }
  line.resize(std::min(line.size(), terminal_width() - 1));
  fmt::print(stderr, "\r\x1b[2K{}", line);
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[2K");
  std::fflush(stderr);
  drawn_ = false;
}

std::string describe_progress(const ScrapeRun::Progress& progress,
                              std::chrono::steady_clock::duration elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(progress.done()) / seconds : 0;
  std::string line = progress.total ? fmt::format("{}/{} done", progress.done(), *progress.total)
                                    : fmt::format("{} done", progress.done());
  if (progress.skipped > 0) line += fmt::format(", {} skipped", progress.skipped);
  line +=
      fmt::format(", {} failed, {} in flight, {:.1f}/s", progress.failed, progress.in_flight, rate);
  if (progress.total && rate > 0 && progress.done() < *progress.total) {
    line += fmt::format(
        ", {} left", describe_span(static_cast<double>(*progress.total - progress.done()) / rate));
  }
  return line;
}

}  // namespace cdp::cli
