#include "base/notifier.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace cdp {

void Notifier::notify_all() {
  for (boost::asio::steady_timer* timer : waiting_)
    timer->cancel();
}

Task<void> Notifier::wait(Deadline deadline) {
  struct Waiting {
    std::vector<boost::asio::steady_timer*>& all;
    boost::asio::steady_timer timer;

    Waiting(std::vector<boost::asio::steady_timer*>& waiting,
            const boost::asio::any_io_executor& executor, Deadline at)
        : all(waiting), timer(executor, at) {
      all.push_back(&timer);
    }
    ~Waiting() { all.erase(std::find(all.begin(), all.end(), &timer)); }
  };
  Waiting waiting(waiting_, executor_, deadline);
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  co_await waiting.timer.async_wait(token);
}

}  // namespace cdp
