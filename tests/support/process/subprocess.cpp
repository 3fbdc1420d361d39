#include "subprocess.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <mutex>
#include <ostream>
#include <system_error>
#include <thread>
#include <utility>

extern char** environ;

namespace cdp::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

[[noreturn]] void throw_error(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_ = -1;
};

/// Our end of a channel to the child, and the child's end.
struct Channel {
  Descriptor ours;
  Descriptor theirs;
};

enum class Direction { to_child, from_child };

Channel make_pipe(Direction direction) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_error(errno, "pipe");
  Channel channel{Descriptor(ends[0]), Descriptor(ends[1])};
  if (direction == Direction::to_child) std::swap(channel.ours, channel.theirs);
  ::fcntl(channel.ours.get(), F_SETFL, O_NONBLOCK);
  return channel;
}

Channel make_terminal() {
  Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  char name[128];
  const bool ready = master.is_open() && ::grantpt(master.get()) == 0 &&
                     ::unlockpt(master.get()) == 0 &&
                     ::ptsname_r(master.get(), name, sizeof name) == 0;
  if (!ready) throw_error(errno, "pseudo-terminal");
  Descriptor slave(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave.is_open()) throw_error(errno, "pseudo-terminal");
  const winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(slave.get(), TIOCSWINSZ, &size);
  return {std::move(master), std::move(slave)};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

std::vector<std::string> make_environment(const ProcessSpec& spec) {
  std::vector<std::string> hidden = spec.remove_environment;
  for (const auto& variable : spec.environment)
    hidden.emplace_back(name_of(variable));
  std::vector<std::string> environment = spec.environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const bool hide = std::find(hidden.begin(), hidden.end(), name_of(*variable)) != hidden.end();
    if (!hide) environment.emplace_back(*variable);
  }
  return environment;
}

/// Looks a program up as the shell does; execvp() must not be called between fork and exec.
std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* variable = std::getenv("PATH");
  std::string_view path = variable != nullptr ? variable : "/usr/bin:/bin";
  while (!path.empty()) {
    const auto colon = path.find(':');
    std::string candidate = std::string(path.substr(0, colon)) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    path.remove_prefix(colon == std::string_view::npos ? path.size() : colon + 1);
  }
  return name;
}

/// Everything the child needs between fork and exec, where only async-signal-safe calls are
/// allowed.
struct LaunchPlan {
  const char* program;
  char* const* argv;
  char* const* environment;
  const char* directory;  ///< null: stay
  std::array<int, 3> standard;
  int error_pipe;
};

[[noreturn]] void exec_child(const LaunchPlan& plan) {
  ::setpgid(0, 0);
  for (int signal = 1; signal < NSIG; ++signal)
    ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  bool ready = plan.directory == nullptr || ::chdir(plan.directory) == 0;
  for (int i = 0; i < 3; ++i) {
    ready = ready && ::dup2(plan.standard[static_cast<std::size_t>(i)], i) == i;
  }
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  if (ready) ::execve(plan.program, plan.argv, plan.environment);
  const int error = errno;
  const ssize_t written = ::write(plan.error_pipe, &error, sizeof error);
  static_cast<void>(written);
  ::_exit(127);
}

