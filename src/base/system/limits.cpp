#include "base/system/limits.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace cdp {
namespace {

/// Measured with Chromium 156: the browser's main process has 95 files open with one page, two more
/// for each further one in a shared renderer, eight more for one with a renderer of its own, and
/// its connections. The driver has 21.
constexpr std::uint64_t files_of_driver = 40;
constexpr std::uint64_t files_of_browser = 144;
constexpr std::uint64_t files_of_page = 16;

/// Chromium reserves tens of gigabytes of addresses for its heaps, and uses little of them: below
/// 90 GB its renderers crash.
constexpr std::uint64_t giga = 1'000'000'000;
constexpr std::uint64_t addresses_of_browser = 100 * giga;

/// What its processes share is in files. With 2 MB the browser dies at the first page.
constexpr std::uint64_t mebi = std::uint64_t{1} << 20;
constexpr std::uint64_t file_of_browser = 16 * mebi;

Error too_few_files(const char* whose, std::uint64_t found, std::uint64_t needed) {
  return Error(errc::machine_limit,
               fmt::format("a process may open {} files at most here, and {} needs {}: ulimit -n "
                           "{}, or LimitNOFILE= of its service",
                           found, whose, needed, needed));
}

/// Our image and some engines say so by the variable `container`, others by a file.
bool is_in_container() {
  const char* const variable = std::getenv("container");
  return (variable != nullptr && *variable != '\0') || ::access("/.dockerenv", F_OK) == 0;
}

}  // namespace

std::optional<std::uint64_t> limit_of(__rlimit_resource resource) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

Limits read_limits() {
  return {limit_of(RLIMIT_NOFILE), limit_of(RLIMIT_AS), limit_of(RLIMIT_FSIZE)};
}

void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::optional<Error> find_browser_limit(const Limits& limits) {
  constexpr std::uint64_t files = files_of_browser + files_of_page;
  if (limits.open_files && *limits.open_files < files)
    return too_few_files("a browser with one page", *limits.open_files, files);
  if (limits.address_space && *limits.address_space < addresses_of_browser) {
    return Error(errc::machine_limit,
                 fmt::format("a process may have {:.1f} GB of addresses at most here (ulimit -v), "
                             "and a browser reserves some {} GB, of which it uses little: limit "
                             "its memory with a cgroup, or --browser-memory",
                             static_cast<double>(*limits.address_space) / giga,
                             addresses_of_browser / giga));
  }
  if (limits.file_size && *limits.file_size < file_of_browser) {
    return Error(errc::machine_limit,
                 fmt::format("a file may have {} bytes at most here (ulimit -f), and a browser "
                             "needs {}",
                             *limits.file_size, file_of_browser));
  }
  return std::nullopt;
}

std::optional<Error> find_driver_limit(const Limits& limits) {
  if (limits.open_files && *limits.open_files < files_of_driver)
    return too_few_files("cdp-scrape", *limits.open_files, files_of_driver);
  return std::nullopt;
}

int most_pages(const Limits& limits) {
  constexpr std::uint64_t more_than_enough = std::numeric_limits<int>::max();
  if (!limits.open_files) return static_cast<int>(more_than_enough);
  const std::uint64_t files = std::max(*limits.open_files, files_of_browser) - files_of_browser;
  return static_cast<int>(std::clamp<std::uint64_t>(files / files_of_page, 1, more_than_enough));
}

std::string describe_memory_limit() {
  const auto limit = limit_of(RLIMIT_AS);
  if (!limit) return "the machine has no more memory";
  return fmt::format("the process may have {} MB of addresses (ulimit -v)", *limit / 1'000'000);
}

std::string describe_write_error(int error) {
  const std::string what = std::strerror(error);
  const auto limit = limit_of(RLIMIT_FSIZE);
  if (error == EFBIG && limit)
    return fmt::format("{}: a file may have {} bytes at most here (ulimit -f)", what, *limit);
  if (error == EACCES && is_in_container())
    return what + "; run the container as the owner of the directory: --user \"$(id -u):$(id -g)\"";
  return what;
}

}  // namespace cdp
