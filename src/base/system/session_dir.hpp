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

/// `$TMPDIR/cdp-scrape-XXXXXX` (see `place`) with everything one browser writes: its profile, its
/// TMPDIR, its HOME, the files it saves.
///
/// Two things make it ours. A marker file in it, written when it is made, holds a random id and
/// says which directory it was written for (name and inode), so that a copy of the directory, or
/// one of a user's with a name alike, is never taken for one. And the directory is locked (flock)
/// while its driver lives: the lock goes with the process, however it dies. So what has the marker
/// and no lock was left by a dead driver. The next start removes it, and ends the processes that
/// carry its id in CDP_SCRAPE_SESSION.
///
/// The marker is written under the lock, and nobody locks a directory without one: there is no
/// moment in which a living driver's directory looks stale.
class SessionDir {
 public:
  /// The environment variable that marks a browser's processes with `id()`.
  static constexpr const char* variable = "CDP_SCRAPE_SESSION";

  /// The file that marks a directory as ours.
  static constexpr const char* marker = ".cdp-scrape-session";

  /// @param owner the user the browser runs as, when it is not ours
  /// @throws Error launch_failed naming the directory and what stood in the way; nothing is left
  /// then
  static SessionDir create(std::optional<FileOwner> owner);

  /// Removes the directories that dead drivers of this user left in TMPDIR and in the browser's
  /// place, and their processes.
  /// Everything that is not proven to be such a directory is left alone.
  /// @return how many directories it removed
  static int sweep(const Log& log, const std::optional<FileOwner>& owner = std::nullopt);

  /// Where such directories are made: in TMPDIR, or, when the browser's user may not pass through
  /// that, in /tmp or /var/tmp. @throws Error launch_failed when he may not pass through any
  static std::filesystem::path place(const std::optional<FileOwner>& owner);

  SessionDir() = default;
  SessionDir(SessionDir&&) = default;
  SessionDir& operator=(SessionDir&&) = default;

  const std::filesystem::path& path() const { return path_; }

  /// Random, and this directory's alone.
  const std::string& id() const { return id_; }

  std::filesystem::path profile() const { return path_ / "browser" / "profile"; }
  std::filesystem::path temp() const { return path_ / "browser" / "tmp"; }
  std::filesystem::path downloads() const { return path_ / "browser" / "downloads"; }
  std::filesystem::path home() const { return path_ / "browser"; }

  /// Kills what still carries our id, removes the directory. Helpers of a dying browser may write
  /// once more: call again when it fails.
  /// @return whether the directory is gone
  bool try_remove();

 private:
  static SessionDir make(const std::filesystem::path& root);
  static int sweep_in(const std::filesystem::path& root, const Log& log);
  static std::optional<SessionDir> adopt_stale(const std::filesystem::path& path);
  void mark();
  void furnish(const std::optional<FileOwner>& owner);

  std::filesystem::path path_;
  std::string id_;
  UniqueFd lock_;  ///< of the directory itself: what is removed is what was locked
};

}  // namespace cdp
