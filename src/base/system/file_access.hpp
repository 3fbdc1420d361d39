// Opening files at names that others may have touched before us.
#pragma once

#include "base/unique_fd.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace cdp {

/// What happens to a symbolic link at a file's name.
enum class Links {
  of_user,  ///< the user chose the name: his link is his wish (`/dev/stdout` is one)
  none      ///< we chose the name: there is none of ours, so it is never followed
};

/// A file that has been opened, or why it has not been.
struct OpenedFile {
  UniqueFd file;
  int error = 0;  ///< errno
  std::string reason;
};

/// Opens a file for writing; new ones as open(2) makes them. In a directory that everybody may
/// write to (sticky, as /tmp), a link or a file of somebody else is refused, whoever chose its
/// name: what Linux does where fs.protected_symlinks and fs.protected_regular are set, as they are
/// not everywhere.
OpenedFile open_to_write(const std::string& path, int flags, Links links);

/// Opens a directory that the user chose, to reach what is in it (O_PATH). A link of somebody else
/// in a directory that everybody may write to is refused.
OpenedFile open_chosen_directory(const std::filesystem::path& path);

/// Opens a regular file for reading that another user has made, in a directory that they may write
/// to. No link is followed, neither of the file nor of that directory, and nobody else's file is
/// read in its place (hard links).
OpenedFile open_foreign_file(const std::filesystem::path& path);

/// Removes a file by its name, in a directory that another user may have replaced by a link.
void remove_foreign_file(const std::filesystem::path& path);

enum class FileLock {
  taken,
  busy,        ///< somebody else has it
  impossible,  ///< the file system knows no locks; errno says more
};

/// Locks a file (flock) until it is closed. Waits for a moment: a driver that was killed while it
/// started a browser leaves the lock to the child, until that has become the browser.
FileLock lock_file(int file);

}  // namespace cdp
