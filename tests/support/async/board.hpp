// What the coroutines of a test tell each other.
#pragma once

#include "base/async/notifier.hpp"
#include <cdp/task.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cdp::test {

/// A number to wait for, and what happened, in its order.
struct Board {
  explicit Board(const boost::asio::any_io_executor& executor) : changed(executor) {}

  void set(int to) {
    value = to;
    changed.notify_all();
  }

  Notifier changed;
  int value = 0;
  std::size_t begun = 0;  ///< coroutines that wait for ever
  std::vector<std::string> events;
};

using BoardPtr = std::shared_ptr<Board>;

/// One on the loop of the caller.
inline Task<BoardPtr> make_board() {
  const auto executor = co_await boost::asio::this_coro::executor;
  co_return std::make_shared<Board>(executor);
}

/// Waits until the number has got that far, and returns it.
inline Task<int> wait_until(BoardPtr board, int value) {
  const auto reached = [&board, value] { return board->value >= value; };
  co_await board->changed.until(reached, Deadline::max());
  co_return value;
}

/// The same, and notes who it was.
inline Task<int> wait_for(BoardPtr board, int value, std::string name) {
  const auto reached = [&board, value] { return board->value >= value; };
  const bool in_time =
      co_await board->changed.until(reached, deadline_in(std::chrono::seconds(30)));
  board->events.push_back(in_time ? name : name + " gave up");
  co_return value;
}

inline Task<void> note(BoardPtr board, int value, std::string name) {
  co_await wait_for(board, value, std::move(name));
}

/// Notes `NAME ended` when it is destroyed.
inline Task<void> wait_for_ever(BoardPtr board, std::string name) {
  struct Note {
    Board& board;
    std::string text;
    ~Note() { board.events.push_back(text); }
  };
  ++board->begun;
  const Note note{*board, name + " ended"};
  co_await wait_until(board, 1'000'000);
}

/// Lets everything else that is ready on the loop go first.
inline Task<void> turn_the_loop() {
  const auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
}

/// Sets the number at the next turn of the loop.
inline Task<void> set_later(BoardPtr board, int value) {
  co_await turn_the_loop();
  board->set(value);
}

inline Task<int> set_and_return(BoardPtr board, int value, int result) {
  board->set(value);
  co_return result;
}

inline Task<int> give(int value) {
  co_return value;
}

/// Fails with a text, unless it is empty.
inline Task<int> fail_with(std::string text) {
  if (!text.empty()) throw std::runtime_error(text);
  co_return 0;
}

/// Of what has not ended on any loop, oldest first.
inline std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const TaskInfo& task : all_tasks())
    names.push_back(task.name);
  return names;
}

/// The same, as seen by a coroutine.
inline Task<int> note_task_names(std::vector<std::string>* names) {
  *names = task_names();
  co_return 0;
}

}  // namespace cdp::test
