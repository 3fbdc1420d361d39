#include "base/spawn.hpp"
#include <cdp/gather.hpp>

#include <boost/asio/this_coro.hpp>

#include <string>

namespace cdp {
namespace detail {

Task<void> join_all(std::vector<Task<void>> tasks) {
  const auto executor = co_await boost::asio::this_coro::executor;
  TaskGroup group(executor);
  std::size_t number = 0;
  for (Task<void>& task : tasks)
    group.spawn(std::move(task), "gather " + std::to_string(number++));
  co_await group.join();
}

}  // namespace detail

Task<void> gather(std::vector<Task<void>> tasks) {
  std::vector<std::exception_ptr> errors(tasks.size());
  std::vector<Task<void>> kept;
  kept.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    kept.push_back(detail::keep_result(std::move(tasks[i]), errors[i]));
  }
  co_await detail::join_all(std::move(kept));
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace cdp
