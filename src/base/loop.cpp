// Running a coroutine to its end on a loop of its own.
#include "base/task_registry.hpp"
#include <cdp/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace cdp::detail {

void run_loop(Task<void> task) {
  boost::asio::io_context loop(1);
  const TaskEntry entry("main");
  boost::asio::co_spawn(loop, std::move(task), [&loop](const std::exception_ptr&) { loop.stop(); });
  loop.run();
}

}  // namespace cdp::detail
