// Sees to it, from a thread of its own, that the program ends when it is told to.
#pragma once

#include "cli/process/end_plan.hpp"
#include <cdp/log.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace cdp::cli {

/// Catches SIGINT, SIGTERM, SIGHUP and SIGQUIT, and hands them to the event loop. A loop that does
/// not do what they say in its time is not waited for: the browsers' processes are killed, their
/// directories removed, and the process ends. A loop that does not turn is noticed as well, and
/// said, with the tasks that run; without a signal nothing is ended.
///
/// For the program alone: a library must not take over signals, or start a thread that nobody asked
/// for. There is one at a time.
class Watchdog {
 public:
  /// Called on the loop. They are not called any more once the watchdog has gone.
  struct Handlers {
    std::function<void(int signal)> drain;
    std::function<void(int signal)> give_up;
  };

  /// @param executor of the loop @param log used on the watchdog's thread
  Watchdog(boost::asio::any_io_executor executor, Log log, std::chrono::milliseconds drain,
           Handlers handlers);

  /// Signals do what they did before.
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  class Watch;

  std::shared_ptr<Watch> watch_;
};

}  // namespace cdp::cli
