// What a machine offers, and whether that does for a browser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace cdp::cli {

enum class Health { ok, warn, fail };

struct Finding {
  Health health = Health::ok;
  std::string subject;
  std::string text;
  std::string fix;  ///< empty when all is well
};

/// What has been measured of a machine. No value: it could not be found out, or there is no limit.
struct Machine {
  std::optional<std::uint64_t> shm_bytes;  ///< size of /dev/shm
  std::size_t fonts = 0;                   ///< font files in the usual places
  std::optional<std::uint64_t> open_files;
  std::optional<std::uint64_t> processes;         ///< of this user
  std::optional<std::uint64_t> cgroup_processes;  ///< pids.max
  std::optional<std::uint64_t> free_memory;       ///< MemAvailable
  std::optional<std::uint64_t> cgroup_memory;     ///< memory.max
};

Machine measure_machine();

Finding judge_shared_memory(const Machine& machine);
Finding judge_fonts(const Machine& machine);
Finding judge_open_files(const Machine& machine);
Finding judge_processes(const Machine& machine);
Finding judge_memory(const Machine& machine);

/// Whether files can be made in a directory, and how many bytes are free.
Finding check_directory(const std::string& subject, const std::string& path);

/// `512 MB`
std::string size_text(std::uint64_t bytes);

}  // namespace cdp::cli
