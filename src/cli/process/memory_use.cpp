#include "cli/process/memory_use.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cdp::cli {
namespace {

struct Pages {
  std::int64_t resident = 0;
  std::int64_t shared = 0;
};

std::string read_proc(const std::string& path) {
  constexpr std::size_t longest = 512;
  std::string text(longest, '\0');
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  text.resize(file ? std::fread(text.data(), 1, text.size(), file.get()) : 0);
  return text;
}

/// proc(5): the name, in brackets, may hold anything; the parent comes two fields behind it.
pid_t parent_of(pid_t pid) {
  const std::string stat = read_proc("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t end = stat.rfind(')');
  if (end == std::string::npos || end + 4 >= stat.size()) return 0;
  return static_cast<pid_t>(std::atoi(stat.c_str() + end + 4));
}

Pages pages_of(pid_t pid) {
  const std::string statm = read_proc("/proc/" + std::to_string(pid) + "/statm");
  long long size = 0;
  long long resident = 0;
  long long shared = 0;
  char* end = nullptr;
  size = std::strtoll(statm.c_str(), &end, 10);
  resident = std::strtoll(end, &end, 10);
  shared = std::strtoll(end, &end, 10);
  return size == 0 ? Pages{} : Pages{resident, shared};
}

/// child → parent, for all processes.
std::map<pid_t, pid_t> read_parents() {
  std::map<pid_t, pid_t> parents;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) return parents;
  while (const dirent* entry = ::readdir(proc.get())) {
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) == 0) continue;
    const auto pid = static_cast<pid_t>(std::atoi(entry->d_name));
    parents[pid] = parent_of(pid);
  }
  return parents;
}

bool descends_from(pid_t pid, pid_t ancestor, const std::map<pid_t, pid_t>& parents) {
  // /proc is not a snapshot: what it says may even go round in circles.
  constexpr int deepest = 100;
  for (int depth = 0; depth < deepest; ++depth) {
    const auto found = parents.find(pid);
    if (found == parents.end() || found->second == 0) return false;
    pid = found->second;
    if (pid == ancestor) return true;
  }
  return false;
}

}  // namespace

MemoryUse read_memory_use() {
  const std::int64_t page_kib = ::sysconf(_SC_PAGESIZE) / 1024;
  const pid_t self = ::getpid();
  const std::map<pid_t, pid_t> parents = read_parents();
  std::int64_t own = 0;
  std::int64_t shared = 0;
  for (const auto& [pid, parent] : parents) {
    if (!descends_from(pid, self, parents)) continue;
    const Pages pages = pages_of(pid);
    own += pages.resident - pages.shared;
    shared = std::max(shared, pages.shared);
  }
  return {pages_of(self).resident * page_kib, (own + shared) * page_kib};
}

}  // namespace cdp::cli
