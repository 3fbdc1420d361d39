// The files that pages turn out to be.
#pragma once

#include "base/async/deadline.hpp"
#include "base/async/notifier.hpp"
#include "protocol/browser.hpp"
#include "rpc/connection.hpp"
#include <cdp/page.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace cdp {

/// Lets the browser save what it cannot show, into a directory of its own, and knows which page
/// each file belongs to. A page has one file at most; what else it wants saved, and what nobody
/// expects, is refused as it begins. A page that goes takes its file along.
class Downloads {
 public:
  /// @param directory that the browser may write to; it makes it
  Downloads(std::shared_ptr<Connection> connection, std::filesystem::path directory);

  /// What a browser context is to be told.
  protocol::browser::SetDownloadBehavior behavior() const;

  /// The page of this main frame may save a file; until `forget`.
  void expect(const std::string& frame_id);
  void forget(const std::string& frame_id);

  /// The file that a navigation of this main frame has turned out to be, when it is complete.
  /// @throws Error too_large, connect_error when it broke off, page_timeout
  Task<Download> wait(std::string frame_id, std::size_t most_bytes, Deadline deadline);

 private:
  struct File {
    std::string guid;  ///< and the file's name; empty: it has not begun
    std::string suggested_name;
    std::size_t bytes = 0;
    std::string state;
  };

  void on(const protocol::browser::DownloadWillBegin& event);
  void on(const protocol::browser::DownloadProgress& event);
  void refuse(const std::string& guid);
  void remove(const File& file);
  std::filesystem::path path_of(const File& file) const { return directory_ / file.guid; }

  std::shared_ptr<Connection> connection_;
  std::filesystem::path directory_;
  /// main frame → its file, from `expect` to `forget`
  std::unordered_map<std::string, File> files_;
  std::shared_ptr<Notifier> changed_;  ///< shared with the end of the connection
  std::vector<Subscription> subscriptions_;
};

}  // namespace cdp
