#include "browser/launch/process.hpp"

#include "base/async/scheduling.hpp"
#include "base/async/spawn.hpp"
#include "base/system/leftovers.hpp"
#include "base/system/user_change.hpp"
#include "base/unique_fd.hpp"
#include <cdp/error.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/process/v2/process.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace cdp {
namespace {

enum class Step : int { group, user, directory, descriptors, exec };

/// What the child reports before it gives up.
struct ChildFault {
  Step step;
  int error;
};

Error describe(const ChildFault& fault, const ProcessSpec& spec) {
  const char* reason = std::strerror(fault.error);
  switch (fault.step) {
    case Step::user:
      return cannot_change_user(spec.user ? spec.user->uid : 0, reason);
    case Step::exec:
      return Error(
          errc::launch_failed,
          fmt::format("cannot run {}{}: {}", spec.program,
                      spec.user ? fmt::format(" as user {}", spec.user->uid) : "", reason));
    case Step::group:
    case Step::directory:
    case Step::descriptors:
      break;
  }
  return Error(errc::launch_failed,
               fmt::format("cannot prepare the browser's process: {}", reason));
}

/// What exec wants, laid out before the fork: between fork and exec nothing may be allocated.
struct ExecImage {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<std::pair<int, int>> descriptors;

  explicit ExecImage(const ProcessSpec& spec) : descriptors(spec.descriptors) {
    arguments.push_back(const_cast<char*>(spec.program.c_str()));
    for (const std::string& argument : spec.arguments)
      arguments.push_back(const_cast<char*>(argument.c_str()));
    for (const std::string& entry : spec.environment)
      environment.push_back(const_cast<char*>(entry.c_str()));
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
  }
};

// ---- In the child, between fork and exec: system calls only. ----

bool become(const FileOwner& user) {
  return ::setgroups(0, nullptr) == 0 && ::setresgid(user.gid, user.gid, user.gid) == 0 &&
         ::setresuid(user.uid, user.uid, user.uid) == 0;
}

/// Ours → theirs. First out of the way of the numbers that are wanted, then onto them.
bool arrange_descriptors(std::vector<std::pair<int, int>>& descriptors, int& report) {
  constexpr int out_of_the_way = 5;  // where there are free ones; the limit may be low
  const int moved_report = ::fcntl(report, F_DUPFD_CLOEXEC, out_of_the_way);
  if (moved_report < 0) return false;
  report = moved_report;
  for (auto& [ours, theirs] : descriptors) {
    ours = ::fcntl(ours, F_DUPFD_CLOEXEC, out_of_the_way);
    if (ours < 0) return false;
  }
  for (const auto& [ours, theirs] : descriptors) {
    if (::dup2(ours, theirs) < 0) return false;
  }
  // Everything else closes at exec, whoever opened it without that flag.
  ::syscall(SYS_close_range, static_cast<unsigned>(out_of_the_way), ~0U, CLOSE_RANGE_CLOEXEC);
  return true;
}

/// The browser must not outlive a driver that dies without a word. The lifeline pipe sees to that;
/// this is for a browser too stuck to read it. The signal is tied to the thread that forked, so
/// only the main one may ask for it, and it is forgotten when the user changes, so it comes after
/// that.
void die_with_parent(pid_t parent, bool on_main_thread) {
  if (!on_main_thread) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
}

[[noreturn]] void run_child(const ProcessSpec& spec, ExecImage& image, int report, pid_t parent,
                            bool on_main_thread) {
  const auto give_up = [&](Step step) {
    const ChildFault fault{step, errno};
    [[maybe_unused]] const auto written = ::write(report, &fault, sizeof fault);
    ::_exit(127);
  };
  if (::setpgid(0, 0) != 0) give_up(Step::group);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  schedule_as_batch();  // a browser is many threads that hand each other work
  if (spec.user && !become(*spec.user)) give_up(Step::user);
  ::prctl(PR_SET_NO_NEW_PRIVS, spec.user ? 1 : 0, 0, 0, 0);
  die_with_parent(parent, on_main_thread);
  if (::chdir(spec.working_directory.c_str()) != 0) give_up(Step::directory);
  if (!arrange_descriptors(image.descriptors, report)) give_up(Step::descriptors);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);  // what was ignored would stay ignored
  ::signal(SIGXFSZ, SIG_DFL);
  ::execve(spec.program.c_str(), image.arguments.data(), image.environment.data());
  give_up(Step::exec);
  ::_exit(127);
}

// ---- In the parent. ----

