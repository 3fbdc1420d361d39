// libcurl on the Asio loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>

namespace cdp {

/// Runs libcurl's transfers: watches its sockets and keeps its time, and tells when a transfer has
/// ended. Handles are `CURL*`; curl's header stays in the .cpp files.
class CurlLoop {
 public:
  /// Called with the handle of a transfer that has ended and its CURLcode. Must not start or stop
  /// transfers.
  using OnDone = std::function<void(void* easy, int code)>;

  /// @param most_connections that are kept open for further requests
  CurlLoop(boost::asio::any_io_executor executor, long most_connections, OnDone on_done);
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  /// Every transfer must have been stopped.
  ~CurlLoop();

  void start(void* easy);

  /// Also of transfers that have ended. Does not wait for a name that is being looked up.
  void stop(void* easy);

 private:
  struct Watch;
  struct Callbacks;  ///< what curl calls

  void act(int socket, int events);
  void set_timer(long milliseconds);
  void watch(int socket, int events);
  void wait(const std::shared_ptr<Watch>& watch);
  void wait_for(const std::shared_ptr<Watch>& watch, bool writable);

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  OnDone on_done_;
  /// socket → its watch, from curl's first word about it to curl's last
  std::map<int, std::shared_ptr<Watch>> watches_;
  void* multi_ = nullptr;
  /// Goes with this object: a timer may have expired before, and its handler come after.
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

/// Within its life, this thread's text is UTF-8: libcurl reads host names by the locale.
class Utf8Locale {
 public:
  Utf8Locale();
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale();

 private:
  void* before_;
};

}  // namespace cdp
