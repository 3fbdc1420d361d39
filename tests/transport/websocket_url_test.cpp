// URLs of WebSockets, taken apart.
#include "base/text/json_text.hpp"
#include "transport/websocket_transport.hpp"

#include <gtest/gtest.h>

namespace cdp {
namespace {

TEST(WebSocketUrls, AreTakenApart) {
  const auto url = parse_websocket_url("ws://127.0.0.1:9222/devtools/browser/a-b");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, "9222");
  EXPECT_EQ(url->path, "/devtools/browser/a-b");
  EXPECT_TRUE(url->is_loopback());

  const auto ipv6 = parse_websocket_url("ws://[::1]:1");
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->host, "::1");
  EXPECT_EQ(ipv6->path, "/");
  EXPECT_TRUE(ipv6->is_loopback());

  const auto remote = parse_websocket_url("ws://browser.example:80/x");
  ASSERT_TRUE(remote);
  EXPECT_FALSE(remote->is_loopback());
}

TEST(WebSocketUrls, ThatAreNoneAreRefused) {
  for (const char* url :
       {"", "ws://", "http://127.0.0.1:1/", "wss://127.0.0.1:1/", "ws://127.0.0.1/",
        "ws://127.0.0.1:/", "ws://:1/", "ws://h:port/", "ws://h:123456/", "ws://h:-1/",
        "ws://user@h:1/", "ws://h h:1/", "127.0.0.1:9222", "not a URL"}) {
    EXPECT_FALSE(parse_websocket_url(url)) << url;
  }
}

}  // namespace
}  // namespace cdp
