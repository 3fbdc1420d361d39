// CDP over a WebSocket (RFC 6455), Chromium's `--remote-debugging-port`.
#pragma once

#include "base/async/deadline.hpp"
#include <cdp/transport.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// The parts of a `ws://host:port/path` URL.
struct WebSocketUrl {
  std::string host;  ///< without the brackets of an IPv6 address
  std::string port;
  std::string path;

  bool is_loopback() const { return host == "127.0.0.1" || host == "localhost" || host == "::1"; }
};

/// @return nothing when it is not such a URL
std::optional<WebSocketUrl> parse_websocket_url(std::string_view url);

/// Connects on the loop of the awaiting coroutine.
/// @throws Error browser_crashed when nobody listens, the upgrade is refused, or the deadline
/// passes
Task<std::unique_ptr<Transport>> connect_websocket(WebSocketUrl url, Deadline deadline);

}  // namespace cdp
