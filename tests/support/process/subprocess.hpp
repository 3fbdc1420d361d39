#pragma once

// Child processes for tests: run one to its end, or watch one while it runs.

#include <sys/types.h>

#include <chrono>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp::test {

struct ProcessSpec {
  std::vector<std::string> argv{};         ///< argv[0]: a path, or a name that is looked up in PATH
  std::vector<std::string> environment{};  ///< `NAME=value`, on top of this process's own
  std::vector<std::string> remove_environment{};  ///< names that the child must not see
  std::string directory{};                        ///< working directory; empty: this process's own
  std::string input{};                            ///< what it reads on standard input
  bool keep_input_open = false;  ///< no end of file after `input`, until close_input()
  bool stderr_terminal = false;  ///< standard error is a terminal, 80 columns wide
  /// For run_process() and the first wait() without an own limit: the process group is killed after
  /// it.
  std::optional<std::chrono::milliseconds> timeout{};
};

/// How a process ended and what it wrote.
struct ProcessResult {
  int exit_code = -1;      ///< -1 when a signal ended it
  int signal = 0;          ///< 0 when it exited
  bool timed_out = false;  ///< the process group was killed by us
  std::string out{};
  std::string err{};      ///< lines of a terminal end in CR LF
  double seconds = 0;     ///< wall clock
  long peak_rss_kib = 0;  ///< of the process itself, without its children

  bool ok() const { return exit_code == 0; }
};

/// For gtest's messages: how it ended, and the beginning of what it wrote.
std::ostream& operator<<(std::ostream& stream, const ProcessResult& result);

/// Runs a program to its end. Throws std::system_error when it cannot be started.
ProcessResult run_process(ProcessSpec spec);

enum class Output { out, err };

/// A child process in a process group of its own. A thread of this object feeds and drains it, so
/// it never blocks on a full pipe. The destructor kills the group and reaps the child.
class RunningProcess {
 public:
  /// Starts it; throws std::system_error when that fails.
  explicit RunningProcess(ProcessSpec spec);
  RunningProcess(const RunningProcess&) = delete;
  RunningProcess& operator=(const RunningProcess&) = delete;
  ~RunningProcess();

  pid_t pid() const;
  /// Sends a signal to the process alone; false when it has ended.
  bool send_signal(int signal);
  /// Sends a signal to its group.
  bool send_group_signal(int signal);
  void close_input();

  /// Waits until the output so far contains `text`; false when the time is up or it ended without.
  bool read_until(std::string_view text, std::chrono::milliseconds timeout,
                  Output output = Output::err) const;
  /// What it has written so far.
  std::string output(Output output = Output::out) const;
  bool running() const;

  /// Waits for its end; when it has none in time, kills the group and says `timed_out`.
  ProcessResult wait(std::chrono::milliseconds timeout);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cdp::test
