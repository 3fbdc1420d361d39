#include "run/keeper/processor_hogs.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>

namespace cdp {
namespace {

namespace fs = std::filesystem;

bool is_number(const std::string& name) {
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) != 0;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Times {
  pid_t group = 0;
  long ticks = 0;
};

/// `/proc/PID/stat` (proc(5)): what follows the name, which ends at the last ')'.
Times read_times(const fs::path& process) {
  const std::string line = read_file(process / "stat");
  std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));
  std::string state;
  std::string skipped;
  Times times;
  long user = 0;
  long kernel = 0;
  constexpr int between = 8;  // parent has been read, group too: session … cmajflt
  pid_t parent = 0;
  fields >> state >> parent >> times.group;
  for (int i = 0; i < between; ++i)
    fields >> skipped;
  if (fields >> user >> kernel) times.ticks = user + kernel;
  return times;
}

}  // namespace

std::vector<pid_t> ProcessorHogs::take(const std::vector<RendererTime>& renderers,
                                       Clock::time_point now) {
  const std::chrono::duration<double, std::milli> span = now - std::exchange(looked_at_, now);
  std::vector<pid_t> hogs;
  std::map<pid_t, Seen> seen;
  for (const RendererTime& renderer : renderers) {
    Seen next{renderer.used};
    if (const auto before = seen_.find(renderer.pid); before != seen_.end()) {
      const Seen& last = before->second;
      const auto used = static_cast<double>((renderer.used - last.used).count());
      next.was_busy = used > most_ * span.count();
      next.stands_back = last.stands_back || (last.was_busy && next.was_busy);
      if (next.stands_back && !last.stands_back) hogs.push_back(renderer.pid);
    }
    seen.emplace(renderer.pid, next);
  }
  seen_ = std::move(seen);
  return hogs;
}

std::vector<RendererTime> read_renderers(pid_t browser) {
  const long ticks = ::sysconf(_SC_CLK_TCK);
  std::vector<RendererTime> renderers;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!is_number(name)) continue;
    const Times times = read_times(at->path());
    const bool is_renderer =
        times.group == browser &&
        read_file(at->path() / "cmdline").find("--type=renderer") != std::string::npos;
    if (!is_renderer) continue;
    renderers.push_back({static_cast<pid_t>(std::stol(name)),
                         std::chrono::milliseconds(times.ticks * 1000 / ticks)});
  }
  return renderers;
}

void stand_back(pid_t process, int niceness) {
  std::error_code error;
  const fs::path tasks = "/proc/" + std::to_string(process) + "/task";
  // Threads that are started later inherit it.
  for (fs::directory_iterator at(tasks, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!is_number(name)) continue;
    const auto thread = static_cast<id_t>(std::stol(name));
    if (::getpriority(PRIO_PROCESS, thread) < niceness)
      ::setpriority(PRIO_PROCESS, thread, niceness);
  }
}

}  // namespace cdp
