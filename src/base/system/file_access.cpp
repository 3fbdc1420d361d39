#include "base/system/file_access.hpp"

#include "base/async/deadline.hpp"
#include "base/system/limits.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>

namespace cdp {
namespace fs = std::filesystem;
namespace {

constexpr mode_t usual_mode = 0666;

fs::path directory_of(const fs::path& path) {
  const fs::path directory = path.parent_path();
  return directory.empty() ? fs::path(".") : directory;
}

/// Whether something in a directory may be a trap: everybody may put things there, and it belongs
/// to somebody else than us and the directory's owner.
bool is_trap(const struct stat& status, const fs::path& path) {
  struct stat directory {};
  if (::stat(directory_of(path).c_str(), &directory) != 0) return false;
  const bool is_shared =
      (directory.st_mode & S_ISVTX) != 0 && (directory.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  return is_shared && status.st_uid != ::geteuid() && status.st_uid != directory.st_uid;
}

bool is_trapped_link(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode) && is_trap(status, path);
}

/// After an open that has failed; keeps errno.
bool is_link(const fs::path& path) {
  const int error = errno;
  struct stat status {};
  const bool found = ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
  errno = error;
  return found;
}

OpenedFile failed(int error) {
  return {UniqueFd(), error, describe_write_error(error)};
}

OpenedFile refused(int error, const char* reason) {
  return {UniqueFd(), error, reason};
}

constexpr const char* link_in_its_place = "a symbolic link has its name, and is not followed";
constexpr const char* link_of_another =
    "it is a symbolic link of another user, in a directory that everybody may write to";
constexpr const char* file_of_another =
    "it is a file of another user, in a directory that everybody may write to";

UniqueFd open_directory(const fs::path& path) {
  return UniqueFd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

}  // namespace

OpenedFile open_to_write(const std::string& path, int flags, Links links) {
  flags |= O_CLOEXEC;
  UniqueFd file(::open(path.c_str(), flags | O_NOFOLLOW, usual_mode));
  if (!file && is_link(path)) {
    if (links == Links::none) return refused(ELOOP, link_in_its_place);
    if (is_trapped_link(path)) return refused(ELOOP, link_of_another);
    file.reset(::open(path.c_str(), flags, usual_mode));
  }
  if (!file) return failed(errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return failed(errno);
  const bool is_kept = S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode);
  if (is_kept && is_trap(status, path)) return refused(EACCES, file_of_another);
  // A second name (hard link) of the file belongs to somebody who expects other contents.
  if (links == Links::none && S_ISREG(status.st_mode) && status.st_nlink > 1)
    return refused(EMLINK, "the file has another name as well (a hard link)");
  return {std::move(file), 0, {}};
}

OpenedFile open_chosen_directory(const fs::path& path) {
  if (is_trapped_link(path)) return refused(ELOOP, link_of_another);
  UniqueFd directory(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return failed(errno);
  return {std::move(directory), 0, {}};
}

OpenedFile open_foreign_file(const fs::path& path) {
  const UniqueFd directory = open_directory(directory_of(path));
  if (!directory) return failed(errno);
  UniqueFd file(::openat(directory.get(), path.filename().c_str(),
                         O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return failed(errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return failed(errno);
  if (!S_ISREG(status.st_mode) || status.st_nlink != 1)
    return refused(EINVAL, "it is no file of its own");
  return {std::move(file), 0, {}};
}

void remove_foreign_file(const fs::path& path) {
  const UniqueFd directory = open_directory(directory_of(path));
  if (directory) ::unlinkat(directory.get(), path.filename().c_str(), 0);
}

FileLock lock_file(int file) {
  constexpr std::chrono::seconds patience{1};
  constexpr std::chrono::milliseconds pause{20};
  const Deadline deadline = deadline_in(patience);
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return FileLock::impossible;
    if (has_passed(deadline)) return FileLock::busy;
    std::this_thread::sleep_for(pause);
  }
  return FileLock::taken;
}

}  // namespace cdp
