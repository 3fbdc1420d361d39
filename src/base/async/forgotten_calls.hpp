// The threads and the queue behind fire_and_forget.
#pragma once

#include "base/async/deadline.hpp"
#include "base/async/task_registry.hpp"
#include <cdp/fire_and_forget.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cdp::detail {

/// Runs calls on a bounded number of threads, first come, first served. A thread is started when
/// there is work and fewer run than may, and ends when there is none: nothing is left of an idle
/// pool.
///
/// One for the process, never destroyed: its threads may run after static objects have gone. The
/// first call arranges that the end of the process waits for the last (std::atexit). A call that
/// comes after that, from the destructor of a static object, runs on the spot.
class ForgottenCalls {
 public:
  static ForgottenCalls& instance();

  void configure(FireAndForgetOptions options);
  void add(std::string name, std::unique_ptr<ForgottenCall> call);

  /// Calls that have not ended.
  std::size_t count() const;

  /// Waits until none is left but the one that asks, should one ask. @return whether that is so
  bool wait(Deadline deadline);

  /// When the waiting at the end of the process, or of a loop, is over, if it begins now.
  Deadline exit_deadline() const;

  /// One line for a call that threw.
  void log_failure(const std::string& name, const std::exception_ptr& error);

  /// One line for a call that did not get to its end.
  void log_dropped(const std::string& name, const std::string& reason);

 private:
  struct Queued {
    std::string name;
    std::unique_ptr<ForgottenCall> call;
    std::unique_ptr<TaskEntry> entry;  ///< listed from `add` on
  };

  ForgottenCalls() = default;

  static void wait_at_exit();
  void finish();
  void start_thread();
  void work();
  void run_one(Queued queued);
  void write(const std::string& line);
  std::size_t most_threads() const;
  void join_ended();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  FireAndForgetOptions options_;
  std::deque<Queued> queue_;  ///< unbounded: whoever fires must not wait
  std::vector<std::thread> threads_;
  std::vector<std::thread> ended_;  ///< threads on their last lines, to be joined
  std::size_t running_ = 0;         ///< calls taken from the queue that have not returned
  bool at_exit_ = false;            ///< the waiting at the end of the process is arranged
  bool over_ = false;               ///< it has been done
  std::mutex log_mutex_;            ///< one line at a time
};

}  // namespace cdp::detail
