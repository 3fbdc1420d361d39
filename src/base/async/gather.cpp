#include "base/async/spawn.hpp"
#include <cdp/gather.hpp>

#include <boost/asio/this_coro.hpp>

namespace cdp {
namespace {

Task<void> run_all(std::vector<NamedTask<void>> tasks) {
  const auto executor = co_await boost::asio::this_coro::executor;
  TaskGroup group(executor);
  for (NamedTask<void>& each : tasks)
    group.spawn_soon(std::move(each.task), std::move(each.name));
  co_await group.join_or_cancel();
}

}  // namespace

namespace detail {

std::string numbered(const char* name, std::size_t number) {
  return std::string(name) + " " + std::to_string(number);
}

Task<void> join_all(std::vector<NamedTask<void>> tasks) {
  return hold_cancellation(run_all(std::move(tasks)));
}

}  // namespace detail

Task<void> gather(std::vector<NamedTask<void>> tasks) {
  detail::Slots<void> slots;
  std::vector<NamedTask<void>> kept = detail::kept(std::move(tasks), slots);
  co_await detail::join_all(std::move(kept));
  for (const std::shared_ptr<detail::Slot<void>>& slot : slots)
    slot->take();
}

Task<void> gather(std::vector<Task<void>> tasks) {
  return gather(detail::with_numbers(std::move(tasks), "gather"));
}

}  // namespace cdp