/// A descriptor for the process itself, which no other process can take the place of
/// (pidfd_open(2)).
int pidfd_of(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

struct ProcStat {
  pid_t group;
  bool dead;
};

/// `/proc/PID/stat` (proc(5)): the state and the process group follow the name, which ends at the
/// last ')'.
std::optional<ProcStat> read_stat(const std::filesystem::path& process) {
  std::ifstream file(process / "stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));
  char state = 0;
  pid_t parent = 0;
  pid_t group = 0;
  if (!(fields >> state >> parent >> group)) return std::nullopt;
  return ProcStat{group, state == 'Z' || state == 'X'};
}

/// Waits for exec: its success closes the pipe.
std::optional<ChildFault> read_fault(int report) {
  ChildFault fault{};
  ssize_t count = 0;
  do {
    count = ::read(report, &fault, sizeof fault);
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof fault) ? std::optional(fault) : std::nullopt;
}

pid_t fork_and_exec(const ProcessSpec& spec) {
  ExecImage image(spec);
  auto [report_read, report_write] = make_pipe();
  const pid_t parent = ::getpid();
  const bool on_main_thread = ::gettid() == parent;
  const pid_t pid = ::fork();
  if (pid < 0) {
    throw Error(errc::launch_failed,
                fmt::format("cannot start another process: {}", std::strerror(errno)));
  }
  if (pid == 0) run_child(spec, image, report_write.get(), parent, on_main_thread);
  ::setpgid(pid, pid);  // the child does so too; whoever is first
  report_write.reset();
  if (const auto fault = read_fault(report_read.get())) {
    ::waitpid(pid, nullptr, 0);
    throw describe(*fault, spec);
  }
  return pid;
}

}  // namespace

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Error(errc::launch_failed, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

struct Process::Impl {
  Impl(const boost::asio::any_io_executor& executor, pid_t id)
      : pid(id), handle(executor, id), end(executor, pidfd_of(id)), changed(executor) {
    leftovers.set_group(id);
  }

  pid_t pid;
  boost::process::v2::basic_process<boost::asio::any_io_executor> handle;
  boost::asio::posix::stream_descriptor end;  ///< readable when the process has ended
  std::optional<int> status;                  ///< as waitpid gives it
  Notifier changed;
  Leftovers leftovers;  ///< the group, until its leader is known to have ended
};

std::shared_ptr<Process> Process::start(const boost::asio::any_io_executor& executor,
                                        const ProcessSpec& spec, const Log& log) {
  const pid_t pid = fork_and_exec(spec);
  std::shared_ptr<Process> process(new Process(std::make_unique<Impl>(executor, pid)));
  spawn(executor, process->watch(), "browser process", log);
  return process;
}

Process::Process(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Process::~Process() {
  kill_and_reap();
}

/// Asks Boost.Process whether the process has ended, whenever its pidfd says so. Its own async_wait
/// does not ask but waits, and blocks the loop when it was woken too early: events of a descriptor
/// that was closed a moment ago may reach the next one.
Task<void> Process::watch() {
  const auto self = shared_from_this();
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  boost::system::error_code fault;
  // kill_and_reap may be faster; then it has noted the status.
  while (!impl_->status && impl_->handle.running(fault)) {
    const auto [error] =
        co_await impl_->end.async_wait(boost::asio::posix::descriptor_base::wait_read, token);
    if (error) co_return;
  }
  if (!impl_->status) note_exit(fault ? 0 : impl_->handle.native_exit_code());
  impl_->changed.notify_all();
}

/// Children without their leader have no purpose. They are ended here and now, while the group's
/// number cannot have been given to others; later signals to it are not sent.
void Process::note_exit(int status) {
  signal_group(SIGKILL);
  impl_->leftovers.set_group(0);
  impl_->status = status;
}

pid_t Process::pid() const {
  return impl_->pid;
}

bool Process::has_exited() const {
  return impl_->status.has_value();
}

std::string Process::exit_text() const {
  if (!impl_->status) return "still running";
  const int status = *impl_->status;
  return WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                             : fmt::format("exit status {}", WEXITSTATUS(status));
}

bool Process::was_ended_by(int signal) const {
  return impl_->status && WIFSIGNALED(*impl_->status) && WTERMSIG(*impl_->status) == signal;
}

Task<bool> Process::exited(Deadline deadline) {
  const auto self = shared_from_this();
  const auto ended = [this] { return has_exited(); };
  co_return co_await impl_->changed.until(ended, deadline);
}

void Process::signal_group(int signal) {
  if (!has_exited()) ::kill(-impl_->pid, signal);
}

bool Process::group_is_alive() const {
  // Zombies count for kill(), and where no init reaps them they stay, although they are dead.
  if (::kill(-impl_->pid, 0) != 0) return false;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    if (const auto stat = read_stat(entry.path()); stat && stat->group == impl_->pid && !stat->dead)
      return true;
  }
  return false;
}

void Process::kill_and_reap() {
  if (has_exited()) return;
  signal_group(SIGKILL);
  int status = 0;
  while (::waitpid(impl_->pid, &status, 0) < 0 && errno == EINTR) {
  }
  note_exit(status);
}

}  // namespace cdp
