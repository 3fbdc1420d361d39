// A browser that is always there.
#pragma once

#include "base/notifier.hpp"
#include <cdp/browser.hpp>
#include <cdp/error.hpp>
#include <cdp/scrape.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <deque>
#include <optional>

namespace cdp {

/// Starts the run's browser, and another one when it has died: the pages that were open are lost,
/// the run goes on. One that dies again and again is not worth starting: then every caller is told
/// so.
class BrowserKeeper {
 public:
  BrowserKeeper(boost::asio::any_io_executor executor, ScrapeOptions options);

  /// A living browser. Callers share one start.
  /// @throws Error of the start; browser_crashed when it keeps dying; cancelled after `kill`
  Task<Browser> get();

  /// Ends the browser in good order.
  Task<void> close();

  /// Ends it at once, also while it starts, and every later `get` too.
  void kill();

  bool is_starting() const { return starting_; }

  /// Why there will be no browser any more; nothing while there is or may be one.
  const std::optional<Error>& given_up() const { return given_up_; }

  /// Whether it was given up because it died too often.
  bool keeps_dying() const { return keeps_dying_; }

 private:
  Task<void> start();
  Task<void> start_browser();
  void note_death();

  static constexpr std::size_t most_deaths = 5;
  static constexpr std::chrono::seconds death_window{60};

  ScrapeOptions options_;
  std::optional<Browser> browser_;
  std::optional<Error> given_up_;
  bool starting_ = false;
  boost::asio::cancellation_signal end_of_start_;
  bool keeps_dying_ = false;
  std::deque<std::chrono::steady_clock::time_point> deaths_;  ///< within the window
  Notifier changed_;
};

}  // namespace cdp
