// Which proxy a URL goes through.
#include "base/web/proxy_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace cdp {
namespace {

using testing::ElementsAre;

TEST(Proxies, AreChosenByUrl) {
  const ProxySettings proxies{"http://p:1", "http://q:2",
                              parse_exceptions("example.com, .b.org;10.0.0.0/8 host:81,[::1]")};
  const std::vector<std::pair<const char*, const char*>> table = {
      {"http://a.org/", "http://p:1"},
      {"https://a.org/", "http://q:2"},
      {"http://example.com/", ""},
      {"http://www.EXAMPLE.com/", ""},
      {"http://notexample.com/", "http://p:1"},
      {"http://b.org/", ""},
      {"http://10.1.2.3/", ""},
      {"http://11.1.2.3/", "http://p:1"},
      {"http://host:81/", ""},
      {"http://host/", "http://p:1"},
      {"http://[0:0::1]/", ""},
      {"http://localhost/", "http://p:1"}};
  for (const auto& [url, proxy] : table)
    EXPECT_EQ(proxies.proxy_for(url), proxy) << url;
  EXPECT_EQ((ProxySettings{"http://p:1", "http://p:1", {"*"}}.proxy_for("http://a/")), "");
}

TEST(Proxies, ChromiumIsToldTheSame) {
  EXPECT_THAT(proxy_arguments({}), ElementsAre("--no-proxy-server"));
  EXPECT_THAT(proxy_arguments({"socks5://p:1", "socks5://p:1", {}}),
              ElementsAre("--proxy-server=socks5://p:1", "--proxy-bypass-list=<-loopback>"));
  EXPECT_THAT(proxy_arguments({"http://p:1", "", parse_exceptions("a.b,.c:81,10.0.0.0/8,*")}),
              ElementsAre("--proxy-server=http=http://p:1",
                          "--proxy-bypass-list=<-loopback>;a.b;*.a.b;c:81;*.c:81;10.0.0.0/8;*"));
}

}  // namespace
}  // namespace cdp
