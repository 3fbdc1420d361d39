#include "cli/process/watchdog.hpp"

#include "base/async/task_registry.hpp"
#include "base/log.hpp"
#include "base/system/leftovers.hpp"
#include "base/unique_fd.hpp"
#include "cli/process/exit_code.hpp"

#include <boost/asio/post.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace cdp::cli {
namespace {

using namespace std::chrono_literals;
using Clock = EndPlan::Clock;

/// How often the loop is asked to turn, and how long that may take before it is said.
constexpr std::chrono::milliseconds interval = 1s;
constexpr std::chrono::milliseconds most_silence = 5s;

/// For what is left behind, when the program ends whatever it does.
constexpr std::chrono::milliseconds clearing_span = 150ms;

constexpr std::array watched_signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// Where the handler writes to: a pipe of the one watchdog there is.
std::atomic<int> signal_pipe{-1};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void note_signal(int signal) {
  const int saved = errno;
  const auto number = static_cast<unsigned char>(signal);
  [[maybe_unused]] const auto written = ::write(signal_pipe.load(), &number, 1);
  errno = saved;
}

sigset_t watched_set() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : watched_signals)
    ::sigaddset(&set, signal);
  return set;
}

/// Signals that go to the pipe while this lives, by another thread than this one: a signal that has
/// not been taken yet swallows the next of its kind, and this thread may have to wait for its turn.
/// Who started us with SIGHUP ignored (nohup) wants it so.
class CaughtSignals {
 public:
  explicit CaughtSignals(int pipe) {
    signal_pipe = pipe;
    const sigset_t set = watched_set();
    ::pthread_sigmask(SIG_BLOCK, &set, &mask_before_);
    for (std::size_t i = 0; i < watched_signals.size(); ++i) {
      ::sigaction(watched_signals[i], nullptr, &before_[i]);
      if (watched_signals[i] == SIGHUP && before_[i].sa_handler == SIG_IGN) continue;
      struct sigaction action {};
      action.sa_handler = note_signal;
      action.sa_mask = set;  // one after the other, also when they come together
      action.sa_flags = SA_RESTART;
      ::sigaction(watched_signals[i], &action, nullptr);
    }
  }
  ~CaughtSignals() {
    for (std::size_t i = 0; i < watched_signals.size(); ++i)
      ::sigaction(watched_signals[i], &before_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    signal_pipe = -1;
  }
  CaughtSignals(const CaughtSignals&) = delete;
  CaughtSignals& operator=(const CaughtSignals&) = delete;

 private:
  std::array<struct sigaction, watched_signals.size()> before_{};
  sigset_t mask_before_{};
};

}  // namespace

class Watchdog::Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(boost::asio::any_io_executor executor, Log log, std::chrono::milliseconds drain,
        Handlers handlers)
      : executor_(std::move(executor)),
        log_(std::move(log)),
        handlers_(std::move(handlers)),
        plan_(drain) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot make a pipe for signals");
    read_.reset(ends[0]);
    write_.reset(ends[1]);
  }

  void start() {
    caught_.emplace(write_.get());
    thread_ = std::thread([this] { run(); });
  }

  /// On the loop's thread. What has been posted to the loop comes to nothing from here on.
  void stop() {
    caught_.reset();
    handlers_ = {};
    const unsigned char over = 0;
    [[maybe_unused]] const auto written = ::write(write_.get(), &over, 1);
    thread_.join();
  }

 private:
  void run() {
    hurry();
    for (;;) {
      pollfd readable{read_.get(), POLLIN, 0};
      ::poll(&readable, 1, time_to_wait());
      unsigned char number = 0;
      while (::read(read_.get(), &number, 1) == 1) {
        if (number == 0) return;
        take(number);
      }
      if (plan_.look(Clock::now()) == EndPlan::Step::end) end();
      look_at_loop();
    }
  }

  /// Pages may want all processors there are. This thread wants next to nothing, but at once: a
  /// second signal that comes before the first has been taken is lost. So it goes before everything
  /// that is not a real-time task, or, where that is not allowed, it is at least no batch, as the
  /// other threads of the program are. Threads that it starts are ordinary ones again.
  static void hurry() {
    sched_param lowest{};
    lowest.sched_priority = ::sched_get_priority_min(SCHED_RR);
    if (::sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest) != 0) {
      constexpr int niceness = -10;
      const sched_param none{};
      ::sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &none);
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
    }
    const sigset_t set = watched_set();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  }

  int time_to_wait() const {
    const auto now = Clock::now();
    const auto next = std::min(plan_.next().value_or(now + interval), now + interval);
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count());
  }

  void take(int signal) {
    const EndPlan::Step step = plan_.take(signal, Clock::now());
    boost::asio::post(executor_, [self = shared_from_this(), step, signal] {
      const auto& handler =
          step == EndPlan::Step::drain ? self->handlers_.drain : self->handlers_.give_up;
      if (handler) handler(signal);
    });
  }

  /// A loop that turns does what it is told to, soon.
  void look_at_loop() {
    const auto now = Clock::now();
    if (turned_.exchange(false)) {
      asked_at_ = now;
      said_ = false;
      boost::asio::post(executor_, [self = shared_from_this()] { self->turned_ = true; });
    } else if (now - asked_at_ >= most_silence && !said_) {
      said_ = true;
      say(fmt::format("the event loop has been blocked for {} s; running: {}",
                      std::chrono::duration_cast<std::chrono::seconds>(now - asked_at_).count(),
                      running_tasks()));
    }
  }

  [[noreturn]] void end() {
    const int signal = plan_.signal();
    const Deadline deadline = deadline_in(clearing_span);
    const auto said =
        say("ending the program without waiting any longer; running: " + running_tasks());
    end_leftovers(deadline);
    while (!*said && !has_passed(deadline))
      std::this_thread::sleep_for(1ms);
    std::_Exit(static_cast<int>(exit_code_of_signal(signal)));
  }

  /// On a thread of its own: the log may be what the loop is stuck in.
  /// @return whether it has been said
  std::shared_ptr<std::atomic<bool>> say(std::string line) const {
    auto said = std::make_shared<std::atomic<bool>>(false);
    try {
      std::thread([log = log_, text = std::move(line), said] {
        write_log(log, LogLevel::warn, "{}", text);
        *said = true;
      }).detach();
    } catch (const std::system_error&) {
      // No thread to be had: then it is not said.
    }
    return said;
  }

  boost::asio::any_io_executor executor_;
  Log log_;
  Handlers handlers_;  ///< of the loop's thread
  UniqueFd read_;
  UniqueFd write_;
  std::optional<CaughtSignals> caught_;
  std::thread thread_;
  std::atomic<bool> turned_{true};

  // Of the watchdog's thread.
  EndPlan plan_;
  Clock::time_point asked_at_;
  bool said_ = false;
};

Watchdog::Watchdog(boost::asio::any_io_executor executor, Log log, std::chrono::milliseconds drain,
                   Handlers handlers)
    : watch_(std::make_shared<Watch>(std::move(executor), std::move(log), drain,
                                     std::move(handlers))) {
  watch_->start();
}

Watchdog::~Watchdog() {
  watch_->stop();
}

}  // namespace cdp::cli
