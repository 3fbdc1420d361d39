#include "scrape/browser_keeper.hpp"

#include "base/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <utility>

namespace cdp {

BrowserKeeper::BrowserKeeper(boost::asio::any_io_executor executor, ScrapeOptions options)
    : options_(std::move(options)), changed_(std::move(executor)) {
  options_.launch.log = options_.log;
}

Task<Browser> BrowserKeeper::get() {
  const auto idle = [this] { return !starting_; };
  co_await changed_.until(idle, Deadline::max());
  if (!given_up_ && !(browser_ && browser_->is_alive())) co_await start();
  if (given_up_) throw *given_up_;
  co_return *browser_;
}

Task<void> BrowserKeeper::start() {
  starting_ = true;
  std::optional<Error> fault;
  try {
    if (browser_) {
      note_death();
      co_await browser_->close();
    }
    if (!given_up_) {
      // A coroutine of its own, so that it can be ended: it takes along what it has started.
      auto token =
          boost::asio::bind_cancellation_slot(end_of_start_.slot(), boost::asio::use_awaitable);
      Task<void> starting = start_browser();
      co_await boost::asio::co_spawn(changed_.executor(), std::move(starting), std::move(token));
    }
  } catch (const Error& error) {
    fault = error;
  } catch (const boost::system::system_error&) {
    // `kill` has ended it, and said why.
  }
  if (fault && !given_up_) given_up_ = fault;
  if (given_up_ && browser_) browser_->kill();  // given up while it was starting
  starting_ = false;
  changed_.notify_all();
}

Task<void> BrowserKeeper::start_browser() {
  Task<Browser> starting =
      options_.connect.empty()
          ? launch(options_.launch)
          : connect(options_.connect, ConnectOptions{options_.launch.timeout, options_.log});
  browser_ = co_await std::move(starting);
}

void BrowserKeeper::note_death() {
  const auto now = std::chrono::steady_clock::now();
  deaths_.push_back(now);
  while (now - deaths_.front() > death_window)
    deaths_.pop_front();
  if (deaths_.size() < most_deaths) {
    write_log(options_.log, LogLevel::warn, "the browser died, starting another one");
    return;
  }
  keeps_dying_ = true;
  given_up_.emplace(errc::browser_crashed,
                    fmt::format("the browser died {} times within {} s: giving up", deaths_.size(),
                                death_window.count()));
}

Task<void> BrowserKeeper::close() {
  const auto idle = [this] { return !starting_; };
  co_await changed_.until(idle, Deadline::max());
  if (browser_) co_await browser_->close();
}

void BrowserKeeper::kill() {
  if (!given_up_) given_up_.emplace(errc::cancelled, "the run was stopped");
  if (browser_) browser_->kill();
  end_of_start_.emit(boost::asio::cancellation_type::terminal);
}

}  // namespace cdp
