// A small web server, for the demo's site and the metrics.
#pragma once

#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace cdp::cli {

struct HttpReply {
  int status = 200;
  std::string content_type;
  std::string body;
};

/// Answers GET and HEAD over HTTP/1.1, on the loop it was made on. Requests are read within ten
/// seconds and have no bodies; what is not such a request is refused, or its connection closed.
/// Serves until it is closed or goes away.
class HttpServer {
 public:
  /// Answers the request for a path (with its query). May wait; must not throw.
  using Handler = std::function<Task<HttpReply>(std::string)>;

  /// @param address a numeric address @param port 0: one that is free
  /// @throws Error invalid_argument when the address is none, or cannot be had
  HttpServer(const boost::asio::any_io_executor& executor, const std::string& address,
             std::uint16_t port, Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  /// `127.0.0.1:9090`
  std::string endpoint() const;

  /// Ends all connections, and returns when nothing of it runs any more.
  Task<void> close();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace cdp::cli
