// The one file of the program that pays for Beast's HTTP headers.
#include "cli/process/http_server.hpp"

#include "base/async/notifier.hpp"
#include <cdp/error.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace cdp::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds patience{10};
constexpr std::size_t most_connections = 64;

using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

Response make_response(const Request& request, HttpReply reply) {
  Response response(static_cast<http::status>(reply.status), request.version());
  response.set(http::field::content_type, reply.content_type);
  response.set(http::field::cache_control, "no-store");
  if (reply.status == 405) response.set(http::field::allow, "GET, HEAD");
  response.keep_alive(request.keep_alive());
  const std::size_t length = reply.body.size();
  if (request.method() != http::verb::head) response.body() = std::move(reply.body);
  response.content_length(length);
  return response;
}

tcp::acceptor listen(const asio::any_io_executor& executor, const std::string& address,
                     std::uint16_t port) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error)
    throw Error(errc::invalid_argument, fmt::format("'{}' is not a numeric address", address));
  const tcp::endpoint endpoint(ip, port);
  tcp::acceptor acceptor(executor);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    throw Error(errc::invalid_argument,
                fmt::format("cannot listen on {}:{}: {}", address, port, error.message()));
  }
  return acceptor;
}

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(const asio::any_io_executor& executor, const std::string& address, std::uint16_t port,
       Handler answer)
      : acceptor(listen(executor, address, port)), handler(std::move(answer)), changed(executor) {}

  /// Keeps the server while it runs, and says when it does not any more.
  static void run(const std::shared_ptr<Impl>& self, Task<void> task) {
    ++self->running;
    asio::co_spawn(self->acceptor.get_executor(), std::move(task),
                   [self](const std::exception_ptr&) {
                     --self->running;
                     self->changed.notify_all();
                   });
  }

  static Task<void> accept(std::shared_ptr<Impl> self) {
    const auto has_room = [&self] {
      return self->closed || self->streams.size() < most_connections;
    };
    for (;;) {
      co_await self->changed.until(has_room, Deadline::max());
      if (self->closed) co_return;
      auto [error, socket] = co_await self->acceptor.async_accept(as_result);
      if (self->closed) co_return;
      if (error) {
        // Out of descriptors, most likely: those of others may be closed in a while.
        constexpr std::chrono::milliseconds pause{200};
        const auto is_closed = [&self] { return self->closed; };
        co_await self->changed.until(is_closed, deadline_in(pause));
        continue;
      }
      run(self, serve(self, std::move(socket)));
    }
  }

  static Task<void> serve(std::shared_ptr<Impl> self, tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    self->streams.insert(&stream);
    try {
      co_await converse(*self, stream);
    } catch (const std::exception&) {
      // No memory for an answer: this connection ends, and others may do better.
    }
    self->streams.erase(&stream);
    self->changed.notify_all();
  }

  static Task<void> converse(Impl& self, beast::tcp_stream& stream) {
    beast::flat_buffer buffer;
    for (;;) {
      http::request_parser<http::empty_body> parser;
      stream.expires_after(patience);
      const auto [read_error, read_count] =
          co_await http::async_read(stream, buffer, parser, as_result);
      if (read_error || self.closed) co_return;
      const Request request = parser.release();
      stream.expires_never();
      HttpReply reply{405, "text/plain; charset=utf-8", "only GET and HEAD\n"};
      if (request.method() == http::verb::get || request.method() == http::verb::head) {
        Task<HttpReply> answering = self.handler(std::string(request.target()));
        reply = co_await std::move(answering);
      }
      const Response response = make_response(request, std::move(reply));
      stream.expires_after(patience);
      const auto [write_error, write_count] =
          co_await http::async_write(stream, response, as_result);
      if (write_error || !response.keep_alive() || self.closed) co_return;
    }
  }

  void close() {
    closed = true;
    boost::system::error_code ignored;
    acceptor.close(ignored);
    for (beast::tcp_stream* stream : streams)
      stream->close();
    changed.notify_all();
  }

  tcp::acceptor acceptor;
  Handler handler;
  Notifier changed;
  bool closed = false;
  std::set<beast::tcp_stream*> streams;  ///< of the connections that are served
  std::size_t running = 0;               ///< coroutines
};

HttpServer::HttpServer(const asio::any_io_executor& executor, const std::string& address,
                       std::uint16_t port, Handler handler)
    : impl_(std::make_shared<Impl>(executor, address, port, std::move(handler))) {
  Impl::run(impl_, Impl::accept(impl_));
}

HttpServer::~HttpServer() {
  impl_->close();
}

std::string HttpServer::endpoint() const {
  const tcp::endpoint endpoint = impl_->acceptor.local_endpoint();
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

Task<void> HttpServer::close() {
  const std::shared_ptr<Impl> impl = impl_;
  impl->close();
  const auto has_ended = [&impl] { return impl->running == 0; };
  co_await impl->changed.until(has_ended, deadline_in(patience));
}

}  // namespace cdp::cli
