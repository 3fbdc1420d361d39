// The one file that pays for Beast's WebSocket headers.
#include "transport/websocket_transport.hpp"

#include <cdp/error.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <fmt/format.h>

#include <array>

namespace cdp {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// Chromium's own limit for a message it sends; one above it never arrives.
constexpr std::size_t largest_message = std::size_t{256} << 20;

Error cannot_connect(const WebSocketUrl& url, const std::string& reason) {
  return Error(errc::browser_crashed,
               fmt::format("cannot connect to the browser at ws://{}:{}{}: {}", url.host, url.port,
                           url.path, reason));
}

Error cannot_connect(const WebSocketUrl& url, const error_code& error) {
  return cannot_connect(url,
                        error == beast::error::timeout || error == asio::error::operation_aborted
                            ? "no answer before the deadline"
                            : error.message());
}

class WebSocketTransport final : public Transport {
 public:
  WebSocketTransport(const asio::any_io_executor& executor, WebSocketUrl url)
      : url_(std::move(url)), resolver_(executor), stream_(executor) {}

  Task<void> connect(Deadline deadline) {
    const tcp::resolver::results_type endpoints = co_await resolve(deadline);
    beast::tcp_stream& socket = beast::get_lowest_layer(stream_);
    socket.expires_at(deadline);
    const auto [connect_error, endpoint] = co_await socket.async_connect(endpoints, as_result);
    if (connect_error) throw cannot_connect(url_, connect_error);
    socket.socket().set_option(tcp::no_delay(true));
    co_await upgrade();
    socket.expires_never();  // a quiet browser is a healthy one: commands carry their own deadlines
  }

  Task<std::string> read() override {
    std::string message;
    auto buffer = asio::dynamic_buffer(message);
    const auto [error, count] = co_await stream_.async_read(buffer, as_result);
    if (error)
      throw Error(errc::browser_crashed, "the WebSocket to the browser ended: " + reason_of(error));
    co_return message;
  }

  Task<void> write(std::string_view message) override {
    const auto bytes = asio::buffer(message);
    const auto [error, count] = co_await stream_.async_write(bytes, as_result);
    if (error)
      throw Error(errc::browser_crashed, "the WebSocket to the browser ended: " + reason_of(error));
  }

  void close() noexcept override {
    // No closing handshake: a browser that hangs would not answer it, one that goes away need not.
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

  std::string description() const override {
    return fmt::format("ws://{}:{}{}", url_.host, url_.port, url_.path);
  }

 private:
  /// The resolver knows no deadline of its own: a timer cancels it.
  Task<tcp::resolver::results_type> resolve(Deadline deadline) {
    asio::steady_timer limit(resolver_.get_executor(), deadline);
    limit.async_wait([this](const error_code& error) {
      if (!error) resolver_.cancel();
    });
    auto [error, endpoints] = co_await resolver_.async_resolve(url_.host, url_.port, as_result);
    if (error) throw cannot_connect(url_, error);
    co_return endpoints;
  }

  Task<void> upgrade() {
    stream_.read_message_max(largest_message);
    stream_.auto_fragment(false);  // Chromium before 2020 drops connections that fragment
    stream_.text(true);
    beast::websocket::response_type response;
    const std::string host = fmt::format("{}:{}", url_.host, url_.port);
    const auto [error] = co_await stream_.async_handshake(response, host, url_.path, as_result);
    if (error == beast::websocket::error::upgrade_declined) {
      throw cannot_connect(
          url_, fmt::format("HTTP status {} instead of an upgrade", response.result_int()));
    }
    if (error) throw cannot_connect(url_, error);
  }

  std::string reason_of(const error_code& error) const {
    if (error == beast::websocket::error::closed && !stream_.reason().reason.empty()) {
      return std::string(stream_.reason().reason.c_str());
    }
    return error.message();
  }

  WebSocketUrl url_;
  tcp::resolver resolver_;
  beast::websocket::stream<beast::tcp_stream> stream_;
};

}  // namespace

std::optional<WebSocketUrl> parse_websocket_url(std::string_view url) {
  constexpr std::string_view scheme = "ws://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const std::size_t slash = std::min(url.find('/'), url.size());
  const std::string_view authority = url.substr(0, slash);
  const std::size_t colon = authority.rfind(':');
  if (colon == authority.npos || colon == 0) return std::nullopt;
  std::string_view host = authority.substr(0, colon);
  const std::string_view port = authority.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const bool is_number = port.find_first_not_of("0123456789") == port.npos;
  if (host.empty() || port.empty() || port.size() > 5 || !is_number) return std::nullopt;
  if (authority.find_first_of(" \t@") != authority.npos) return std::nullopt;
  const std::string_view path = url.substr(slash);
  return WebSocketUrl{std::string(host), std::string(port), path.empty() ? "/" : std::string(path)};
}

Task<std::unique_ptr<Transport>> connect_websocket(WebSocketUrl url, Deadline deadline) {
  const auto executor = co_await asio::this_coro::executor;
  auto transport = std::make_unique<WebSocketTransport>(executor, std::move(url));
  co_await transport->connect(deadline);
  co_return transport;
}

}  // namespace cdp
