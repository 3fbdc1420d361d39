#include "browser/target/downloads.hpp"

#include "base/system/file_access.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cdp {
namespace {

namespace browser = protocol::browser;

/// Chromium says that a download begins right after the request for it as a page has ended.
constexpr std::chrono::seconds longest_beginning{5};

/// The browser names its files, and is not to lead us elsewhere.
bool is_file_name(const std::string& guid) {
  return !guid.empty() && guid.find('/') == std::string::npos && guid != "." && guid != "..";
}

}  // namespace

Downloads::Downloads(std::shared_ptr<Connection> connection, std::filesystem::path directory)
    : connection_(std::move(connection)),
      directory_(std::move(directory)),
      changed_(std::make_shared<Notifier>(connection_->executor())) {
  subscriptions_.push_back(subscribe<browser::DownloadWillBegin>(
      *connection_->root(), [this](const browser::DownloadWillBegin& event) { on(event); }));
  subscriptions_.push_back(subscribe<browser::DownloadProgress>(
      *connection_->root(), [this](const browser::DownloadProgress& event) { on(event); }));
  connection_->root()->on_closed([waiting = std::weak_ptr(changed_)](const Error&) {
    if (const auto changed = waiting.lock()) changed->notify_all();
  });
}

browser::SetDownloadBehavior Downloads::behavior() const {
  browser::SetDownloadBehavior behavior;
  behavior.behavior = "allowAndName";
  behavior.download_path = directory_.string();
  behavior.events_enabled = true;
  return behavior;
}

void Downloads::expect(const std::string& frame_id) {
  files_.try_emplace(frame_id);
}

void Downloads::forget(const std::string& frame_id) {
  const auto found = files_.find(frame_id);
  if (found == files_.end()) return;
  if (!found->second.guid.empty()) remove(found->second);
  files_.erase(found);
}

void Downloads::on(const browser::DownloadWillBegin& event) {
  const auto found = files_.find(event.frame_id);
  const bool is_wanted = found != files_.end() && found->second.guid.empty();
  if (!is_wanted || !is_file_name(event.guid)) return refuse(event.guid);
  found->second.guid = event.guid;
  found->second.suggested_name = event.suggested_filename;
  changed_->notify_all();
}

void Downloads::on(const browser::DownloadProgress& event) {
  for (auto& [frame_id, file] : files_) {
    if (file.guid != event.guid) continue;
    file.bytes = static_cast<std::size_t>(event.received_bytes);
    file.state = event.state;
    changed_->notify_all();
  }
}

void Downloads::refuse(const std::string& guid) {
  connection_->post(connection_->root(), browser::CancelDownload{guid});
}

/// The file may have been moved away.
void Downloads::remove(const File& file) {
  if (file.state != "completed") refuse(file.guid);
  remove_foreign_file(path_of(file));
}

Task<Download> Downloads::wait(std::string frame_id, std::size_t most_bytes, Deadline deadline) {
  const auto file = [&]() -> const File& { return files_.at(frame_id); };
  const auto lost = [&] { return connection_->root()->closed().has_value(); };
  const auto begun = [&] { return !file().guid.empty() || lost(); };
  co_await changed_->until(begun, std::min(deadline, deadline_in(longest_beginning)));
  const auto over = [&] {
    return file().state == "completed" || file().state == "canceled" || file().bytes > most_bytes ||
           lost();
  };
  if (begun()) co_await changed_->until(over, deadline);
  if (lost()) throw *connection_->root()->closed();
  if (file().bytes > most_bytes)
    throw Error(errc::too_large, fmt::format("the file has more than {} bytes", most_bytes));
  if (file().state == "canceled")
    throw Error(errc::connect_error, "the file broke off before it was complete");
  if (file().state != "completed")
    throw Error(errc::page_timeout,
                fmt::format("waiting for the rest of the file ({} bytes so far)", file().bytes));
  co_return Download{path_of(file()).string(), file().suggested_name, file().bytes};
}

}  // namespace cdp
