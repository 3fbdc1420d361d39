// A child process: started by ourselves, waited for with Boost.Process.
#pragma once

#include "base/async/notifier.hpp"
#include "base/system/session_dir.hpp"
#include "base/unique_fd.hpp"
#include <cdp/log.hpp>
#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cdp {

/// Whose ends no other process inherits.
struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

/// @throws Error launch_failed
Pipe make_pipe();

struct ProcessSpec {
  std::string program;
  std::vector<std::string> arguments;    ///< without the program's name
  std::vector<std::string> environment;  ///< NAME=value, all of it
  std::string working_directory;
  std::vector<std::pair<int, int>>
      descriptors;                ///< ours → the child's number; no others are inherited
  std::optional<FileOwner> user;  ///< whom to become; nothing: stay who we are
};

/// A process in a process group of its own, so that it can be ended with all its children, and so
/// that the Ctrl-C of a terminal reaches the driver alone.
///
/// Boost.Process 1.81 waits well (v2, over a pidfd), but its launchers do not serve: v2's
/// descriptor binding lacks a return, and a failed exec runs the parent's exit handlers in the
/// child. So fork and exec are here.
class Process : public std::enable_shared_from_this<Process> {
 public:
  /// @throws Error launch_failed, or sandbox_unavailable when the user cannot be changed
  static std::shared_ptr<Process> start(const boost::asio::any_io_executor& executor,
                                        const ProcessSpec& spec, const Log& log);
  ~Process();

  pid_t pid() const;

  /// Whether the process itself has ended; its children may live on.
  bool has_exited() const;

  /// How it ended, such as `exit status 1` or `signal 9`.
  std::string exit_text() const;

  bool was_ended_by(int signal) const;

  /// Returns whether the process has ended before the deadline.
  Task<bool> exited(Deadline deadline);

  /// Sends a signal to the process and all of its group. Does nothing when the process has ended:
  /// its group was killed with it.
  void signal_group(int signal);

  /// Whether anything of the group is left alive.
  bool group_is_alive() const;

  /// SIGKILL to the group, then reaps. Blocks until the process is gone: for the paths that cannot
  /// wait.
  void kill_and_reap();

 private:
  struct Impl;
  explicit Process(std::unique_ptr<Impl> impl);
  Task<void> watch();
  void note_exit(int status);

  std::unique_ptr<Impl> impl_;
};

}  // namespace cdp
