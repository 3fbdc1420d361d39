#include "base/async/spawn.hpp"
#include <cdp/error.hpp>
#include <cdp/race.hpp>

#include <boost/asio/this_coro.hpp>

namespace cdp {
namespace {

Task<void> run_to_first(std::vector<NamedTask<void>> tasks, Deadline deadline,
                        std::optional<std::size_t>* first) {
  const auto executor = co_await boost::asio::this_coro::executor;
  TaskGroup group(executor);
  // One alone begins on the spot, as if it was awaited, however short its limit.
  const bool alone = tasks.size() == 1;
  for (NamedTask<void>& each : tasks) {
    if (alone)
      group.spawn(std::move(each.task), std::move(each.name));
    else
      group.spawn_soon(std::move(each.task), std::move(each.name));
  }
  co_await group.wait_for_first(deadline);
  *first = group.first();
  group.cancel();
  co_await group.join();
  // Who is cancelled without being told, by throw_if_cancelled(false), gets whoever ended first.
  if (deadline == Deadline::max()) *first = group.first();
}

}  // namespace

namespace detail {

Task<std::optional<std::size_t>> join_first(std::vector<NamedTask<void>> tasks,
                                            std::chrono::steady_clock::time_point deadline) {
  std::optional<std::size_t> first;
  Task<void> running = run_to_first(std::move(tasks), deadline, &first);
  co_await hold_cancellation(std::move(running));
  co_return first;
}

void expect_racers(std::size_t count) {
  if (count == 0)
    throw Error(errc::invalid_argument, "race: there are no coroutines, so none can be first");
}

void throw_timeout(std::chrono::milliseconds limit) {
  throw Error(errc::timeout, "with_timeout: the coroutine had not ended after " +
                                 std::to_string(limit.count()) + " ms and was cancelled");
}

}  // namespace detail

Task<std::size_t> race(std::vector<NamedTask<void>> tasks) {
  detail::expect_racers(tasks.size());
  detail::Slots<void> slots;
  std::vector<NamedTask<void>> kept = detail::kept(std::move(tasks), slots);
  const auto first = co_await detail::join_first(std::move(kept), Deadline::max());
  slots[*first]->take();
  co_return *first;
}

Task<std::size_t> race(std::vector<Task<void>> tasks) {
  return race(detail::with_numbers(std::move(tasks), "race"));
}

}  // namespace cdp
