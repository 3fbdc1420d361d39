#include "output/output_file.hpp"

#include "base/system/limits.hpp"
#include "output/draft.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace cdp {
namespace {

Error cannot(const char* what, const std::string& name, const std::string& reason) {
  return Error(errc::output_error, fmt::format("cannot {} {}: {}", what, name, reason));
}

Error cannot(const char* what, const std::string& name, int error) {
  return cannot(what, name, describe_write_error(error));
}

bool is_regular(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

/// A descriptor that does not block is full for now, and nobody has asked for less than all.
void wait_until_writable(int fd) {
  pollfd entry{fd, POLLOUT, 0};
  ::poll(&entry, 1, -1);
}

}  // namespace

int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      wait_until_writable(fd);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

OutputFile::OutputFile(const std::string& path, Links links, Existing existing)
    : name_(path == "-" ? "the standard output" : path) {
  if (path == "-") {
    file_.reset(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!file_) throw cannot("write to", name_, errno);
    return;
  }
  const bool appends = existing == Existing::append;
  OpenedFile opened = open_to_write(path, O_WRONLY | O_CREAT | (appends ? O_APPEND : 0), links);
  if (!opened.file) throw cannot("write to", name_, opened.reason);
  file_ = std::move(opened.file);
  if (!is_regular(file_.get())) return;
  lock();
  is_stale_ = !appends;
  if (appends) end_last_line(path);
}

/// Records of a run that was cut off end in the middle of a line: ours begin on one of their own.
void OutputFile::end_last_line(const std::string& path) {
  if (path.ends_with(".gz") || path.ends_with(".zst")) return;
  const UniqueFd reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  char last = '\n';
  if (!reader || ::fstat(reader.get(), &status) != 0 || status.st_size == 0 ||
      ::pread(reader.get(), &last, 1, status.st_size - 1) != 1)
    return;
  if (last != '\n') append("\n");
}

OutputFile::OutputFile(const std::string& path, std::uint64_t length, Links links) : name_(path) {
  // Without waiting for the reader of a pipe that cannot be used anyway.
  OpenedFile opened = open_to_write(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, links);
  struct stat status {};
  const bool is_looked_at = opened.file && ::fstat(opened.file.get(), &status) == 0;
  if (opened.error == ENXIO || (is_looked_at && !S_ISREG(status.st_mode))) {
    throw Error(
        errc::invalid_argument,
        fmt::format("{} is not a regular file, and what went there cannot be taken back: with "
                    "--state, give -o a file",
                    path));
  }
  if (!opened.file) throw cannot("write to", name_, opened.reason);
  if (!is_looked_at) throw cannot("write to", name_, errno);
  file_ = std::move(opened.file);
  lock();
  const auto found = static_cast<std::uint64_t>(status.st_size);
  if (found < length) {
    throw Error(
        errc::state_error,
        fmt::format("{} has {} bytes, but {} bytes of records were written: restore it, or start "
                    "over with another --state directory and another output",
                    path, found, length));
  }
  // A file that needs no change keeps its time.
  if (found > length && ::ftruncate(file_.get(), static_cast<off_t>(length)) != 0)
    throw cannot("cut", name_, errno);
  length_ = length;
}

/// Nobody else writes to it until it is closed. File systems without locks have to do without.
void OutputFile::lock() {
  if (lock_file(file_.get()) != FileLock::busy) return;
  throw cannot("write to", name_,
               "another process is writing to it: wait for its end, or name another output");
}

void OutputFile::finish() {
  if (!std::exchange(is_stale_, false)) return;
  if (::ftruncate(file_.get(), 0) != 0) throw cannot("write to", name_, errno);
}

void OutputFile::append(std::string_view text) {
  finish();
  const int error = write_all(file_.get(), text);
  broken_pipe_ = error == EPIPE;
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
  Draft draft(path);
  draft.append(text);
  if (durable) draft.sync();
  draft.publish();
}

}  // namespace cdp
