#include "test_server.hpp"

#include "http_message.hpp"
#include "ledger.hpp"
#include "routes.hpp"
#include "stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <list>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace cdp::test {
namespace {

using std::chrono::milliseconds;

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// A listening socket on 127.0.0.1.
class Listener {
 public:
  explicit Listener(std::uint16_t port)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    if (socket_.descriptor() < 0) throw_errno("test server: socket");
    const int on = 1;
    ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bind_to(port);
    if (::listen(socket_.descriptor(), SOMAXCONN) != 0) throw_errno("test server: listen");
  }

  std::uint16_t port() const { return port_; }
  int descriptor() const { return socket_.descriptor(); }

  /// Descriptor of a new connection, or -1.
  int accept() const {
    const int accepted = ::accept4(socket_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
    const int on = 1;
    if (accepted >= 0) ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return accepted;
  }

 private:
  void bind_to(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_.descriptor(), generic, size) != 0) {
      throw_errno("test server: port " + std::to_string(port));
    }
    ::getsockname(socket_.descriptor(), generic, &size);
    port_ = ntohs(address.sin_port);
  }

  Socket socket_;
  std::uint16_t port_ = 0;
};

/// Cuts the bytes of a connection into requests.
class RequestReader {
 public:
  explicit RequestReader(Stream& stream) : stream_(stream) {}

  /// The next request; nothing at the end of the connection or when it is malformed.
  std::optional<Request> next() {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (buffer_.size() > max_head || !read_more()) return std::nullopt;
    }
    std::optional<Request> request = parse_request_head(std::string_view(buffer_).substr(0, end));
    buffer_.erase(0, end + 4);
    if (!request || !read_body(*request)) return std::nullopt;
    return request;
  }

 private:
  static constexpr std::size_t max_head = std::size_t{4} << 20;

  bool read_more() {
    std::array<char, 16384> block{};
    const std::size_t count = stream_.read(block.data(), block.size());
    buffer_.append(block.data(), count);
    return count > 0;
  }

  bool read_body(Request& request) {
    const std::string length = request.header("Content-Length");
    std::size_t size = 0;
    std::from_chars(length.data(), length.data() + length.size(), size);
    while (buffer_.size() < size) {
      if (!read_more()) return false;
    }
    request.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return true;
  }

  Stream& stream_;
  std::string buffer_;
};

class LiveExchange final : public Exchange {
 public:
  LiveExchange(Request request, Socket& socket, Stream& stream, Ledger& ledger)
      : request_(std::move(request)),
        socket_(socket),
        stream_(stream),
        ledger_(ledger),
        ticket_(ledger.begin(request_.header("Host"), request_.target)),
        keep_alive_(!equal_ignoring_case(request_.header("Connection"), "close")) {}

  ~LiveExchange() override { ledger_.end(ticket_); }

  const Request& request() const override { return request_; }

  /// The request counts as answered before the first byte leaves: a client that has the answer and
  /// sends its next request must not find this one still in flight.
  bool send(const Response& response) override {
    if (response.delay > milliseconds::zero() && !pause(response.delay)) return false;
    ledger_.end(ticket_);
    const bool with_body = request_.method != "HEAD" && allows_body(response.status);
    bool sent = stream_.write(serialize_head(response, keep_alive_));
    if (with_body) sent = sent && stream_.write(response.body);
    return note(sent);
  }

  bool write(std::string_view bytes) override {
    keep_alive_ = false;
    return stream_.write(bytes);
  }

  bool pause(milliseconds duration) override { return note(ledger_.pause(duration)); }

  bool wait_for_request(std::string_view target, milliseconds timeout) override {
    return ledger_.wait_for_request(target, timeout);
  }

  bool wait_for_gate(std::string_view name) override { return note(ledger_.wait_for_gate(name)); }

  void wait_for_close() override {
    keep_alive_ = false;
    char ignored[256];
    while (stream_.read(ignored, sizeof ignored) > 0) {
    }
  }

  void reset() override {
    keep_alive_ = false;
    socket_.reset();
  }

  bool keep_alive() const { return keep_alive_; }

  void close_after() { keep_alive_ = false; }

 private:
  bool note(bool success) {
    if (!success) keep_alive_ = false;
    return success;
  }

  Request request_;
  Socket& socket_;
  Stream& stream_;
  Ledger& ledger_;
  Ledger::Ticket ticket_;
  bool keep_alive_;
};

/// Blocks all signals while it lives: the threads started meanwhile leave them to the test's own.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

std::string address_of(std::string_view scheme, std::string_view host, std::uint16_t port) {
  std::string address(scheme);
  return address.append("://").append(host).append(":").append(std::to_string(port));
}

}  // namespace

class TestServer::Impl {
 public:
  explicit Impl(const Options& options)
      : ledger_(options.record), main_(options.port), other_(0), routes_(builtin_routes()) {
    if (options.tls) tls_ = std::make_unique<TlsSide>();
    if (wake_.descriptor() < 0) throw_errno("test server: eventfd");
    const SignalsBlocked blocked;
    acceptor_ = std::thread([this] { accept_connections(); });
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    ledger_.stop();
    const std::uint64_t one = 1;
    const ssize_t written = ::write(wake_.descriptor(), &one, sizeof one);
    static_cast<void>(written);
    acceptor_.join();
    for (auto& connection : connections_)
      connection.socket.shutdown();
    for (auto& connection : connections_)
      connection.thread.join();
  }

  std::uint16_t port() const { return main_.port(); }
  std::uint16_t other_port() const { return other_.port(); }
  std::uint16_t tls_port() const {
    if (!tls_) throw std::logic_error("test server: tls_url() needs Options{.tls = true}");
    return tls_->listener.port();
  }

