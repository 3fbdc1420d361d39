#include "base/spawn.hpp"

#include "base/log.hpp"
#include "base/task_registry.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

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

}  // namespace

void spawn(const boost::asio::any_io_executor& executor, Task<void> task, std::string name,
           const Log& log) {
  auto entry = std::make_shared<TaskEntry>(name);
  boost::asio::co_spawn(executor, std::move(task),
                        [entry, name = std::move(name), log](const std::exception_ptr& error) {
                          if (error) log_escaped(log, name, error);
                        });
}

TaskGroup::TaskGroup(boost::asio::any_io_executor executor) : changed_(std::move(executor)) {}

TaskGroup::~TaskGroup() {
  // A loop that is destroyed takes whoever waits in `join` along, and the coroutines with him.
  assert(running_ == 0 || joining_ || std::uncaught_exceptions() > 0);
}

void TaskGroup::spawn(Task<void> task, std::string name) {
  auto entry = std::make_shared<TaskEntry>(std::move(name));
  ++running_;
  boost::asio::co_spawn(changed_.executor(), std::move(task),
                        [this, entry](const std::exception_ptr&) {
                          --running_;
                          changed_.notify_all();
                        });
}

Task<void> TaskGroup::join() {
  joining_ = true;
  // Whoever is cancelled (by Asio) meanwhile waits all the same, and learns of it afterwards: the
  // coroutines use what he holds.
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const auto ended = [this] { return running_ == 0; };
  co_await changed_.until(ended, Deadline::max());
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  joining_ = false;
}

}  // namespace cdp
