#pragma once

// Does the driver leave anything behind?

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cdp::test {

/// Gives the driver a private temporary directory and looks for what is left in it and of it. The
/// driver keeps each browser's files in `$TMPDIR/cdp-scrape-XXXXXX` and marks the browser with
/// CDP_SCRAPE_SESSION, next to a TMPDIR below that directory; that holds for drivers in this
/// process and for children.
///
/// While it lives, TMPDIR of this process points there, so make it before any thread starts, and
/// one at a time. The destructor kills what is still there, removes the directory and restores
/// TMPDIR: one leak does not spoil the next test.
///
/// A browser process is found by its environment or its --user-data-dir, its helpers by its process
/// group: they overwrite their environment with their title. Helpers whose browser has died unseen
/// are recognised as Chromium's by the command line, when they are younger than this object and
/// have no group leader.
class LeakCheck {
 public:
  LeakCheck();
  LeakCheck(const LeakCheck&) = delete;
  LeakCheck& operator=(const LeakCheck&) = delete;
  ~LeakCheck();

  /// The private directory (mode 0755: a browser that runs as another user must get through).
  const std::filesystem::path& directory() const;

  /// Names of the session directories there are.
  std::vector<std::string> session_directories() const;
  /// Everything else in the private directory.
  std::vector<std::string> other_entries() const;
  /// Browser processes and their helpers, without zombies.
  std::vector<pid_t> browser_processes() const;

  /// Waits until no browser process and no directory is left, at most that long. What is left then
  /// is a non-fatal gtest failure with a line for each.
  void expect_clean(std::chrono::milliseconds patience);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Children of this process that have ended and were not waited for.
std::vector<pid_t> zombie_children();

/// Number of open file descriptors of this process.
int open_descriptors();

/// Number of threads of this process.
int running_threads();

}  // namespace cdp::test
