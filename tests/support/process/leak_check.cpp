#include "leak_check.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::string_view session_prefix = "cdp-scrape-";

/// Empty when it cannot be read: below /proc, a file may lose its process between open and read,
/// and that is an exception of the buffer, which only the formatted operators catch.
std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

/// The part of a NUL-separated list that starts with `prefix`, without the prefix.
std::optional<std::string> find_entry(std::string_view list, std::string_view prefix) {
  while (!list.empty()) {
    const auto end = std::min(list.find('\0'), list.size());
    const std::string_view entry = list.substr(0, end);
    if (entry.starts_with(prefix)) return std::string(entry.substr(prefix.size()));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return std::nullopt;
}

/// One line of /proc/PID/stat, as far as it is of use here.
struct ProcessState {
  pid_t pid = 0;
  char state = '?';
  pid_t parent = 0;
  pid_t group = 0;
  unsigned long long start_time = 0;  ///< in clock ticks since the machine started

  bool is_zombie() const { return state == 'Z' || state == 'X'; }
};

std::optional<ProcessState> read_state(pid_t pid) {
  const std::string text = read_text("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = text.rfind(')');  // the name may contain anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  ProcessState process{.pid = pid};
  fields >> process.state >> process.parent >> process.group;
  std::string skipped;
  for (int field = 6; field < 22; ++field)
    fields >> skipped;
  fields >> process.start_time;
  return fields ? std::optional(process) : std::nullopt;
}

std::map<pid_t, ProcessState> read_processes() {
  std::map<pid_t, ProcessState> processes;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    pid_t pid = 0;
    const auto [last, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (bad != std::errc() || last != name.data() + name.size()) continue;
    if (const auto state = read_state(pid)) processes.emplace(pid, *state);
  }
  return processes;
}

std::string command_line(pid_t pid) {
  return read_text("/proc/" + std::to_string(pid) + "/cmdline");
}

/// A command line for people.
std::string shown_command(pid_t pid) {
  constexpr std::size_t longest = 200;
  std::string text = command_line(pid).substr(0, longest);
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text;
}

bool is_chromium_helper(std::string_view command) {
  const std::string_view program =
      command.substr(0, command.find_first_of(std::string_view("\0 ", 2)));
  const bool is_chromium = program.find("chrom") != std::string_view::npos;
  return is_chromium && command.find("--type=") != std::string_view::npos;
}

fs::path make_directory() {
  std::string name = (fs::temp_directory_path() / "cdp-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr || ::chmod(name.c_str(), 0755) != 0) {
    throw std::system_error(errno, std::generic_category(), name);
  }
  return name;
}

}  // namespace

class LeakCheck::Impl {
 public:
  Impl() : directory_(make_directory()) {
    if (const char* variable = ::getenv("TMPDIR")) tmpdir_before_ = variable;
    ::setenv("TMPDIR", directory_.c_str(), 1);
    if (const auto self = read_state(::getpid())) own_ = *self;
    born_ = youngest_start_time();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    for (const pid_t pid : browser_processes())
      ::kill(pid, SIGKILL);
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
    if (tmpdir_before_) {
      ::setenv("TMPDIR", tmpdir_before_->c_str(), 1);
    } else {
      ::unsetenv("TMPDIR");
    }
  }

  const fs::path& directory() const { return directory_; }

  std::vector<std::string> entries(bool of_sessions) const {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(directory_, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string name = entry->path().filename();
      if (name.starts_with(session_prefix) == of_sessions) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::vector<pid_t> browser_processes() {
    const auto processes = read_processes();
    const std::lock_guard lock(mutex_);
    for (const auto& [pid, process] : processes) {
      if (process.group != own_.group && is_marked(process)) groups_.insert(process.group);
    }
    std::vector<pid_t> found;
    for (const auto& [pid, process] : processes) {
      if (pid == own_.pid || process.is_zombie()) continue;
      if (groups_.contains(process.group) || is_marked(process) || is_orphan(process, processes)) {
        found.push_back(pid);
      }
    }
    return found;
  }

 private:
  /// When the last process was started, that is: now, in the kernel's clock ticks.
  unsigned long long youngest_start_time() const {
    unsigned long long youngest = own_.start_time;
    for (const auto& [pid, process] : read_processes()) {
      youngest = std::max(youngest, process.start_time);
    }
    return youngest;
  }

  bool is_below(const std::string& path) const {
    return path.starts_with(directory_.string() + "/");
  }

  /// Does the process itself say that it belongs to a session of ours?
  bool is_marked(const ProcessState& process) const {
    if (process.pid == own_.pid || process.is_zombie()) return false;
    const std::string folder = "/proc/" + std::to_string(process.pid);
    const auto profile = find_entry(command_line(process.pid), "--user-data-dir=");
    if (profile && is_below(*profile)) return true;
    const std::string environment = read_text(folder + "/environ");
    const auto session = find_entry(environment, "CDP_SCRAPE_SESSION=");
    if (!session || session->empty()) return false;
    const auto temporary = find_entry(environment, "TMPDIR=");
    return temporary && is_below(*temporary);
  }

  bool is_orphan(const ProcessState& process,
                 const std::map<pid_t, ProcessState>& processes) const {
    const auto leader = processes.find(process.group);
    const bool has_leader = leader != processes.end() && !leader->second.is_zombie();
    return !has_leader && process.start_time >= born_ &&
           is_chromium_helper(command_line(process.pid));
  }

  const fs::path directory_;
  std::optional<std::string> tmpdir_before_;
  ProcessState own_;
  unsigned long long born_ = 0;
  std::mutex mutex_;
  std::set<pid_t> groups_;  ///< process groups in which a browser was seen
};

LeakCheck::LeakCheck() : impl_(std::make_unique<Impl>()) {}
LeakCheck::~LeakCheck() = default;

const fs::path& LeakCheck::directory() const {
  return impl_->directory();
}

std::vector<std::string> LeakCheck::session_directories() const {
  return impl_->entries(true);
}

std::vector<std::string> LeakCheck::other_entries() const {
  return impl_->entries(false);
}

std::vector<pid_t> LeakCheck::browser_processes() const {
  return impl_->browser_processes();
}

void LeakCheck::expect_clean(milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::vector<std::string> directories;
  std::vector<pid_t> processes;
  for (;;) {
    directories = session_directories();
    processes = browser_processes();
    if (directories.empty() && processes.empty()) return;
    if (std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(milliseconds(10));
  }
  for (const auto& name : directories) {
    ADD_FAILURE() << "session directory left behind: " << (directory() / name).string();
  }
  for (const pid_t pid : processes) {
    ADD_FAILURE() << "browser process left behind: " << pid << " " << shown_command(pid);
  }
}

std::vector<pid_t> zombie_children() {
  std::vector<pid_t> zombies;
  for (const auto& [pid, process] : read_processes()) {
    if (process.parent == ::getpid() && process.is_zombie()) zombies.push_back(pid);
  }
  return zombies;
}

int open_descriptors() {
  const fs::directory_iterator entries("/proc/self/fd");
  return static_cast<int>(std::distance(begin(entries), end(entries))) - 1;  // without its own
}

int running_threads() {
  const fs::directory_iterator entries("/proc/self/task");
  return static_cast<int>(std::distance(begin(entries), end(entries)));
}

}  // namespace cdp::test
