#include "output/state_lock.hpp"

#include "base/system/file_access.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace cdp {
namespace fs = std::filesystem;
namespace {

/// What the lock file holds: the process that has it. Anything else is not ours.
constexpr std::size_t longest_holder = 20;

std::string read_holder(int lock) {
  std::string text(longest_holder + 1, '\0');
  const ssize_t count = ::pread(lock, text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

bool is_holder(const std::string& text) {
  return text.size() <= longest_holder && text.find_first_not_of("0123456789") == std::string::npos;
}

Error unusable(const fs::path& directory, const std::string& reason) {
  return Error(errc::state_error,
               fmt::format("cannot write to the state directory {}: {}; name one that can be "
                           "written with --state",
                           directory.string(), reason));
}

UniqueFd open_lock(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw unusable(directory, error.message());
  const OpenedFile place = open_chosen_directory(directory);
  if (!place.file) throw unusable(directory, place.reason);
  const fs::path name = directory / "lock";
  OpenedFile lock = open_to_write(name.string(), O_RDWR | O_CREAT | O_NONBLOCK, Links::none);
  if (!lock.file) throw unusable(directory, fmt::format("its lock: {}", lock.reason));
  if (!is_holder(read_holder(lock.file.get())))
    throw unusable(directory, "its file 'lock' is not one of cdp-scrape");
  return std::move(lock.file);
}

}  // namespace

UniqueFd lock_state_directory(const fs::path& directory) {
  UniqueFd lock = open_lock(directory);
  const FileLock outcome = lock_file(lock.get());
  if (outcome == FileLock::impossible)
    throw unusable(directory,
                   fmt::format("its file system has no locks ({})", std::strerror(errno)));
  if (outcome == FileLock::busy) {
    const std::string holder = read_holder(lock.get());
    throw Error(
        errc::state_error,
        fmt::format("the state directory {} is in use by {}{}: wait for its end, or name "
                    "another one with --state",
                    directory.string(), holder.empty() ? "another process" : "process ", holder));
  }
  const std::string holder = std::to_string(::getpid());
  const bool written =
      ::ftruncate(lock.get(), 0) == 0 &&
      ::pwrite(lock.get(), holder.data(), holder.size(), 0) == static_cast<ssize_t>(holder.size());
  // Only for the message of others.
  static_cast<void>(written);
  return lock;
}

}  // namespace cdp
