#include "fake_websocket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <thread>
#include <utility>

namespace cdp::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

using HttpRequest = http::request<http::string_body>;

void send_response(tcp::socket& socket, http::status status, const std::string& body) {
  http::response<http::string_body> response(status, 11);
  response.set(http::field::content_type, "application/json; charset=UTF-8");
  response.body() = body;
  response.prepare_payload();
  http::write(socket, response);
}

/// Never answers, but notices when the client goes.
void stay_silent(tcp::socket& socket) {
  char ignored[1024];
  boost::system::error_code error;
  while (!error)
    socket.read_some(asio::buffer(ignored), error);
}

void talk(tcp::socket socket, const HttpRequest& request, const MessageHandler& handler) {
  beast::websocket::stream<tcp::socket> stream(std::move(socket));
  stream.read_message_max(0);
  stream.auto_fragment(false);
  stream.accept(request);
  stream.text(true);
  const SendMessage send = [&](const std::string& message) { stream.write(asio::buffer(message)); };
  for (;;) {
    beast::flat_buffer buffer;
    stream.read(buffer);
    handler(beast::buffers_to_string(buffer.data()), send);
  }
}

}  // namespace

class FakeWebSocketServer::Impl {
 public:
  explicit Impl(Greeting greeting)
      : greeting_(greeting), acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {}

  std::uint16_t port() { return acceptor_.local_endpoint().port(); }

  [[noreturn]] void run(const std::function<MessageHandler()>& make_handler,
                        const std::string& version_document) {
    for (;;) {
      std::thread([this, socket = acceptor_.accept(), handler = make_handler(),
                   version_document]() mutable {
        try {
          serve(std::move(socket), handler, version_document);
        } catch (const boost::system::system_error&) {
          // The client has gone.
        }
      }).detach();
    }
  }

 private:
  void serve(tcp::socket socket, const MessageHandler& handler,
             const std::string& version_document) {
    if (greeting_ == Greeting::silence) return stay_silent(socket);
    beast::flat_buffer buffer;
    HttpRequest request;
    http::read(socket, buffer, request);
    if (greeting_ == Greeting::forbid) {
      send_response(socket, http::status::forbidden, "forbidden");
    } else if (beast::websocket::is_upgrade(request)) {
      talk(std::move(socket), request, handler);
    } else if (request.target() == "/json/version") {
      send_response(socket, http::status::ok, version_document);
    } else {
      send_response(socket, http::status::not_found, "");
    }
  }

  const Greeting greeting_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
};

FakeWebSocketServer::FakeWebSocketServer(Greeting greeting)
    : impl_(std::make_unique<Impl>(greeting)) {}
FakeWebSocketServer::~FakeWebSocketServer() = default;

std::uint16_t FakeWebSocketServer::port() const {
  return impl_->port();
}

std::string FakeWebSocketServer::url() const {
  return "ws://127.0.0.1:" + std::to_string(port()) + std::string(browser_path);
}

void FakeWebSocketServer::run(const std::function<MessageHandler()>& make_handler,
                              const std::string& version_document) {
  impl_->run(make_handler, version_document);
}

}  // namespace cdp::test
