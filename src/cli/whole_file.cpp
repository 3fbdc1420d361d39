#include "cli/whole_file.hpp"

#include "base/unique_fd.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace cdp::cli {
namespace {

Error cannot_write(const std::string& path, int error) {
  return Error(errc::output_error, fmt::format("cannot write {}: {}", path, std::strerror(error)));
}

/// @return errno, or 0
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

bool is_special(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

void expect_writable_place(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) throw cannot_write(path, EISDIR);
    if (!S_ISREG(status.st_mode)) return;
  }
  const std::string directory = std::filesystem::path(path).parent_path().string();
  if (::access(directory.empty() ? "." : directory.c_str(), W_OK | X_OK) != 0)
    throw cannot_write(path, errno);
}

void write_whole_file(const std::string& path, std::string_view text) {
  constexpr mode_t mode = 0666;
  const bool in_place = is_special(path);
  const std::string target = in_place ? path : fmt::format("{}.{}.part", path, ::getpid());
  const UniqueFd file(
      ::open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (in_place ? 0 : O_TRUNC), mode));
  if (!file) throw cannot_write(path, errno);
  int error = write_all(file.get(), text);
  if (in_place) {
    if (error != 0) throw cannot_write(path, error);
    return;
  }
  if (error == 0 && std::rename(target.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(target.c_str());
  throw cannot_write(path, error);
}

}  // namespace cdp::cli