  Ledger& ledger() { return ledger_; }

  void set_route(std::string path, ExchangeHandler handler) {
    const std::lock_guard lock(routes_mutex_);
    routes_.insert_or_assign(std::move(path), std::move(handler));
  }

 private:
  struct TlsSide {
    Listener listener{0};
    TlsContext context;
  };

  struct Connection {
    Connection(int descriptor, bool tls) : socket(descriptor), is_tls(tls) {}
    Socket socket;
    const bool is_tls;
    std::atomic<bool> done = false;
    std::thread thread;
  };

  void accept_connections() {
    std::vector<pollfd> ready = {{wake_.descriptor(), POLLIN, 0},
                                 {main_.descriptor(), POLLIN, 0},
                                 {other_.descriptor(), POLLIN, 0}};
    if (tls_) ready.push_back({tls_->listener.descriptor(), POLLIN, 0});
    while (::poll(ready.data(), ready.size(), -1) >= 0 && ready[0].revents == 0) {
      if (ready[1].revents != 0) accept_from(main_, false);
      if (ready[2].revents != 0) accept_from(other_, false);
      if (tls_ && ready[3].revents != 0) accept_from(tls_->listener, true);
    }
  }

  void accept_from(const Listener& listener, bool is_tls) {
    join_finished();
    const int accepted = listener.accept();
    if (accepted < 0) {
      // Out of descriptors, say: poll() would report the same connection again at once.
      ledger_.pause(milliseconds(10));
      return;
    }
    Connection& connection = connections_.emplace_back(accepted, is_tls);
    connection.thread = std::thread([this, &connection] {
      serve(connection);
      connection.socket.close();
      connection.done = true;
    });
  }

  void join_finished() {
    connections_.remove_if([](Connection& connection) {
      if (!connection.done) return false;
      connection.thread.join();
      return true;
    });
  }

  void serve(Connection& connection) {
    Socket& socket = connection.socket;
    const auto stream =
        connection.is_tls ? tls_->context.accept(socket) : make_plain_stream(socket);
    if (!stream) return;
    RequestReader reader(*stream);
    while (auto request = reader.next()) {
      LiveExchange exchange(std::move(*request), socket, *stream, ledger_);
      handle(exchange);
      if (!exchange.keep_alive()) break;
    }
    if (socket.descriptor() >= 0) stream->finish();
  }

  void handle(LiveExchange& exchange) {
    const ExchangeHandler handler = find_route(exchange.request().path);
    try {
      handler(exchange);
    } catch (const std::exception& error) {
      exchange.close_after();
      exchange.send({.status = 500, .body = html_escape(error.what())});
    }
  }

  /// The handler of that path, else of the nearest folder above it, else 404.
  ExchangeHandler find_route(std::string_view path) {
    const std::lock_guard lock(routes_mutex_);
    for (std::string_view key = path; !key.empty();) {
      const auto found = routes_.find(key);
      if (found != routes_.end() && (key.size() > 1 || path.size() == 1)) return found->second;
      const auto slash = key.substr(0, key.size() - 1).rfind('/');
      key = slash == std::string_view::npos ? std::string_view() : key.substr(0, slash + 1);
    }
    return answering([](const Request&) {
      return Response{.status = 404, .body = "<!DOCTYPE html><title>404</title><p>not found"};
    });
  }

  Ledger ledger_;
  const Listener main_;
  const Listener other_;
  std::unique_ptr<TlsSide> tls_;
  std::mutex routes_mutex_;
  RouteTable routes_;
  const Socket wake_{::eventfd(0, EFD_CLOEXEC)};
  std::list<Connection> connections_;  ///< belongs to the acceptor thread until that is joined
  std::thread acceptor_;
};

TestServer::TestServer(Options options) : impl_(std::make_unique<Impl>(options)) {}
TestServer::~TestServer() = default;

std::uint16_t TestServer::port() const {
  return impl_->port();
}

std::string TestServer::url(std::string_view path) const {
  return url_on("127.0.0.1", path);
}

std::string TestServer::url_on(std::string_view host, std::string_view path) const {
  return address_of("http", host, impl_->port()).append(path);
}

std::string TestServer::other_origin_url(std::string_view path) const {
  return address_of("http", "127.0.0.1", impl_->other_port()).append(path);
}

std::string TestServer::tls_url(std::string_view path) const {
  return address_of("https", "127.0.0.1", impl_->tls_port()).append(path);
}

void TestServer::on(std::string path, Handler handler) {
  impl_->set_route(std::move(path), answering(std::move(handler)));
}

void TestServer::on_exchange(std::string path, ExchangeHandler handler) {
  impl_->set_route(std::move(path), std::move(handler));
}

std::vector<std::string> TestServer::requests() const {
  return impl_->ledger().targets();
}

std::vector<Arrival> TestServer::arrivals() const {
  std::vector<Arrival> arrivals;
  for (Ledger::Arrival& arrival : impl_->ledger().arrivals())
    arrivals.push_back({std::move(arrival.host), std::move(arrival.target), arrival.at});
  return arrivals;
}

int TestServer::count(std::string_view target) const {
  return impl_->ledger().count(target);
}

bool TestServer::wait_for_request(std::string_view target, milliseconds timeout) const {
  return impl_->ledger().wait_for_request(target, timeout);
}

int TestServer::max_in_flight(std::string_view prefix) const {
  return impl_->ledger().max_in_flight(prefix);
}

void TestServer::open_gate(std::string_view name) {
  impl_->ledger().open_gate(name);
}

void TestServer::clear_requests() {
  impl_->ledger().clear();
}

}  // namespace cdp::test
