// How much load this machine, or this container, is under.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// What cannot be told is 0.
struct Pressure {
  /// The share of what this process may use: of the container's limit or the machine's memory.
  double memory_used = 0;
  /// The share of the last ten seconds in which some process waited for memory.
  double memory_stall = 0;
  /// Processes that want a processor, for each there is; a mean of about a minute. A share of time
  /// would not do: a scraper that uses its processors well has somebody waiting all the time.
  double processor_load = 0;
};

/// Reads /proc and the control group (version 2). Takes less than a millisecond.
Pressure read_pressure();

/// The proportional set size of a process and all of its process group, in bytes; where the system
/// does not tell it (sandboxed processes of another user), the resident set without what is shared.
std::size_t group_memory(pid_t leader);

/// The share of `some avg10` in a file of /proc/pressure.
double parse_stall(std::string_view text);

/// The first number of /proc/loadavg.
double parse_load(std::string_view text);

/// A value of /proc/meminfo or smaps_rollup, in bytes.
std::optional<std::size_t> parse_kilobytes(std::string_view text, std::string_view name);

}  // namespace cdp
