// URLs as browsers read them.
#include "base/web/web_url.hpp"

#include "protocol/network.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace cdp {
namespace {

TEST(WebUrls, AreResolvedAsInBrowsers) {
  const std::vector<std::tuple<const char*, const char*>> table = {
      {"#there", "http://h/a/b?q#there"},
      {"", "http://h/a/b?q"},
      {"?x=1", "http://h/a/b?x=1"},
      {"c", "http://h/a/c"},
      {"./c/../d", "http://h/a/d"},
      {"../../../c", "http://h/c"},
      {"/", "http://h/"},
      {"//other/x", "http://other/x"},
      {"\\\\other\\x", "http://other/x"},
      {"\\x\\y", "http://h/x/y"},
      {"http:x", "http://h/a/x"},
      {"http:/x", "http://h/x"},
      {"http://x", "http://x/"},
      {"http:\\\\x", "http://x/"},
      {"https:x", "https://x/"},
      {"https:////x/y", "https://x/y"},
      {"HTTP://X:80/", "http://x/"},
      {"https://x:443", "https://x/"},
      {"https://x:00080/", "https://x:80/"},
      {" /a\tb\nc ", "http://h/abc"},
      {"/%2e%2E/x/%2e", "http://h/x/"},
      {"/a b\"<>`{}^?'#` ", "http://h/a%20b%22%3C%3E%60%7B%7D%5E?%27#%60"},
      {"/\xC3\xA9?\xC3\xA9#\xC3\xA9", "http://h/%C3%A9?%C3%A9#%C3%A9"},
      {"http://u:p@x/", "http://u:p@x/"},
      {"http://u@v@x/", "http://u%40v@x/"},
      {"http://127.1/", "http://127.0.0.1/"},
      {"http://0x7f.0.0.1/", "http://127.0.0.1/"},
      {"http://0177.1/", "http://127.0.0.1/"},
      {"http://2130706433", "http://127.0.0.1/"},
      {"http://1.2.3.4./", "http://1.2.3.4/"},
      {"http://[0:0::1]/", "http://[::1]/"},
      {"http://[1:0:0:2:0:0:0:3]/", "http://[1:0:0:2::3]/"},
      {"http://[::ffff:1.2.3.4]/", "http://[::ffff:102:304]/"},
      {"http://EX%41MPLE/", "http://example/"},
      {"http://B\xC3\xBC"
       "cher.example/",
       "http://xn--bcher-kva.example/"},
      {"http://fa\xC3\x9F.example/", "http://xn--fa-hia.example/"},
      {"http://I\u2764.ws/", "http://xn--i-7iq.ws/"},
      {"http://\u2764\uFE0F/", "http://xn--qei/"},
      {"http://a.%e2%98%83./", "http://a.xn--n3h./"},
      {"http://ma\u00F1ana\u2764.x/", "http://xn--maana-pta8100e.x/"},
      {"http://a\U0001F4A9b\U0001F4A9\u00E9/", "http://xn--ab-cja65822cba/"},
      {"http://\U0001F1E9\U0001F1EA.x/", "http://xn--h77hc.x/"},
      {"http://XN--I-7iq.ws/", "http://xn--i-7iq.ws/"},
      {"myapp:a b", "myapp:a b"},
      {"mailto:a@b", "mailto:a@b"},
  };
  const auto base = parse_web_url("http://h/a/b?q#f");
  ASSERT_TRUE(base);
  for (const auto& [text, whole] : table) {
    const auto url = parse_web_url(text, &*base);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->text(), whole) << text;
    // What came out means itself.
    EXPECT_EQ(parse_web_url(url->text())->text(), whole) << text;
  }
}

TEST(WebUrls, WhatIsNone) {
  for (const char* text : {"",
                           "x",
                           "/x",
                           "http:",
                           "http://",
                           "http://:80/",
                           "http://a:b/",
                           "http://a:65536/",
                           "http://xn--/",
                           "http://xn--a/",
                           "http://a.xn--pokxncvks/",
                           "http://\u2764\u200D/",
                           "http://a b/",
                           "http://a^b/",
                           "http://[1]/",
                           "http://[::1/",
                           "http://[::g]/",
                           "http://[1:2:3:4:5:6:7:8:9]/",
                           "http://256.1.1.1/",
                           "http://1.2.3.4.5/",
                           "http://a.0x/zz@",
                           "http://%zz/",
                           "http://a%00/",
                           "http://u@/"})
    EXPECT_FALSE(parse_web_url(text) && parse_web_url(text)->text() != "") << text;
}

TEST(WebUrls, BadPortsAreThoseOfOtherProtocols) {
  for (const int port : {0, 22, 25, 6667, 10080})
    EXPECT_TRUE(is_bad_port(port)) << port;
  for (const int port : {80, 443, 8080, 3000, 65535})
    EXPECT_FALSE(is_bad_port(port)) << port;
}

}  // namespace
}  // namespace cdp
