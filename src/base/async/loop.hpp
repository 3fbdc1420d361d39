// The event loops of this process, and which of them run on this thread.
#pragma once

#include "base/async/deadline.hpp"
#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <thread>

namespace cdp::detail {

/// An event loop that belongs to the thread it was made on, and turns only while somebody waits in
/// `run`. `run` may be called again from inside it: then the inner call turns the same loop until
/// its own coroutine has ended, and everything else on the loop continues meanwhile.
///
/// The calls are a stack, so they end last in, first out: an outer coroutine that has its result
/// resumes only when the inner calls made meanwhile have returned.
class Loop : public std::enable_shared_from_this<Loop> {
 public:
  static std::shared_ptr<Loop> make();

  /// The loop whose handler runs now on this thread: the innermost. @throws Error wrong_loop, with
  /// `what` before its text, when there is none
  static std::shared_ptr<Loop> current(const std::string& what);

  /// As above; null when there is none.
  static std::shared_ptr<Loop> current_or_null();

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Turns the loop until the coroutine has ended. It is listed in `all_tasks` under `name`.
  /// @throws Error wrong_loop on another thread, and when the loop has ended; cancelled when
  /// somebody stops the loop meanwhile
  void run(Task<void> task, std::string name);

  /// @throws Error wrong_loop on another thread, and when the loop has ended
  void check_usable() const;

  boost::asio::any_io_executor executor() { return context_->get_executor(); }

  /// A coroutine that nobody awaits, but that shall run to its end: counted while this lives. Lives
  /// in a handler of the loop.
  class Hold {
   public:
    explicit Hold(Loop& loop) : loop_(loop) { ++loop_.held_; }
    ~Hold() { --loop_.held_; }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    Loop& loop_;
  };

  /// Turns the loop until nothing holds it any more, or the deadline has passed.
  void finish(Deadline deadline);

  /// Destroys the loop, and with it the coroutines that have not ended.
  void end();

 private:
  const std::thread::id owner_ = std::this_thread::get_id();
  std::size_t held_ = 0;
  /// Without the hint that one thread alone runs it: with that, Asio 1.81 keeps what a handler
  /// posts to itself until the handler returns, and a call from inside would wait for it for ever.
  std::unique_ptr<boost::asio::io_context> context_ = std::make_unique<boost::asio::io_context>();
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_->get_executor()};
};

}  // namespace cdp::detail
