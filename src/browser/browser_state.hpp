// What the handles of one browser share.
#pragma once

#include "browser/launch/launcher.hpp"
#include "browser/target/downloads.hpp"
#include "browser/target/frame_clock.hpp"
#include "browser/target/target_registry.hpp"
#include "rpc/connection.hpp"
#include <cdp/options.hpp>
#include <cdp/task.hpp>

#include <memory>
#include <string>

namespace cdp {

class PageState;

/// A browser that answers: its connection, its targets, and, when we started it, its process. The
/// public handles point here; when the last of them is gone, so is the browser.
class BrowserState : public std::enable_shared_from_this<BrowserState> {
 public:
  static Task<std::shared_ptr<BrowserState>> launch(LaunchOptions options);
  static Task<std::shared_ptr<BrowserState>> connect(std::string url, ConnectOptions options);

  /// A browser at the other end of a transport that is there already. `connect` goes through here,
  /// and so do tests with a scripted one.
  static Task<std::shared_ptr<BrowserState>> over(std::unique_ptr<Transport> transport,
                                                  TargetRegistry::Scope scope, Log log,
                                                  Deadline deadline);

  ~BrowserState();

  /// Creates a page and lets it run. @param context empty: where this browser's pages go by default
  Task<std::shared_ptr<PageState>> open_page(std::string url, std::string context,
                                             PageOptions options, Deadline deadline);

  /// @param context empty: the default one
  Task<void> set_cookies(std::vector<Cookie> cookies, std::string context, Deadline deadline);

  Task<std::string> create_context(Deadline deadline);
  Task<void> dispose_context(std::string id);

  Task<void> close();
  void kill();
  void kill(Error cause);

  /// The files its pages turn out to be; null when they are refused.
  Downloads* downloads() const { return downloads_.get(); }

  /// Draws the frames of pages that want that; null where the browser does by itself.
  const std::shared_ptr<FrameClock>& frame_clock() const { return frame_clock_; }

  bool is_alive() const { return !connection_->root()->closed(); }
  int process_id() const;
  std::filesystem::path directory() const;
  const std::string& version() const { return version_; }
  const std::shared_ptr<Connection>& connection() const { return connection_; }
  const Log& log() const { return connection_->log(); }

 private:
  BrowserState(std::shared_ptr<Connection> connection, TargetRegistry::Scope scope);

  Task<void> greet(TargetRegistry::Scope scope, Deadline deadline);

  /// Whether a document waits until its page has been set up. Full Chromium 156 (`Chrome/…`; the
  /// headless shell is `HeadlessChrome/…`) says so, and lets it go ahead.
  bool holds_documents_back() const { return !version_.starts_with("Chrome/"); }

  void set_up_context(const std::optional<std::string>& context);

  std::shared_ptr<Connection> connection_;
  TargetRegistry targets_;
  std::shared_ptr<FrameClock> frame_clock_;  ///< null when the browser draws by itself
  std::unique_ptr<Downloads> downloads_;     ///< null when files are refused
  std::shared_ptr<BrowserProcess> process_;  ///< null when we connected
  std::string own_context_;                  ///< where pages go by default when we connected
  std::string version_;
  bool asked_to_close_ = false;
};

}  // namespace cdp
