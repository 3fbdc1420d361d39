#include "base/async/deadline.hpp"

#include "base/async/task_registry.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cdp {

Task<void> sleep_until(Deadline deadline) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, deadline);
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  TaskEntry::Record* const me = leave_task();
  co_await timer.async_wait(token);
  enter_task(me);
}

}  // namespace cdp
