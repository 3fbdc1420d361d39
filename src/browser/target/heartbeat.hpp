// Notices that a page's process does nothing for it any more.
#pragma once

#include "engine/liveness.hpp"
#include "engine/tell.hpp"
#include "rpc/connection.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace cdp {

/// Asks a page now and then, and ends its session with `page_hung` when an answer, or what
/// `Liveness` knows of, has been due for too long. A page that is done within a third of that is
/// never asked. Ends with its session or its handle, whichever is first.
class Heartbeat : public std::enable_shared_from_this<Heartbeat> {
 public:
  /// @param limit how long the process may owe the page something
  /// @param is_alone whether no other page can be the cause; empty: one always can
  Heartbeat(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> session,
            std::string main_frame, std::chrono::milliseconds limit,
            std::function<bool()> is_alone);

  void start();

  template <class Event>
  void note(const Event& event) {
    tell(liveness_, event, Liveness::Clock::now());
  }

  /// The page's set-up has been answered.
  void note_answered();

  /// Whether what keeps the page from answering is its own script.
  bool is_alone() const { return liveness_.has_document() && is_alone_ && is_alone_(); }

 private:
  void sleep();
  void beat();
  void ask();
  void take_answer();
  bool is_silent() const;

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<SessionState> session_;
  std::chrono::milliseconds limit_;
  std::function<bool()> is_alone_;
  bool is_its_own_ = false;  ///< this silence; whoever comes into the process later suffers from it
  Liveness liveness_;
  boost::asio::steady_timer timer_;
};

}  // namespace cdp
