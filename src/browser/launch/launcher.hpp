// A browser process of our own: from its start to the last file it wrote.
#pragma once

#include "base/system/leftovers.hpp"
#include "base/system/session_dir.hpp"
#include "browser/launch/process.hpp"
#include "browser/launch/startup_log.hpp"
#include <cdp/options.hpp>
#include <cdp/task.hpp>
#include <cdp/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <optional>
#include <string>

namespace cdp {

/// Whom the browser runs as: nobody (65534), when we are root and it has its sandbox, which
/// Chromium refuses to root; nothing: ourselves.
std::optional<FileOwner> browser_user(const LaunchOptions& options);

/// A running Chromium with its directory, its log and its lifeline. The lifeline is the pipe that
/// `--remote-debugging-pipe` reads: when we are gone, however that came, its end closes and
/// Chromium ends.
///
/// Who starts one calls `stop` (or `kill`) before letting go of it; the destructor kills.
class BrowserProcess : public std::enable_shared_from_this<BrowserProcess> {
 public:
  /// Starts Chromium. It is not ready yet: `connect` waits for that.
  /// @throws Error browser_not_found, launch_failed, sandbox_unavailable, invalid_argument
  static std::shared_ptr<BrowserProcess> start(const boost::asio::any_io_executor& executor,
                                               LaunchOptions options);

  ~BrowserProcess();

  /// Waits for the DevTools endpoint and connects to it.
  /// @throws Error launch_failed, launch_timeout, sandbox_unavailable
  Task<std::unique_ptr<Transport>> connect(Deadline deadline);

  /// SIGTERM, SIGKILL, reaping, removal of the directory. Each step is bounded; about 4 s at the
  /// longest.
  /// @param asked whether the browser was asked to close and gets some time to do so first
  Task<void> stop(bool asked);

  /// SIGKILL and removal at once. Blocks for some milliseconds.
  void kill();

  /// Why the connection ended, when it was because the process did: waits a moment for that to
  /// show.
  Task<Error> explain(Error loss);

  /// After a fault: gives the process a moment to show that it has ended.
  Task<void> settle();

  bool has_exited() const { return process_->has_exited(); }
  pid_t pid() const { return process_->pid(); }

  /// All that it writes; goes with it.
  const std::filesystem::path& directory() const { return directory_.path(); }

  /// Where the browser may save files.
  std::filesystem::path downloads() const { return directory_.downloads(); }

  /// How the browser failed, in one line: what is known from its log, or how it ended and its last
  /// output.
  Error fault(const std::string& what, errc code) const;

 private:
  BrowserProcess(const boost::asio::any_io_executor& executor, LaunchOptions options);

  /// @return the end of the pipe that the browser's output comes out of
  UniqueFd spawn_process(const std::string& program);
  static Task<void> drain_log(std::weak_ptr<BrowserProcess> owner,
                              boost::asio::any_io_executor executor, UniqueFd log);
  Task<std::unique_ptr<Transport>> connect_to_endpoint(Deadline deadline);
  std::optional<std::string> find_shortage() const;
  Task<bool> group_ended(Deadline deadline);
  Task<void> remove_directory();

  boost::asio::any_io_executor executor_;
  LaunchOptions options_;
  SessionDir directory_;
  Leftovers leftovers_;  ///< the directory, until it is gone
  std::shared_ptr<Process> process_;
  UniqueFd lifeline_;     ///< we write, Chromium reads: its descriptor 3
  UniqueFd pipe_output_;  ///< Chromium writes, we read: its descriptor 4
  StartupLog log_;
  bool log_ended_ = false;
  Notifier log_changed_;
};

}  // namespace cdp
