// Notices that a page's process does nothing for it any more.
#pragma once

#include "engine/liveness.hpp"
#include "engine/tell.hpp"
#include "rpc/connection.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace cdp {

/// Asks a page now and then, and ends its session with `page_hung` when an answer, or what
/// `Liveness` knows of, has been due for too long. A page that is done within a third of that is
/// never asked. Ends with its session or its handle, whichever is first.
class Heartbeat : public std::enable_shared_from_this<Heartbeat> {
 public:
  /// @param limit how long the process may owe the page something
  Heartbeat(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> session,
            std::string main_frame, std::chrono::milliseconds limit);

  void start();

  template <class Event>
  void note(const Event& event) {
    tell(liveness_, event, Liveness::Clock::now());
  }

  void note_answered() { liveness_.note_answered(); }

 private:
  void sleep();
  void beat();
  void ask();

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<SessionState> session_;
  std::chrono::milliseconds limit_;
  Liveness liveness_;
  boost::asio::steady_timer timer_;
};

}  // namespace cdp
