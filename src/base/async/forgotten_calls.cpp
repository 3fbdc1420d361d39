#include "base/async/forgotten_calls.hpp"

#include "base/async/loop.hpp"
#include "base/async/spawn.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace cdp {
namespace detail {
namespace {

/// Whether this thread is one of the pool's: its own call cannot be waited for.
thread_local bool in_pool = false;

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown exception";
  }
}

/// A coroutine that nobody awaits, as its loop sees it: held until it has ended, and missed when it
/// never does.
class ForgottenTask {
 public:
  ForgottenTask(Loop& loop, std::string name) : hold_(loop), entry_(name), name_(std::move(name)) {}
  ~ForgottenTask() {
    if (!ended_) ForgottenCalls::instance().log_dropped(name_, "its event loop ended before it");
  }
  ForgottenTask(const ForgottenTask&) = delete;
  ForgottenTask& operator=(const ForgottenTask&) = delete;

  void end(const std::exception_ptr& error) {
    ended_ = true;
    if (error) ForgottenCalls::instance().log_failure(name_, error);
  }

 private:
  Loop::Hold hold_;
  TaskEntry entry_;
  std::string name_;
  bool ended_ = false;
};

/// A coroutine where there is no loop for it.
class OwnLoopCall final : public ForgottenCall {
 public:
  explicit OwnLoopCall(Task<void> task) : task_(std::move(task)) {}
  void run() override { cdp::run(std::move(task_)); }

 private:
  Task<void> task_;
};

}  // namespace

ForgottenCalls& ForgottenCalls::instance() {
  static auto* calls = new ForgottenCalls;
  return *calls;
}

void ForgottenCalls::configure(FireAndForgetOptions options) {
  const std::lock_guard lock(mutex_);
  options_ = std::move(options);
}

std::size_t ForgottenCalls::most_threads() const {
  constexpr std::size_t more_than_cores = 4;
  constexpr std::size_t most = 32;
  if (options_.threads > 0) return options_.threads;
  return std::min(most, std::thread::hardware_concurrency() + more_than_cores);
}

void ForgottenCalls::add(std::string name, std::unique_ptr<ForgottenCall> call) {
  auto entry = std::make_unique<TaskEntry>(name);
  Queued queued{std::move(name), std::move(call), std::move(entry)};
  join_ended();
  std::unique_lock lock(mutex_);
  if (over_) {
    ++running_;
    lock.unlock();
    run_one(std::move(queued));
    return;
  }
  if (!std::exchange(at_exit_, true)) std::atexit(wait_at_exit);
  queue_.push_back(std::move(queued));
  if (threads_.size() < std::min(most_threads(), queue_.size() + running_)) start_thread();
}

void ForgottenCalls::start_thread() {
  try {
    threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // The system has none to spare. Those that run will come to this call too; without any, it is
    // not taken.
    if (!threads_.empty()) return;
    queue_.pop_back();
    throw;
  }
}

void ForgottenCalls::work() {
  in_pool = true;
  std::unique_lock lock(mutex_);
  while (!queue_.empty()) {
    Queued queued = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    run_one(std::move(queued));
    lock.lock();
  }
  const auto self = std::find_if(threads_.begin(), threads_.end(), [](const std::thread& thread) {
    return thread.get_id() == std::this_thread::get_id();
  });
  ended_.push_back(std::move(*self));
  threads_.erase(self);
  changed_.notify_all();
}

void ForgottenCalls::run_one(Queued queued) {
  try {
    queued.call->run();
  } catch (...) {
    log_failure(queued.name, std::current_exception());
  }
  // What the call holds goes first: whoever sees it ended may rely on that.
  queued.call.reset();
  queued.entry.reset();
  const std::lock_guard lock(mutex_);
  --running_;
  changed_.notify_all();
}

std::size_t ForgottenCalls::count() const {
  const std::lock_guard lock(mutex_);
  return queue_.size() + running_;
}

bool ForgottenCalls::wait(Deadline deadline) {
  // A call that waits for all others has its own thread, which does not end meanwhile.
  const std::size_t own = in_pool ? 1 : 0;
  std::unique_lock lock(mutex_);
  const auto done = [&] { return queue_.empty() && running_ <= own && threads_.size() <= own; };
  if (deadline == Deadline::max())
    changed_.wait(lock, done);
  else
    changed_.wait_until(lock, deadline, done);
  const bool all = done();
  lock.unlock();
  join_ended();
  return all;
}

void ForgottenCalls::join_ended() {
  std::vector<std::thread> ended;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(ended_);
  }
  for (std::thread& thread : ended)
    thread.join();
}

Deadline ForgottenCalls::exit_deadline() const {
  const std::lock_guard lock(mutex_);
  return options_.exit_limit ? deadline_in(*options_.exit_limit) : Deadline::max();
}

void ForgottenCalls::wait_at_exit() {
  instance().finish();
}

void ForgottenCalls::finish() {
  wait(exit_deadline());
  std::deque<Queued> dropped;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    dropped.swap(queue_);
  }
  for (const Queued& queued : dropped)
    log_dropped(queued.name, "the process ended before it could begin");
}

void ForgottenCalls::log_failure(const std::string& name, const std::exception_ptr& error) {
  write(name + ": " + text_of(error));
}

void ForgottenCalls::log_dropped(const std::string& name, const std::string& reason) {
  write(name + ": dropped, as " + reason);
}

void ForgottenCalls::write(const std::string& line) {
  Log log;
  {
    const std::lock_guard lock(mutex_);
    log = options_.log;
  }
  const std::lock_guard one_at_a_time(log_mutex_);
  try {
    if (log.wants(LogLevel::error)) {
      log.write(LogLevel::error, line);
      return;
    }
  } catch (...) {
    // A sink must not throw; the line is not lost for that.
  }
  std::fputs((line + "\n").c_str(), stderr);
}

void forget(std::string name, std::unique_ptr<ForgottenCall> call) {
  ForgottenCalls::instance().add(std::move(name), std::move(call));
}

void forget(std::string name, Task<void> task) {
  const auto loop = Loop::current_or_null();
  if (!loop) {
    forget(std::move(name), std::make_unique<OwnLoopCall>(std::move(task)));
    return;
  }
  auto forgotten = std::make_shared<ForgottenTask>(*loop, std::move(name));
  boost::asio::co_spawn(loop->executor(), begin_later(std::move(task)),
                        [forgotten](const std::exception_ptr& error) { forgotten->end(error); });
}

}  // namespace detail

void configure_fire_and_forget(FireAndForgetOptions options) {
  detail::ForgottenCalls::instance().configure(std::move(options));
}

std::size_t fire_and_forget_count() {
  return detail::ForgottenCalls::instance().count();
}

void wait_for_fire_and_forget() {
  detail::ForgottenCalls::instance().wait(Deadline::max());
}

bool wait_for_fire_and_forget(std::chrono::milliseconds limit) {
  return detail::ForgottenCalls::instance().wait(deadline_in(limit));
}

void fire_and_forget(std::string name, Task<void> task) {
  detail::forget(std::move(name), std::move(task));
}

void fire_and_forget(Task<void> task) {
  fire_and_forget("fire_and_forget", std::move(task));
}

}  // namespace cdp
