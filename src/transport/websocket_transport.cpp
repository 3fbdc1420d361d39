// The one file that pays for Beast's WebSocket headers.
#include "transport/websocket_transport.hpp"

#include "base/text/utf8.hpp"
#include "transport/frame_inbox.hpp"
#include <cdp/error.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// Chromium's own limit for a message it sends; one above it never arrives.
constexpr std::size_t largest_message = std::size_t{256} << 20;

/// Bytes that a reader of JSON wants to have behind a text.
constexpr std::size_t room_for_reader = 64;

/// The next message, when it is a whole frame. One that is not UTF-8 is left to Beast, which ends
/// the connection for it.
std::optional<std::string> take_message(FrameInbox& inbox) {
  const std::optional<std::string_view> text = inbox.peek_message();
  if (!text || !is_utf8(*text)) return std::nullopt;
  std::string message;
  message.reserve(text->size() + room_for_reader);
  message = *text;
  inbox.skip_message();
  return message;
}

/// The stream below Beast's. It reads whatever has arrived at once, and gives it out frame by
/// frame: Beast by itself reads a frame's beginning, then the rest of it, and asks the loop for a
/// turn each time.
class FramedSocket {
 public:
  using executor_type = tcp::socket::executor_type;
  using next_layer_type = tcp::socket;

  explicit FramedSocket(const asio::any_io_executor& executor)
      : socket_(executor), chunk_(std::size_t{1} << 16) {}

  executor_type get_executor() { return socket_.get_executor(); }
  tcp::socket& next_layer() { return socket_; }
  const tcp::socket& next_layer() const { return socket_; }
  FrameInbox& inbox() { return inbox_; }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return asio::async_compose<Handler, void(error_code, std::size_t)>(
        ReadSome<Buffers>{*this, buffers}, handler, socket_);
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return socket_.async_write_some(buffers, std::forward<Handler>(handler));
  }

  /// Waits for the first bytes after what is in the inbox.
  Task<error_code> fill() {
    const auto into = asio::buffer(chunk_);
    const auto [error, count] = co_await socket_.async_read_some(into, as_result);
    inbox_.append({chunk_.data(), count});
    co_return error;
  }

 private:
  /// Takes from the inbox, and reads until there is something to take.
  template <class Buffers>
  struct ReadSome {
    FramedSocket& from;
    Buffers buffers;
    bool is_begun = false;

    template <class Self>
    void operator()(Self& self, error_code error = {}, std::size_t count = 0) {
      from.inbox_.append({from.chunk_.data(), count});
      const bool is_first = !std::exchange(is_begun, true);
      if (error) return self.complete(error, 0);
      if (!from.inbox_.can_take())
        return from.socket_.async_read_some(asio::buffer(from.chunk_), std::move(self));
      // No caller may be called back before the function it called has returned.
      if (is_first) return asio::post(from.get_executor(), std::move(self));
      const std::size_t taken = from.take(buffers);
      self.complete({}, taken);
    }
  };

  template <class Buffers>
  std::size_t take(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers);
         ++at) {
      const asio::mutable_buffer room = *at;
      if (room.size() > 0) return inbox_.take(static_cast<char*>(room.data()), room.size());
    }
    return 0;
  }

  tcp::socket socket_;
  std::vector<char> chunk_;
  FrameInbox inbox_;
};

// How Beast ends a stream that it does not know ("Teardown" in its documentation). Beast's own way
// waits for the other side, and that might be a browser that hangs.
template <class Handler>
void async_teardown(beast::role_type, FramedSocket& socket, Handler&& handler) {
  error_code error;
  socket.next_layer().close(error);
  asio::post(socket.get_executor(),
             beast::bind_front_handler(std::forward<Handler>(handler), error));
}

Error cannot_connect(const WebSocketUrl& url, const std::string& reason) {
  return Error(errc::browser_crashed,
               fmt::format("cannot connect to the browser at ws://{}:{}{}: {}", url.host, url.port,
                           url.path, reason));
}

Error cannot_connect(const WebSocketUrl& url, const error_code& error) {
  return cannot_connect(
      url, error == asio::error::operation_aborted || error == asio::error::bad_descriptor
               ? "no answer before the deadline"
               : error.message());
}

/// Calls something at a deadline, unless it is gone by then: also when the timer has run out and
/// only its handler has not.
class AtDeadline {
 public:
  AtDeadline(const asio::any_io_executor& executor, Deadline deadline, std::function<void()> call)
      : timer_(executor, deadline),
        call_(std::make_shared<std::function<void()>>(std::move(call))) {
    timer_.async_wait([weak = std::weak_ptr(call_)](const error_code& error) {
      const auto held = weak.lock();
      if (held && !error) (*held)();
    });
  }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<std::function<void()>> call_;
};

class WebSocketTransport final : public Transport {
 public:
  WebSocketTransport(const asio::any_io_executor& executor, WebSocketUrl url)
      : url_(std::move(url)), resolver_(executor), stream_(executor) {}

  Task<void> connect(Deadline deadline) {
    // Neither the resolver nor the socket knows a deadline of its own.
    const AtDeadline limit(resolver_.get_executor(), deadline, [this] {
      resolver_.cancel();
      close();
    });
    const auto [resolve_error, endpoints] =
        co_await resolver_.async_resolve(url_.host, url_.port, as_result);
    if (resolve_error) throw cannot_connect(url_, resolve_error);
    const auto [connect_error, endpoint] =
        co_await asio::async_connect(socket(), endpoints, as_result);
    if (connect_error) throw cannot_connect(url_, connect_error);
    socket().set_option(tcp::no_delay(true));
    co_await upgrade();
    // From here on there is none: a quiet browser is a healthy one, and commands carry their own.
  }

  Task<std::string> read() override {
    FramedSocket& frames = stream_.next_layer();
    if (frames.inbox().empty()) {
      const error_code error = co_await frames.fill();
      if (error) throw ended(error);
    }
    // Nearly all there is: whole texts that have arrived. Beast would ask the loop for turns.
    std::optional<std::string> message = take_message(frames.inbox());
    if (message) co_return std::move(*message);
    co_return co_await read_by_beast();
  }

  Task<void> write(std::string_view message) override {
    const auto bytes = asio::buffer(message);
    const auto [error, count] = co_await stream_.async_write(bytes, as_result);
    if (error) throw ended(error);
  }

  void close() noexcept override {
    // No closing handshake: a browser that hangs would not answer it, one that goes away need not.
    error_code ignored;
    socket().close(ignored);
  }

  std::string description() const override {
    return fmt::format("ws://{}:{}{}", url_.host, url_.port, url_.path);
  }

 private:
  tcp::socket& socket() { return stream_.next_layer().next_layer(); }

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
    stream_.next_layer().inbox().begin_frames();
  }

  /// Long messages, those in parts, and the frames that are not messages.
  Task<std::string> read_by_beast() {
    std::string message;
    auto buffer = asio::dynamic_buffer(message);
    const auto [error, count] = co_await stream_.async_read(buffer, as_result);
    if (error) throw ended(error);
    co_return message;
  }

  Error ended(const error_code& error) const {
    const auto& reason = stream_.reason().reason;
    const bool is_told = error == beast::websocket::error::closed && !reason.empty();
    return Error(errc::browser_crashed,
                 fmt::format("the WebSocket to the browser ended: {}",
                             is_told ? std::string(reason.c_str()) : error.message()));
  }

  WebSocketUrl url_;
  tcp::resolver resolver_;
  beast::websocket::stream<FramedSocket> stream_;
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
