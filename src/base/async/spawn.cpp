#include "base/async/spawn.hpp"

#include "base/async/task_registry.hpp"
#include "base/log.hpp"
#include <cdp/error.hpp>
#include <cdp/spawn.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>
#include <exception>
#include <utility>

namespace cdp {
namespace {

void log_escaped(const Log& log, const std::string& name, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    write_log(log, LogLevel::error, "task {}: {}", name, e.what());
  } catch (...) {
    write_log(log, LogLevel::error, "task {}: unknown exception", name);
  }
}

bool is_cancelled(const boost::asio::cancellation_state& state) {
  return state.cancelled() != boost::asio::cancellation_type::none;
}

}  // namespace

Task<void> begin_later(Task<void> task) {
  const auto executor = co_await boost::asio::this_coro::executor;
  TaskEntry::Record* const me = leave_task();
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
  enter_task(me);
  co_await std::move(task);
}

Task<void> hold_cancellation(Task<void> body) {
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  std::exception_ptr error;
  try {
    co_await std::move(body);
  } catch (...) {
    error = std::current_exception();
  }
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  if (error) std::rethrow_exception(error);
  if (throws && is_cancelled(state))
    throw boost::system::system_error(boost::asio::error::operation_aborted);
}

void spawn(const boost::asio::any_io_executor& executor, Task<void> task, std::string name,
           const Log& log) {
  auto entry = std::make_shared<TaskEntry>(name);
  const Beginning beginning(entry->record());
  boost::asio::co_spawn(executor, std::move(task),
                        [entry, name = std::move(name), log](const std::exception_ptr& error) {
                          if (error) log_escaped(log, name, error);
                        });
}

namespace detail {

std::exception_ptr never_begun() {
  static const auto* error = new std::exception_ptr(std::make_exception_ptr(
      Error(errc::cancelled, "the coroutine was cancelled before it began")));
  return *error;
}

/// What a `Spawned` is a handle of: the coroutine's end, and the way to it.
class SpawnedTask {
 public:
  explicit SpawnedTask(const boost::asio::any_io_executor& executor, std::string name)
      : name_(std::move(name)), changed_(executor) {}

  const std::string& name() const { return name_; }
  bool ended() const { return ended_; }
  bool cancelled() const { return cancelled_; }

  void begin(const std::shared_ptr<SpawnedTask>& self, Task<void> task) {
    auto entry = std::make_shared<TaskEntry>(name_);
    const Beginning beginning(entry->record());
    auto ended = [self, entry](const std::exception_ptr&) {
      self->ended_ = true;
      self->changed_.notify_all();
    };
    boost::asio::co_spawn(changed_.executor(), begin_later(std::move(task)),
                          boost::asio::bind_cancellation_slot(signal_.slot(), std::move(ended)));
  }

  void cancel() {
    if (ended_) return;
    cancelled_ = true;
    signal_.emit(boost::asio::cancellation_type::terminal);
  }

  Task<void> wait() {
    const auto has_ended = [this] { return ended_; };
    co_await changed_.until(has_ended, Deadline::max());
  }

 private:
  std::string name_;
  bool ended_ = false;
  bool cancelled_ = false;
  boost::asio::cancellation_signal signal_;
  Notifier changed_;
};

Task<std::shared_ptr<SpawnedTask>> start(std::string name, Task<void> task) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto spawned = std::make_shared<SpawnedTask>(executor, std::move(name));
  spawned->begin(spawned, std::move(task));
  co_return spawned;
}

Task<void> wait_for_end(std::shared_ptr<SpawnedTask> task) {
  co_await task->wait();
}

void cancel(SpawnedTask& task) {
  task.cancel();
}

bool has_ended(const SpawnedTask& task) {
  return task.ended();
}

std::exception_ptr told_error(const SpawnedTask& task, std::exception_ptr error) {
  if (!error || !task.cancelled()) return error;
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& thrown) {
    if (thrown.code() != boost::asio::error::operation_aborted) return error;
    return std::make_exception_ptr(Error(errc::cancelled, "task " + task.name() + ": cancelled"));
  } catch (...) {
    return error;
  }
}

}  // namespace detail

TaskGroup::TaskGroup(boost::asio::any_io_executor executor) : changed_(std::move(executor)) {}

TaskGroup::~TaskGroup() {
  // A loop that is destroyed takes the coroutine that waits in `join` along, and the others with
  // it.
  assert(running_.empty() || joining_ || std::uncaught_exceptions() > 0);
}

void TaskGroup::spawn(Task<void> task, std::string name) {
  auto entry = std::make_shared<TaskEntry>(std::move(name));
  const Beginning beginning(entry->record());
  auto signal = std::make_shared<boost::asio::cancellation_signal>();
  const auto place = running_.insert(running_.end(), signal);
  const std::size_t number = spawned_++;
  // The handler holds the signal too: a loop that is destroyed may take this group first.
  auto ended = [this, entry, signal, place, number](const std::exception_ptr&) {
    running_.erase(place);
    if (!first_) first_ = number;
    changed_.notify_all();
  };
  const auto slot = signal->slot();
  boost::asio::co_spawn(changed_.executor(), std::move(task),
                        boost::asio::bind_cancellation_slot(slot, std::move(ended)));
}

void TaskGroup::spawn_soon(Task<void> task, std::string name) {
  spawn(begin_later(std::move(task)), std::move(name));
}

void TaskGroup::cancel() {
  const std::list<Signal> running = running_;
  for (const Signal& signal : running)
    signal->emit(boost::asio::cancellation_type::terminal);
}

Task<void> TaskGroup::join() {
  return join([] {});
}

Task<void> TaskGroup::join_or_cancel() {
  return join([this] { cancel(); });
}

Task<void> TaskGroup::join(std::function<void()> on_cancel) {
  joining_ = true;
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const auto ended = [&] { return running_.empty(); };
  const auto ended_or_cancelled = [&] { return ended() || is_cancelled(state); };
  co_await changed_.until(ended_or_cancelled, Deadline::max());
  if (!ended()) {
    on_cancel();
    co_await changed_.until(ended, Deadline::max());
  }
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  joining_ = false;
}

Task<void> TaskGroup::wait_for_first(Deadline deadline) {
  joining_ = true;
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  const auto decided = [&] { return first_ || is_cancelled(state); };
  co_await changed_.until(decided, deadline);
}

}  // namespace cdp
