#pragma once

// The WebSocket side of the fake browser. Beast stays behind this header.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cdp::test {

/// How a connection is greeted.
enum class Greeting { upgrade, silence, forbid };

/// One client: gets each message, answers through the function it is given.
using SendMessage = std::function<void(const std::string&)>;
using MessageHandler = std::function<void(const std::string& message, const SendMessage& send)>;

/// A DevTools server on 127.0.0.1. Lives as long as the process.
class FakeWebSocketServer {
 public:
  explicit FakeWebSocketServer(Greeting greeting);
  FakeWebSocketServer(const FakeWebSocketServer&) = delete;
  FakeWebSocketServer& operator=(const FakeWebSocketServer&) = delete;
  ~FakeWebSocketServer();

  std::uint16_t port() const;
  std::string url() const;

  /// Accepts clients for ever; `make_handler` is called once for each. Plain GET /json/version is
  /// answered with `version_document`.
  [[noreturn]] void run(const std::function<MessageHandler()>& make_handler,
                        const std::string& version_document);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The path of every fake browser's endpoint.
inline constexpr std::string_view browser_path =
    "/devtools/browser/00000000-0000-4000-8000-000000000001";

}  // namespace cdp::test
