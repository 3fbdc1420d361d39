// The private directory of one browser, and clearing up after drivers that were killed.
#pragma once

#include "base/unique_fd.hpp"
#include <cdp/log.hpp>

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace cdp {

/// Whose files the browser writes.
struct FileOwner {
  uid_t uid;
  gid_t gid;
};

/// `$TMPDIR/cdp-scrape-XXXXXX` with everything one browser writes: its profile, its TMPDIR, its
/// HOME, the files it saves.
///
/// The directory is locked (flock) while its driver lives. The lock goes with the process, however
/// it dies, so a directory without one belongs to nobody: the next start removes it, and ends the
/// processes that carry its name in CDP_SCRAPE_SESSION. There is no moment in which a living
/// driver's directory looks stale for good: whoever makes one checks, after locking it, that no
/// sweeper took it in between.
class SessionDir {
 public:
  /// The environment variable that marks a browser's processes with `name()`.
  static constexpr const char* marker = "CDP_SCRAPE_SESSION";

  /// @param owner the user the browser runs as, when it is not ours
  /// @throws Error launch_failed naming the directory
  static SessionDir create(std::optional<FileOwner> owner);

  /// Removes the directories that dead drivers of this user left in TMPDIR, and their processes.
  /// @return how many directories it removed
  static int sweep(const Log& log);

  SessionDir() = default;
  SessionDir(SessionDir&&) = default;
  SessionDir& operator=(SessionDir&&) = default;

  const std::filesystem::path& path() const { return path_; }
  std::string name() const { return path_.filename().string(); }
  std::filesystem::path profile() const { return path_ / "browser" / "profile"; }
  std::filesystem::path temp() const { return path_ / "browser" / "tmp"; }
  std::filesystem::path downloads() const { return path_ / "browser" / "downloads"; }
  std::filesystem::path home() const { return path_ / "browser"; }

  /// Kills what still carries our name, removes the directory. Helpers of a dying browser may write
  /// once more: call again when it fails.
  /// @return whether the directory is gone
  bool try_remove();

 private:
  std::filesystem::path path_;
  UniqueFd lock_;
};

}  // namespace cdp
