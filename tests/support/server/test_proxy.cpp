#include "test_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace cdp::test {
namespace {

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string receive(int socket) {
  std::array<char, 16384> bytes{};
  const ssize_t size = ::recv(socket, bytes.data(), bytes.size(), 0);
  return size > 0 ? std::string(bytes.data(), static_cast<std::size_t>(size)) : std::string();
}

std::string receive_exactly(int socket, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t got = ::recv(socket, bytes.data(), size, MSG_WAITALL);
  return got == static_cast<ssize_t>(size) ? bytes : std::string();
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(static_cast<std::uint16_t>(port));
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket;
  ::close(socket);
  return -1;
}

/// Until one of them has ended.
void pass_between(int a, int b) {
  std::array<pollfd, 2> watched = {pollfd{a, POLLIN, 0}, pollfd{b, POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) > 0) {
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (watched[i].revents == 0) continue;
      const std::string bytes = receive(watched[i].fd);
      if (bytes.empty() || !send_all(watched[1 - i].fd, bytes)) return;
    }
  }
}

std::string base64(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8U | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      result += i + k > text.size() ? '=' : digits[bits >> (18 - 6 * k) & 0x3FU];
  }
  return result;
}

int port_of(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  return colon == authority.npos ? 80 : std::atoi(std::string(authority.substr(colon + 1)).c_str());
}

}  // namespace

namespace {

/// What a client tells its proxy is nobody else's business (RFC 9110, 7.6.1 and 11.7.2).
std::string without_own_headers(std::string head) {
  constexpr std::string_view own = "\r\nProxy-";
  for (std::size_t at = head.find(own); at != head.npos; at = head.find(own, at))
    head.erase(at, head.find("\r\n", at + 2) - at);
  return head;
}

}  // namespace

TestProxy::TestProxy(std::string login) : login_(std::move(login)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, SOMAXCONN) != 0)
    std::abort();
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

TestProxy::~TestProxy() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_)
      ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : threads_)
    thread.join();
  ::close(listener_);
}

std::string TestProxy::address() const {
  return "127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> TestProxy::passed() const {
  const std::lock_guard lock(mutex_);
  return passed_;
}

std::string TestProxy::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

void TestProxy::note(const std::string& passed) {
  const std::lock_guard lock(mutex_);
  passed_.push_back(passed);
}

void TestProxy::accept_all() {
  while (!stopping_) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    {
      const std::lock_guard lock(mutex_);
      sockets_.push_back(client);
    }
    threads_.emplace_back([this, client] { serve(client); });
  }
}

void TestProxy::serve(int client) {
  std::string head = receive(client);
  {
    const std::lock_guard lock(mutex_);
    heard_ += head;
  }
  if (head.starts_with('\x05')) {
    serve_socks(client);
  } else {
    serve_http(client, std::move(head));
  }
  const std::lock_guard lock(mutex_);
  std::erase(sockets_, client);
  ::close(client);
}

/// One request to a connection.
void TestProxy::serve_http(int client, std::string head) {
  while (!head.empty() && head.find("\r\n\r\n") == std::string::npos) {
    const std::string more = receive(client);
    if (more.empty()) return;
    head += more;
  }
  const std::string line = head.substr(0, head.find(" HTTP/"));
  const bool is_known = login_.empty() || head.find("Basic " + base64(login_)) != std::string::npos;
  if (!is_known) {
    send_all(client,
             "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
             "realm=\"proxy\"\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: "
             "close\r\n\r\nlogin?");
    return;
  }
  const bool is_tunnel = line.starts_with("CONNECT ");
  const std::size_t start = is_tunnel ? line.find(' ') + 1 : line.find("://") + 3;
  const std::string authority = line.substr(start, line.find('/', start) - start);
  const int server = connect_to(port_of(authority));
  if (server < 0) {
    send_all(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  note(line);
  if (is_tunnel) {
    send_all(client, "HTTP/1.1 200 Connection established\r\n\r\n");
  } else {
    const std::size_t path = line.find('/', start);
    send_all(server, "GET " + (path == std::string::npos ? "/" : line.substr(path)) +
                         " HTTP/1.1\r\nConnection: close" +
                         without_own_headers(head.substr(head.find("\r\n"))));
  }
  pass_between(client, server);
  ::close(server);
}

/// RFC 1928 and 1929.
void TestProxy::serve_socks(int client) {
  if (login_.empty()) {
    send_all(client, std::string("\x05\x00", 2));
  } else {
    send_all(client, std::string("\x05\x02", 2));
    const std::string user_size = receive_exactly(client, 2);
    if (user_size.size() < 2) return;
    const std::string user = receive_exactly(client, static_cast<unsigned char>(user_size[1]));
    const std::string size = receive_exactly(client, 1);
    if (size.empty()) return;
    const std::string password = receive_exactly(client, static_cast<unsigned char>(size[0]));
    const bool is_known = user + ":" + password == login_;
    send_all(client, std::string(is_known ? "\x01\x00" : "\x01\x01", 2));
    if (!is_known) return;
  }
  const std::string request = receive_exactly(client, 4);
  if (request.size() < 4) return;
  std::string host = "127.0.0.1";
  if (request[3] == '\x03') {
    const std::string size = receive_exactly(client, 1);
    host = size.empty() ? "" : receive_exactly(client, static_cast<unsigned char>(size[0]));
  } else {
    receive_exactly(client, request[3] == '\x01' ? 4 : 16);
  }
  const std::string port = receive_exactly(client, 2);
  if (port.size() < 2) return;
  const int number = static_cast<unsigned char>(port[0]) << 8 | static_cast<unsigned char>(port[1]);
  const int server = connect_to(number);
  send_all(client, std::string(server < 0 ? "\x05\x05" : "\x05\x00", 2) +
                       std::string("\x00\x01\x7f\x00\x00\x01\x00\x00", 8));
  if (server < 0) return;
  note("SOCKS " + host + ":" + std::to_string(number));
  pass_between(client, server);
  ::close(server);
}

}  // namespace cdp::test
