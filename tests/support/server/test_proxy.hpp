// A small, real proxy: HTTP (forwarding and CONNECT) and SOCKS 5, with a login if wanted.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cdp::test {

/// Listens on 127.0.0.1 from construction to destruction. Every name leads to 127.0.0.1.
class TestProxy {
 public:
  /// @param login `user:password`; empty: everybody may come
  explicit TestProxy(std::string login = {});
  TestProxy(const TestProxy&) = delete;
  TestProxy& operator=(const TestProxy&) = delete;
  ~TestProxy();

  /// `127.0.0.1:PORT`
  std::string address() const;

  /// What was asked for, `GET http://…`, `CONNECT host:port` or `SOCKS host:port`, and let through.
  std::vector<std::string> passed() const;

  /// Everything that clients sent to it before they were let through.
  std::string heard() const;

 private:
  void accept_all();
  void serve(int client);
  void serve_http(int client, std::string head);
  void serve_socks(int client);
  void note(const std::string& passed);

  std::string login_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> passed_;
  std::string heard_;
  std::vector<int> sockets_;  ///< open ones, to be shut down at the end
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace cdp::test
