#include "scrape/file_store.hpp"

#include "base/unique_fd.hpp"
#include <cdp/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace cdp {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, const std::string& why) {
  return Error(errc::output_error, fmt::format("cannot write {}: {}", path.string(), why));
}

/// The name of a file that is not complete. It belongs to nobody else: the names of a run's files
/// are its own, and each is written once at a time.
fs::path draft_of(const fs::path& path) {
  return path.string() + ".part";
}

/// @return errno, or 0
int write_content(const fs::path& path, std::string_view content) {
  constexpr mode_t mode = 0666;
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file) return errno;
  while (!content.empty()) {
    const ssize_t count = ::write(file.get(), content.data(), content.size());
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) content.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

Task<std::string> write_file(fs::path path, std::string content) {
  const fs::path draft = draft_of(path);
  if (const int error = write_content(draft, content); error != 0) {
    std::error_code ignored;
    fs::remove(draft, ignored);
    throw cannot_write(path, std::strerror(error));
  }
  std::error_code error;
  fs::rename(draft, path, error);
  if (error) throw cannot_write(path, error.message());
  co_return path.string();
}

/// Copied even where it could be moved: the copy is ours, the original may be another user's.
Task<std::string> take_file(fs::path path, fs::path from) {
  const fs::path draft = draft_of(path);
  std::error_code error;
  fs::copy_file(from, draft, fs::copy_options::overwrite_existing, error);
  if (!error) fs::rename(draft, path, error);
  std::error_code ignored;
  if (error) fs::remove(draft, ignored);
  if (error) throw cannot_write(path, error.message());
  fs::remove(from, ignored);
  co_return path.string();
}

}  // namespace

FileStore::FileStore(fs::path directory) : directory_(std::move(directory)) {
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error) throw cannot_write(directory_, error.message());
}

Task<std::string> FileStore::write(std::string name, std::string content) {
  Task<std::string> writing = write_file(directory_ / name, std::move(content));
  return boost::asio::co_spawn(thread_.get_executor(), std::move(writing),
                               boost::asio::use_awaitable);
}

Task<std::string> FileStore::take(std::string name, std::string from) {
  Task<std::string> taking = take_file(directory_ / name, std::move(from));
  return boost::asio::co_spawn(thread_.get_executor(), std::move(taking),
                               boost::asio::use_awaitable);
}

}  // namespace cdp
