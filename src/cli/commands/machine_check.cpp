#include "cli/commands/machine_check.hpp"

#include "base/system/limits.hpp"
#include "base/system/pressure.hpp"

#include <fmt/format.h>

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace cdp::cli {
namespace {

constexpr std::uint64_t mega = 1'000'000;

/// Below that, Chromium is started with its shared memory in the temporary directory.
constexpr std::uint64_t enough_shm = 512 * mega;
constexpr std::uint64_t enough_memory = 1'000 * mega;
constexpr std::uint64_t least_memory = 300 * mega;
constexpr std::uint64_t enough_space = 500 * mega;
constexpr std::uint64_t enough_files = 1'024;
/// A browser is some ten processes and a hundred threads, which count too.
constexpr std::uint64_t enough_processes = 1'000;

std::optional<std::uint64_t> read_number(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  if (!(file >> value)) return std::nullopt;  // "max" is none
  return value;
}

/// The least value of a file of that name in this process's cgroup and those above it (version 2),
/// or in the root of a container's view of it.
std::optional<std::uint64_t> read_cgroup(const std::string& name) {
  const std::filesystem::path root = "/sys/fs/cgroup";
  std::optional<std::uint64_t> least = read_number(root / name);
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("0::/")) continue;
    const std::filesystem::path own = line.substr(4);
    for (std::filesystem::path part = own; !part.empty(); part = part.parent_path()) {
      const auto value = read_number(root / part / name);
      if (value && (!least || *value < *least)) least = value;
    }
  }
  return least;
}

std::optional<std::uint64_t> read_free_memory() {
  std::ifstream file("/proc/meminfo");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_kilobytes(text, "MemAvailable:");
}

bool is_font(const std::filesystem::path& path) {
  constexpr std::array endings = {".ttf", ".otf", ".ttc", ".pfb", ".woff2"};
  return std::find(endings.begin(), endings.end(), path.extension().string()) != endings.end();
}

std::size_t count_fonts() {
  std::vector<std::filesystem::path> places = {"/usr/share/fonts", "/usr/local/share/fonts"};
  if (const char* const home = std::getenv("HOME")) {
    places.push_back(std::filesystem::path(home) / ".fonts");
    places.push_back(std::filesystem::path(home) / ".local/share/fonts");
  }
  constexpr auto quietly = std::filesystem::directory_options::skip_permission_denied;
  std::size_t count = 0;
  for (const auto& place : places) {
    std::error_code error;
    std::filesystem::recursive_directory_iterator entry(place, quietly, error);
    for (; !error && entry != std::filesystem::recursive_directory_iterator();
         entry.increment(error))
      count += is_font(entry->path()) ? 1 : 0;
  }
  return count;
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
  constexpr double giga = 1e9;
  if (bytes >= 10 * 1000 * mega) return fmt::format("{:.0f} GB", static_cast<double>(bytes) / giga);
  if (bytes >= 1000 * mega) return fmt::format("{:.1f} GB", static_cast<double>(bytes) / giga);
  return fmt::format("{} MB", bytes / mega);
}

Machine measure_machine() {
  Machine machine;
  struct statvfs status {};
  if (::statvfs("/dev/shm", &status) == 0)
    machine.shm_bytes = std::uint64_t{status.f_blocks} * status.f_frsize;
  machine.fonts = count_fonts();
  machine.open_files = limit_of(RLIMIT_NOFILE);
  machine.processes = limit_of(RLIMIT_NPROC);
  machine.cgroup_processes = read_cgroup("pids.max");
  machine.free_memory = read_free_memory();
  machine.cgroup_memory = read_cgroup("memory.max");
  return machine;
}

Finding judge_shared_memory(const Machine& machine) {
  if (!machine.shm_bytes) {
    return {Health::warn, "/dev/shm", "not there; the browser uses the temporary directory",
            "mount a tmpfs on /dev/shm"};
  }
  const std::string size = size_text(*machine.shm_bytes);
  if (*machine.shm_bytes >= enough_shm) return {Health::ok, "/dev/shm", size, ""};
  return {Health::warn, "/dev/shm", size + ": the browser uses the temporary directory instead",
          "docker run --shm-size=1g, or a larger tmpfs; it is faster"};
}

Finding judge_fonts(const Machine& machine) {
  if (machine.fonts > 0) return {Health::ok, "fonts", fmt::format("{} files", machine.fonts), ""};
  return {Health::warn, "fonts", "none: scripts that measure text get other numbers",
          "apt-get install fonts-liberation"};
}

Finding judge_open_files(const Machine& machine) {
  if (!machine.open_files) return {Health::ok, "open files", "no limit", ""};
  const std::string text = fmt::format("at most {}", *machine.open_files);
  if (*machine.open_files >= enough_files) return {Health::ok, "open files", text, ""};
  return {Health::warn, "open files", text + ": many pages at once need more",
          fmt::format("ulimit -n {}", enough_files)};
}

Finding judge_processes(const Machine& machine) {
  std::optional<std::uint64_t> least = machine.processes;
  if (machine.cgroup_processes && (!least || *machine.cgroup_processes < *least))
    least = machine.cgroup_processes;
  if (!least) return {Health::ok, "processes", "no limit", ""};
  const std::string text = fmt::format("at most {}, with threads", *least);
  if (*least >= enough_processes) return {Health::ok, "processes", text, ""};
  const bool by_cgroup = least == machine.cgroup_processes;
  return {Health::warn, "processes", text + ": a browser with many pages needs more",
          by_cgroup ? "docker run --pids-limit=2048, or pids.max of the cgroup"
                    : fmt::format("ulimit -u {}", 2 * enough_processes)};
}

Finding judge_memory(const Machine& machine) {
  std::optional<std::uint64_t> least = machine.free_memory;
  const bool by_cgroup = machine.cgroup_memory && (!least || *machine.cgroup_memory < *least);
  if (by_cgroup) least = machine.cgroup_memory;
  if (!least) return {Health::ok, "memory", "unknown", ""};
  const std::string text = size_text(*least) + (by_cgroup ? " for this cgroup" : " available");
  if (*least >= enough_memory) return {Health::ok, "memory", text, ""};
  return {*least < least_memory ? Health::fail : Health::warn, "memory",
          text + ": a browser takes 300 MB, and a page 50 to 200 MB more",
          by_cgroup
              ? "docker run --memory=2g, or memory.max of the cgroup; fewer pages at once (-c)"
              : "end other programs; fewer pages at once (-c)"};
}

Finding check_directory(const std::string& subject, const std::string& path) {
  const std::string fix = "name a directory that this user can write to";
  std::string probe = path + "/cdp-scrape-doctor-XXXXXX";
  const int file = ::mkstemp(probe.data());
  if (file < 0)
    return {Health::fail, subject, fmt::format("{}: {}", path, std::strerror(errno)), fix};
  ::close(file);
  ::unlink(probe.c_str());
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) return {Health::ok, subject, path, ""};
  const std::uint64_t free = std::uint64_t{status.f_bavail} * status.f_frsize;
  const std::string text = fmt::format("{}, {} free", path, size_text(free));
  if (free >= enough_space) return {Health::ok, subject, text, ""};
  return {Health::warn, subject, text + ": a browser's profile and cache take some hundred MB",
          "make room there"};
}

}  // namespace cdp::cli
