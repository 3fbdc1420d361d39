#include "scrape/output_file.hpp"

#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace cdp {
namespace {

constexpr mode_t usual_mode = 0666;

Error cannot(const char* what, const std::string& name, int error) {
  return Error(errc::output_error,
               fmt::format("cannot {} {}: {}", what, name, std::strerror(error)));
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

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : name_(path == "-" ? "the standard output" : path) {
  file_.reset(path == "-"
                  ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                  : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, usual_mode));
  if (!file_) throw cannot("write to", name_, errno);
}

OutputFile::OutputFile(const std::string& path, std::uint64_t length) : name_(path) {
  // Without waiting for the reader of a pipe that cannot be used anyway.
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK;
  file_.reset(::open(path.c_str(), flags, usual_mode));
  const bool is_pipe = !file_ && errno == ENXIO;
  struct stat status {};
  const bool opened = file_ && ::fstat(file_.get(), &status) == 0;
  if (is_pipe || (opened && !S_ISREG(status.st_mode))) {
    throw Error(errc::invalid_argument,
                fmt::format("{} is no regular file, and what went there cannot be taken back: with "
                            "--state, give -o a file",
                            path));
  }
  if (!opened) throw cannot("write to", name_, errno);
  const auto found = static_cast<std::uint64_t>(status.st_size);
  if (found < length) {
    throw Error(errc::state_error,
                fmt::format("{} has {} bytes, and {} of records were written: restore it, or start "
                            "over with another --state directory and another output",
                            path, found, length));
  }
  // A file that needs no change keeps its time.
  if (found > length && ::ftruncate(file_.get(), static_cast<off_t>(length)) != 0)
    throw cannot("cut", name_, errno);
  length_ = length;
}

void OutputFile::append(std::string_view text) {
  const int error = write_all(file_.get(), text);
  if (error != 0) throw cannot("write to", name_, error);
  length_ += text.size();
}

void OutputFile::sync() {
  if (::fdatasync(file_.get()) != 0) throw cannot("write to", name_, errno);
}

void OutputFile::cut_back(std::uint64_t length) {
  if (::ftruncate(file_.get(), static_cast<off_t>(length)) == 0) length_ = length;
}

void sync_directory(const std::string& path) {
  const UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.get());
}

void write_whole_file(const std::string& path, std::string_view text, bool durable) {
  const std::string draft = path + ".part";
  const UniqueFd file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, usual_mode));
  if (!file) throw cannot("write to", path, errno);
  int error = write_all(file.get(), text);
  if (error == 0 && durable && ::fdatasync(file.get()) != 0) error = errno;
  if (error == 0 && std::rename(draft.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(draft.c_str());
  throw cannot("write to", path, error);
}

}  // namespace cdp