/// Makes sure that a descriptor for the child is not one of those that dup2 overwrites.
Descriptor above_standard(Descriptor descriptor) {
  if (descriptor.get() > STDERR_FILENO) return descriptor;
  return Descriptor(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

/// Forks and executes; the error of a failed exec comes back through a pipe that exec closes.
pid_t launch(ProcessSpec& spec, std::array<int, 3> standard) {
  if (spec.argv.empty()) throw_error(EINVAL, "no program to run");
  std::vector<std::string> environment = make_environment(spec);
  const std::string program = find_program(spec.argv.front());
  const auto argv = pointers_to(spec.argv);
  const auto variables = pointers_to(environment);
  Channel errors = make_pipe(Direction::from_child);
  errors.theirs = above_standard(std::move(errors.theirs));
  ::fcntl(errors.ours.get(), F_SETFL, 0);
  const char* directory = spec.directory.empty() ? nullptr : spec.directory.c_str();
  const LaunchPlan plan{program.c_str(), argv.data(), variables.data(),
                        directory,       standard,    errors.theirs.get()};
  const pid_t pid = ::fork();
  if (pid < 0) throw_error(errno, "fork");
  if (pid == 0) exec_child(plan);
  ::setpgid(pid, pid);
  errors.theirs.close();
  int error = 0;
  if (::read(errors.ours.get(), &error, sizeof error) == sizeof error) {
    ::waitpid(pid, nullptr, 0);
    throw_error(error, spec.argv.front());
  }
  return pid;
}

/// A descriptor that becomes readable when the process ends. By number: the declaration of
/// pidfd_open() in glibc 2.36 is not usable from C++.
Descriptor open_process(pid_t pid) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

/// Peak of a running process's resident memory; 0 when it has none any more.
long high_water_kib(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

Clock::time_point deadline_after(milliseconds timeout) {
  constexpr milliseconds longest = std::chrono::hours(24 * 365);
  return Clock::now() + std::min(timeout, longest);
}

}  // namespace

class RunningProcess::Impl {
 public:
  explicit Impl(ProcessSpec spec)
      : input_(std::move(spec.input)),
        keep_input_open_(spec.keep_input_open),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    Channel in = make_pipe(Direction::to_child);
    Channel out = make_pipe(Direction::from_child);
    Channel err = spec.stderr_terminal ? make_terminal() : make_pipe(Direction::from_child);
    for (Channel* channel : {&in, &out, &err}) {
      channel->theirs = above_standard(std::move(channel->theirs));
    }
    pid_ = launch(spec, {in.theirs.get(), out.theirs.get(), err.theirs.get()});
    process_ = open_process(pid_);
    stdin_ = std::move(in.ours);
    outputs_[0].descriptor = std::move(out.ours);
    outputs_[1].descriptor = std::move(err.ours);
    start_pump();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    send_group(SIGKILL);
    pump_.join();
  }

  pid_t pid() const { return pid_; }

  bool send(int signal) {
    const std::lock_guard lock(mutex_);
    return !reaped_ && ::kill(pid_, signal) == 0;
  }

  /// The group's number stays taken while any member lives, and the leader is ours until it is
  /// reaped; after that the group is left alone, since the number might belong to somebody else.
  bool send_group(int signal) {
    const std::lock_guard lock(mutex_);
    return !reaped_ && ::kill(-pid_, signal) == 0;
  }

  void close_input() {
    const std::lock_guard lock(mutex_);
    keep_input_open_ = false;
    wake_pump();
  }

  bool read_until(std::string_view text, milliseconds timeout, Output output) const {
    const std::string& written = outputs_[index_of(output)].text;
    std::size_t searched = 0;
    const auto found = [&] {
      const std::size_t at = written.find(text, searched);
      searched = written.size() < text.size() ? 0 : written.size() - text.size();
      return at != std::string::npos;
    };
    bool success = false;
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline_after(timeout),
                        [&] { return (success = success || found()) || finished_; });
    return success;
  }

  std::string output(Output output) const {
    const std::lock_guard lock(mutex_);
    return outputs_[index_of(output)].text;
  }

  bool running() const {
    const std::lock_guard lock(mutex_);
    return !finished_;
  }

  ProcessResult wait(milliseconds timeout) {
    std::unique_lock lock(mutex_);
    const auto is_finished = [&] { return finished_; };
    if (!changed_.wait_until(lock, deadline_after(timeout), is_finished)) {
      if (!reaped_) result_.timed_out = ::kill(-pid_, SIGKILL) == 0;
      changed_.wait(lock, is_finished);
    }
    ProcessResult result = result_;
    result.out = outputs_[0].text;
    result.err = outputs_[1].text;
    return result;
  }

 private:
  struct OutputPipe {
    Descriptor descriptor;
    std::string text;
  };

  static std::size_t index_of(Output output) { return output == Output::out ? 0 : 1; }

  /// The pump leaves all signals to other threads; SIGPIPE becomes an error of write().
  void start_pump() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pump_ = std::thread([this] { pump(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void wake_pump() {
    const std::uint64_t one = 1;
    const ssize_t written = ::write(wake_.get(), &one, sizeof one);
    static_cast<void>(written);
  }

  /// Moves bytes until the child has ended. What its own children still hold open is not waited
  /// for.
  void pump() {
    bool ended = false;
    while (!ended) {
      std::array<pollfd, 5> ready = {{{process_.get(), POLLIN, 0},
                                      {outputs_[0].descriptor.get(), POLLIN, 0},
                                      {outputs_[1].descriptor.get(), POLLIN, 0},
                                      {stdin_.get(), POLLOUT, 0},
                                      {wake_.get(), POLLIN, 0}}};
      if (input_done() && input_waits()) ready[3].fd = -1;
      ::poll(ready.data(), ready.size(), sample_interval_ms);
      ended = (ready[0].revents & POLLIN) != 0;
      sample_memory();
      read_outputs();
      if (!ended) feed_input();
    }
    reap();
    read_outputs();
    finish();
  }

  bool input_done() const { return written_ == input_.size(); }

  bool input_waits() const {
    const std::lock_guard lock(mutex_);
    return keep_input_open_;
  }

  void feed_input() {
    std::uint64_t ignored = 0;
    const ssize_t woken = ::read(wake_.get(), &ignored, sizeof ignored);
    static_cast<void>(woken);
    if (!stdin_.is_open()) return;
    if (!input_done()) {
      const ssize_t count =
          ::write(stdin_.get(), input_.data() + written_, input_.size() - written_);
      if (count > 0) written_ += static_cast<std::size_t>(count);
      if (count < 0 && errno != EAGAIN && errno != EINTR) stdin_.close();
    }
    if (input_done() && !input_waits()) stdin_.close();
  }

  /// Takes what is there. A writer that never pauses (also one that outlives the child) must not
  /// keep us here: the bound is more than a pipe can hold.
  void read_outputs() {
    constexpr int most_blocks = 64;
    for (auto& output : outputs_) {
      for (int i = 0; i < most_blocks && output.descriptor.is_open() && read_block(output); ++i) {
      }
    }
  }

  /// False when there is nothing more at the moment. A terminal reports its end as an error.
  bool read_block(OutputPipe& output) {
    static constexpr std::size_t block_size = 65536;
    std::array<char, block_size> block;
    const ssize_t count = ::read(output.descriptor.get(), block.data(), block.size());
    if (count > 0) {
      const std::lock_guard lock(mutex_);
      output.text.append(block.data(), static_cast<std::size_t>(count));
      changed_.notify_all();
      return true;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) output.descriptor.close();
    return false;
  }

  void sample_memory() { sampled_rss_kib_ = std::max(sampled_rss_kib_, high_water_kib(pid_)); }

  void reap() {
    int status = 0;
    rusage usage{};
    const std::lock_guard lock(mutex_);
    while (::wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    result_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    // The kernel's figure is the largest of the child, of the children that it has waited for, and
    // of the copy of us that it was before exec: of use only where there was no time for a sample.
    result_.peak_rss_kib = sampled_rss_kib_ != 0 ? sampled_rss_kib_ : usage.ru_maxrss;
  }

  void finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }

  static constexpr int sample_interval_ms = 20;

  const std::string input_;
  bool keep_input_open_;
  Descriptor wake_;
  const Clock::time_point start_ = Clock::now();
  pid_t pid_ = -1;
  Descriptor process_;
  Descriptor stdin_;
  std::size_t written_ = 0;
  long sampled_rss_kib_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::array<OutputPipe, 2> outputs_;  ///< stdout, stderr; the texts are guarded by the mutex
  ProcessResult result_;
  bool reaped_ = false;
  bool finished_ = false;
  std::thread pump_;
};

RunningProcess::RunningProcess(ProcessSpec spec) : impl_(std::make_unique<Impl>(std::move(spec))) {}
RunningProcess::~RunningProcess() = default;

pid_t RunningProcess::pid() const {
  return impl_->pid();
}
bool RunningProcess::send_signal(int signal) {
  return impl_->send(signal);
}
bool RunningProcess::send_group_signal(int signal) {
  return impl_->send_group(signal);
}
void RunningProcess::close_input() {
  impl_->close_input();
}
bool RunningProcess::running() const {
  return impl_->running();
}
std::string RunningProcess::output(Output output) const {
  return impl_->output(output);
}

bool RunningProcess::read_until(std::string_view text, milliseconds timeout, Output output) const {
  return impl_->read_until(text, timeout, output);
}

ProcessResult RunningProcess::wait(milliseconds timeout) {
  return impl_->wait(timeout);
}

ProcessResult run_process(ProcessSpec spec) {
  const milliseconds timeout = spec.timeout.value_or(milliseconds::max());
  RunningProcess process(std::move(spec));
  return process.wait(timeout);
}

std::ostream& operator<<(std::ostream& stream, const ProcessResult& result) {
  constexpr std::size_t shown = 4000;
  stream << "exit code " << result.exit_code << ", signal " << result.signal
         << (result.timed_out ? ", timed out" : "") << ", after " << result.seconds << " s";
  stream << "\nstdout: " << result.out.substr(0, shown);
  return stream << "\nstderr: " << result.err.substr(0, shown);
}

}  // namespace cdp::test
