#include "output/file_store.hpp"

#include "base/system/file_access.hpp"
#include "output/draft.hpp"
#include "output/output_file.hpp"
#include <cdp/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace cdp {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, const std::string& why) {
  return Error(errc::output_error, fmt::format("cannot write {}: {}", path.string(), why));
}

Task<std::string> write_file(fs::path path, std::string content) {
  write_whole_file(path.string(), content, true);
  sync_directory(path.parent_path().string());
  co_return path.string();
}

/// Copied even where it could be moved: the copy is ours, the original may be another user's.
Task<std::string> take_file(fs::path path, fs::path from) {
  const OpenedFile original = open_foreign_file(from);
  if (!original.file)
    throw cannot_write(path, "what the browser saved cannot be read: " + original.reason);
  Draft draft(path);
  draft.append_from(original.file.get());
  draft.sync();
  draft.publish();
  sync_directory(path.parent_path().string());
  remove_foreign_file(from);
  co_return path.string();
}

}  // namespace

FileStore::FileStore(fs::path directory) : directory_(std::move(directory)) {
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error) throw cannot_write(directory_, error.message());
  const OpenedFile opened = open_chosen_directory(directory_);
  if (!opened.file) throw cannot_write(directory_, opened.reason);
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
