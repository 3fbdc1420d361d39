#include "browser/launch/startup_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace cdp {
namespace {

constexpr std::string_view endpoint_start = "DevTools listening on ";

std::optional<Error> recognise(const std::string& line) {
  const auto holds = [&](std::string_view text) { return line.find(text) != line.npos; };
  if (holds("error while loading shared libraries: ")) {
    constexpr std::string_view marker = "libraries: ";
    const std::size_t at = line.find(marker) + marker.size();
    const std::string library = line.substr(at, line.find(':', at) - at);
    return Error(
        errc::launch_failed,
        fmt::format("the browser lacks the library {}; on Debian: apt-get install --reinstall "
                    "chromium-headless-shell, or find its package with apt-file search {}",
                    library, library));
  }
  if (holds("No usable sandbox") || holds("Failed to move to new namespace") ||
      holds("without --no-sandbox is not supported")) {
    return Error(
        errc::sandbox_unavailable,
        "the browser's sandbox cannot be used here: allow unprivileged user namespaces (sysctl "
        "kernel.unprivileged_userns_clone=1; on Ubuntu an AppArmor profile for Chromium; in a "
        "container "
        "the shipped seccomp.json), or install chromium-sandbox, or give up its protection with "
        "--no-sandbox");
  }
  if (holds("profile appears to be in use") || holds("Failed to create a ProcessSingleton")) {
    return Error(errc::launch_failed,
                 "the browser says its profile is in use by another process: end that process, or "
                 "set TMPDIR to "
                 "another directory");
  }
  return std::nullopt;
}

/// What the system says when it has no more to give, and whose doing that may be. Chromium writes
/// errno's text and number. A thread it cannot start is EAGAIN, which says nothing by itself.
struct Shortage {
  std::string_view text;
  std::string_view meaning;
};

constexpr std::array shortages = {
    Shortage{": Too many open files (24)", "no more open files (ulimit -n)"},
    Shortage{": Too many open files in system (23)", "no more open files (fs.file-max)"},
    Shortage{"pthread_create: Resource temporarily unavailable (11)",
             "no more threads (ulimit -u, pids.max of the container)"},
    Shortage{": Cannot allocate memory (12)", "no more memory"},
    Shortage{": File too large (27)", "no larger files (ulimit -f)"},
};

}  // namespace

std::optional<std::string> StartupLog::machine_fault() const {
  for (const std::string& line : lines_) {
    const auto found = std::find_if(
        shortages.begin(), shortages.end(),
        [&](const Shortage& shortage) { return line.find(shortage.text) != line.npos; });
    if (found != shortages.end()) return std::string(found->meaning);
  }
  return std::nullopt;
}

void StartupLog::append(std::string_view bytes) {
  for (std::size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
    partial_.append(bytes.substr(0, std::min(end, kept_length)));
    add_line(std::exchange(partial_, {}));
    bytes.remove_prefix(end + 1);
  }
  if (partial_.size() < kept_length)
    partial_.append(bytes.substr(0, kept_length - partial_.size()));
}

void StartupLog::add_line(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) return;
  if (!endpoint_ && line.starts_with(endpoint_start))
    endpoint_ = line.substr(endpoint_start.size());
  if (!known_fault_) known_fault_ = recognise(line);
  lines_.push_back(std::move(line));
  if (lines_.size() > kept_lines) lines_.pop_front();
}

std::string StartupLog::tail() const {
  constexpr std::size_t quoted_lines = 3;
  const std::size_t count = std::min(lines_.size(), quoted_lines);
  const std::vector<std::string> last(lines_.end() - static_cast<std::ptrdiff_t>(count),
                                      lines_.end());
  return fmt::format("{}", fmt::join(last, " | "));
}

}  // namespace cdp
