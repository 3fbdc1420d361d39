#include "base/async/loop.hpp"

#include "base/async/forgotten_calls.hpp"
#include "base/async/task_registry.hpp"
#include <cdp/error.hpp>

#include <boost/asio/co_spawn.hpp>

#include <utility>
#include <vector>

namespace cdp::detail {
namespace {

/// The loops that run on this thread, the outermost first.
std::vector<Loop*>& running_loops() {
  thread_local std::vector<Loop*> loops;
  return loops;
}

/// Puts a loop on the thread's stack while it turns.
class Running {
 public:
  explicit Running(Loop* loop) { running_loops().push_back(loop); }
  ~Running() { running_loops().pop_back(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
};

}  // namespace

std::shared_ptr<Loop> Loop::make() {
  return std::make_shared<Loop>();
}

Loop::Loop() = default;

Loop::~Loop() {
  end();
}

std::shared_ptr<Loop> Loop::current_or_null() {
  const std::vector<Loop*>& loops = running_loops();
  return loops.empty() ? nullptr : loops.back()->shared_from_this();
}

std::shared_ptr<Loop> Loop::current(const std::string& what) {
  std::shared_ptr<Loop> loop = current_or_null();
  if (!loop)
    throw Error(errc::wrong_loop,
                what + ": no event loop runs on this thread; start one with cdp::run");
  return loop;
}

void Loop::check_usable() const {
  if (owner_ != std::this_thread::get_id())
    throw Error(errc::wrong_loop,
                "this event loop belongs to another thread; use its handles where they were made");
  if (!context_)
    throw Error(errc::wrong_loop, "the event loop of this handle has ended; its browser with it");
}

void Loop::run(Task<void> task, std::string name) {
  check_usable();
  const auto self = shared_from_this();
  const auto ended = std::make_shared<bool>(false);
  const auto entry = std::make_shared<TaskEntry>(std::move(name));
  const Running running(this);
  {
    const Beginning beginning(entry->record());
    boost::asio::co_spawn(*context_, std::move(task),
                          [ended, entry](const std::exception_ptr&) { *ended = true; });
  }
  while (!*ended) {
    if (context_->run_one() == 0)
      throw Error(errc::cancelled, "the event loop was stopped before its coroutine had ended");
  }
}

void Loop::finish(Deadline deadline) {
  const Running running(this);
  while (held_ > 0 && !has_passed(deadline)) {
    // The end of time is too far away for a condition variable.
    const std::size_t turned =
        deadline == Deadline::max() ? context_->run_one() : context_->run_one_until(deadline);
    if (turned == 0 && context_->stopped()) return;
  }
}

void Loop::end() {
  work_.reset();
  context_.reset();
}

void run_loop(Task<void> task) {
  struct Owner {
    std::shared_ptr<Loop> loop = Loop::make();
    ~Owner() { loop->end(); }
  };
  const Owner owner;
  owner.loop->run(std::move(task), "main");
  owner.loop->finish(ForgottenCalls::instance().exit_deadline());
}

void run_nested_loop(Task<void> task) {
  const auto loop = Loop::current("cdp::run_nested");
  loop->run(std::move(task), "nested");
}

}  // namespace cdp::detail
