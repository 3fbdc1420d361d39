#include "output/draft.hpp"

#include "base/system/limits.hpp"
#include "output/output_file.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <random>
#include <utility>

namespace cdp {
namespace {

namespace fs = std::filesystem;

constexpr mode_t usual_mode = 0666;

std::string random_name() {
  std::random_device random;
  return fmt::format(".cdp-scrape-{:08x}{:08x}.part", random(), random());
}

/// How a file without a name is told to linkat(2), which only root may do by its descriptor.
std::string path_of(const UniqueFd& file) {
  return fmt::format("/proc/self/fd/{}", file.get());
}

}  // namespace

Draft::Draft(fs::path path) : path_(std::move(path)) {
  const fs::path directory = path_.has_parent_path() ? path_.parent_path() : fs::path(".");
  directory_.reset(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory_) fail(errno);
  if (!open_unnamed()) open_named();
}

Draft::~Draft() {
  if (!name_.empty()) ::unlinkat(directory_.get(), name_.c_str(), 0);
}

/// @return false where there are no files without a name, or no way to give them one
bool Draft::open_unnamed() {
  if (::access("/proc/self/fd", X_OK) != 0) return false;
  file_.reset(::openat(directory_.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, usual_mode));
  return static_cast<bool>(file_);
}

void Draft::open_named() {
  std::string name = random_name();
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  file_.reset(::openat(directory_.get(), name.c_str(), flags, usual_mode));
  if (!file_) fail(errno);
  name_ = std::move(name);
}

void Draft::append(std::string_view text) {
  if (const int error = write_all(file_.get(), text)) fail(error);
}

void Draft::append_from(int file) {
  std::array<char, 1 << 16> block{};
  for (;;) {
    const ssize_t count = ::read(file, block.data(), block.size());
    if (count == 0) return;
    if (count < 0 && errno != EINTR) fail(errno);
    if (count > 0) append({block.data(), static_cast<std::size_t>(count)});
  }
}

void Draft::sync() {
  if (::fdatasync(file_.get()) != 0) fail(errno);
}

void Draft::publish() {
  const std::string name = path_.filename().string();
  if (name_.empty()) {
    if (::linkat(AT_FDCWD, path_of(file_).c_str(), directory_.get(), name.c_str(),
                 AT_SYMLINK_FOLLOW) == 0)
      return;
    if (errno != EEXIST) fail(errno);
    give_random_name();  // only rename(2) replaces what is there
  }
  if (::renameat(directory_.get(), name_.c_str(), directory_.get(), name.c_str()) != 0) fail(errno);
  name_.clear();
}

void Draft::give_random_name() {
  std::string name = random_name();
  if (::linkat(AT_FDCWD, path_of(file_).c_str(), directory_.get(), name.c_str(),
               AT_SYMLINK_FOLLOW) != 0)
    fail(errno);
  name_ = std::move(name);
}

void Draft::fail(int error) const {
  throw Error(errc::output_error,
              fmt::format("cannot write to {}: {}", path_.string(), describe_write_error(error)));
}

}  // namespace cdp
