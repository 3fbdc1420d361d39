// What this process may use, and whether that does.
#pragma once

#include <cdp/error.hpp>

#include <sys/resource.h>

#include <cstdint>
#include <optional>
#include <string>

namespace cdp {

/// Limits of this process and its children; none: no limit.
struct Limits {
  std::optional<std::uint64_t> open_files;     ///< of one process
  std::optional<std::uint64_t> address_space;  ///< bytes
  std::optional<std::uint64_t> file_size;      ///< bytes
};

/// A soft limit of this process; none: no limit.
std::optional<std::uint64_t> limit_of(__rlimit_resource resource);

Limits read_limits();

/// Lets this process, and the browsers it starts, open as many files as it may without asking
/// anybody: the soft limit becomes the hard one.
void raise_open_files();

/// Why a browser cannot work under these limits, with what it needs; nothing when it can.
/// @return machine_limit
std::optional<Error> find_browser_limit(const Limits& limits);

/// Why this process cannot, with or without a browser.
std::optional<Error> find_driver_limit(const Limits& limits);

/// How many pages may be open at once: with fewer open files than a page needs, it would lack what
/// could not be loaded, and nobody would know.
int most_pages(const Limits& limits);

/// For memory that has not been given: what the process may have.
std::string describe_memory_limit();

/// Why something could not be written; for a file that may not grow further, the limit;
/// where somebody else owns the directory of a container, how to be him.
/// @param error errno
std::string describe_write_error(int error);

}  // namespace cdp
