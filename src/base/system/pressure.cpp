#include "base/system/pressure.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace cdp {
namespace {

/// A small file; empty when there is none.
std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

/// What follows `name` and blanks.
std::string_view value_of(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == text.npos) return {};
  text.remove_prefix(at + name.size());
  const std::size_t start = text.find_first_not_of(" \t");
  return start == text.npos ? std::string_view{} : text.substr(start);
}

/// The control group's own use, without the file cache that the kernel gives back.
std::optional<double> share_of_group() {
  const std::string groups = read_file("/proc/self/cgroup");
  const std::string_view own = value_of(groups, "0::");
  std::string path = "/sys/fs/cgroup" + std::string(own.substr(0, own.find('\n')));
  for (; path.size() >= std::string_view("/sys/fs/cgroup").size();
       path = std::filesystem::path(path).parent_path().string()) {
    const auto most = parse_number<double>(read_file(path + "/memory.max"));  // "max": no limit
    const auto used = parse_number<double>(read_file(path + "/memory.current"));
    if (!most || !used || *most <= 0) continue;
    const std::string stat = read_file(path + "/memory.stat");
    const double cache = parse_number<double>(value_of(stat, "inactive_file")).value_or(0);
    return std::max(*used - cache, 0.0) / *most;
  }
  return std::nullopt;
}

double share_of_machine() {
  const std::string text = read_file("/proc/meminfo");
  const auto total = parse_kilobytes(text, "MemTotal:");
  const auto available = parse_kilobytes(text, "MemAvailable:");
  if (!total || !available || *total == 0) return 0;
  return 1 - static_cast<double>(*available) / static_cast<double>(*total);
}

std::size_t process_memory(const std::string& directory) {
  if (const auto pss = parse_kilobytes(read_file(directory + "/smaps_rollup"), "Pss:")) return *pss;
  const std::string text = read_file(directory + "/statm");  // total, resident, shared, … in pages
  const std::string_view rest =
      std::string_view(text).substr(std::min(text.find(' '), text.size()));
  const std::string_view resident_text = value_of(rest, " ");
  const auto resident = parse_number<std::size_t>(resident_text);
  const auto shared = parse_number<std::size_t>(value_of(resident_text, " "));
  if (!resident || !shared || *shared > *resident) return 0;
  return (*resident - *shared) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// The process group, the fifth value of a process's stat. The second is its name in brackets,
/// which may hold anything.
std::optional<pid_t> group_of(const std::string& directory) {
  const std::string text = read_file(directory + "/stat");
  std::size_t at = text.rfind(')');
  constexpr int blanks_before_group = 3;
  for (int i = 0; i < blanks_before_group && at != std::string::npos; ++i)
    at = text.find(' ', at + 1);
  if (at == std::string::npos) return std::nullopt;
  return parse_number<pid_t>(std::string_view(text).substr(at + 1));
}

}  // namespace

double parse_stall(std::string_view text) {
  constexpr double percent = 100;
  return parse_number<double>(value_of(text, "some avg10=")).value_or(0) / percent;
}

double parse_load(std::string_view text) {
  return parse_number<double>(text).value_or(0);
}

std::optional<std::size_t> parse_kilobytes(std::string_view text, std::string_view name) {
  constexpr std::size_t kilobyte = 1024;
  const auto value = parse_number<std::size_t>(value_of(text, name));
  if (!value) return std::nullopt;
  return *value * kilobyte;
}

Pressure read_pressure() {
  Pressure pressure;
  pressure.memory_used = std::max(share_of_group().value_or(0), share_of_machine());
  pressure.memory_stall = parse_stall(read_file("/proc/pressure/memory"));
  const unsigned processors = std::max(std::thread::hardware_concurrency(), 1U);
  pressure.processor_load = parse_load(read_file("/proc/loadavg")) / processors;
  return pressure;
}

std::size_t group_memory(pid_t leader) {
  std::size_t bytes = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator at("/proc", error), end; !error && at != end;
       at.increment(error)) {
    const std::string directory = at->path().string();
    const bool is_process = std::isdigit(static_cast<unsigned char>(directory.back())) != 0 &&
                            std::isdigit(static_cast<unsigned char>(directory[6])) != 0;
    if (is_process && group_of(directory) == leader) bytes += process_memory(directory);
  }
  return bytes;
}

}  // namespace cdp
