// URLs of pages: which pass, and how they are quoted in messages.
#include "base/web/url.hpp"

#include "base/text/json_text.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace cdp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(PercentEncoding, IsDecodedWhereItIsWhole) {
  EXPECT_EQ(percent_decoded("a%20b%2fC%2F"), "a b/C/");
  EXPECT_EQ(percent_decoded("%%41%4"), "%A%4");
  EXPECT_EQ(percent_decoded("100%"), "100%");
  EXPECT_EQ(percent_decoded("%gg%0"), "%gg%0");
  EXPECT_EQ(encoded_byte("%fF", 0), 255);
  EXPECT_EQ(encoded_byte("a%41", 0), std::nullopt);
}

TEST(Urls, OfPagesPass) {
  for (const char* url : {
           "http://example.com",
           "https://example.com/",
           "HTTP://EXAMPLE.COM/",
           "hTTps://example.com/a?b#c",
           "http://localhost",
           "http://localhost:8080/x",
           "http://127.0.0.1:1/",
           "http://[::1]/",
           "http://[2001:db8::1]:8443/x",
           "http://[::ffff:192.0.2.1]/",
           "http://user@example.com/",
           "http://user:pa:ss@example.com:80/",
           "http://example.com:/",
           "http://example.com:65535/",
           "http://example.com:00080/",
           "http:/x",
           "http:x",
           "http:\\\\x",
           "http:\\\\x\\y:z",
           "http:////x/",
           "http://example.com?q=a b",
           "http://example.com#:bad",
           "http://example.com/a:b@c",
           "http://b\xc3\xbc"
           "cher.example/",
           "http://\xe4\xbe\x8b\xe3\x81\x88.example/",
           "http://xn--bcher-kva.example/",
           "http://under_score.example/",
           "http://example.com./",
           "  http://example.com  ",
           "\x01http://example.com\r\n",
       }) {
    const auto fault = find_url_fault(url);
    EXPECT_FALSE(fault) << url << ": " << fault->detail;
  }
}

TEST(Urls, WithoutASchemeAreInvalidAndTheMessageProposesOne) {
  for (const char* url : {"example.com",
                          "www.example.com/x",
                          "localhost:8080",
                          "example.com:443/x",
                          "127.0.0.1",
                          "//example.com/",
                          "/path",
                          "path",
                          "://example.com",
                          "1http://example.com",
                          "ht_tp://example.com",
                          "ht tp://example.com",
                          "ja\tvascript:alert()",
                          "http//example.com",
                          "\xc2\xa0http://example.com",
                          "[::1]:80",
                          "user@example.com",
                          "?",
                          "#x",
                          ":"}) {
    const auto fault = find_url_fault(url);
    ASSERT_TRUE(fault) << url;
    EXPECT_EQ(fault->code, errc::invalid_url) << url;
    EXPECT_THAT(fault->detail, HasSubstr("https://")) << url;
  }
}

TEST(Urls, OfOtherSchemesAreBlocked) {
  for (const char* url : {"javascript:alert(document.cookie)",
                          "JavaScript:alert()",
                          "data:text/html,x",
                          "file:///etc/passwd",
                          "FILE:/etc/passwd",
                          "file:etc",
                          "chrome://crash",
                          "chrome-extension://abc/x.html",
                          "devtools://devtools/x",
                          "about:blank",
                          "about:srcdoc",
                          "view-source:http://example.com",
                          "blob:http://example.com/1",
                          "filesystem:http://x/",
                          "ws://example.com",
                          "wss://example.com",
                          "ftp://example.com",
                          "mailto:a@example.com",
                          "intent:x",
                          "x:",
                          "\x01 file:///etc/passwd",
                          "\tjavascript:alert()",
                          "c:\\x"}) {
    const auto fault = find_url_fault(url);
    ASSERT_TRUE(fault) << url;
    EXPECT_EQ(fault->code, errc::blocked_scheme) << url << ": " << fault->detail;
  }
}

TEST(Urls, WithAnImpossibleHostOrPortAreInvalid) {
  for (const char* url : {"",
                          " ",
                          "\n",
                          "http:",
                          "http://",
                          "https://",
                          "http:///",
                          "http://?x",
                          "http://#x",
                          "http://:80/",
                          "http://@/",
                          "http://user@/",
                          "http://user:pass@:80/",
                          "http://exa mple.com/",
                          "http://exam\tple.com/",
                          "http://example.com:99999/",
                          "http://example.com:65536/",
                          "http://example.com:123456/",
                          "http://example.com:8a/",
                          "http://example.com:-1/",
                          "http://a:b:c/",
                          "http://[::1/",
                          "http://[]/",
                          "http://[:::zz]/",
                          "http://[::1]x/",
                          "http://::1/",
                          "http://a<b/",
                          "http://a>b/",
                          "http://a[b/",
                          "http://a^b/",
                          "http://a|b/",
                          "http://a\x7f/"}) {
    const auto fault = find_url_fault(url);
    ASSERT_TRUE(fault) << url;
    EXPECT_EQ(fault->code, errc::invalid_url) << url << ": " << fault->detail;
    EXPECT_FALSE(fault->detail.empty()) << url;
  }
}

TEST(Urls, ThatAreNoUtf8AreInvalid) {
  for (const char* url :
       {"http://example.com/\xff\xfe", "http://ex\xc3mple.com/", "http://x/\xed\xa0\x80"}) {
    const auto fault = find_url_fault(url);
    ASSERT_TRUE(fault) << url;
    EXPECT_EQ(fault->code, errc::invalid_url);
  }
}

TEST(Urls, HoldingANulAreInvalid) {
  const std::string url("http://exa\0mple.com/", 20);
  ASSERT_TRUE(find_url_fault(url));
  EXPECT_EQ(find_url_fault(url)->code, errc::invalid_url);
}

TEST(Urls, MayBeTwoMebibytesLongAndNoLonger) {
  const std::string start = "http://example.com/";
  constexpr std::size_t limit = std::size_t{2} << 20;
  EXPECT_FALSE(find_url_fault(start + std::string(limit - start.size(), 'a')));
  const auto fault = find_url_fault(start + std::string(limit - start.size() + 1, 'a'));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code, errc::invalid_url);
}

TEST(Urls, AreQuotedShortInMessages) {
  const std::string much(100'000, '9');
  for (const char* start : {"", "a", "http://a b", "http://a:", "http://a:b", "http://["}) {
    const auto fault = find_url_fault(start + much);
    ASSERT_TRUE(fault) << start;
    EXPECT_LT(fault->detail.size(), 1000U) << start;
  }
  const auto scheme = find_url_fault("x" + much + ":y");
  ASSERT_TRUE(scheme);
  EXPECT_LT(scheme->detail.size(), 1000U);
}

TEST(Urls, AreQuotedInWholeCharacters) {
  std::string url;
  for (int i = 0; i < 1000; ++i)
    url += "\xe4\xbe\x8b";
  for (const char* start : {"", "a", "ab", "http://a b", "http://ab b", "http://abc b"}) {
    const auto fault = find_url_fault(start + url);
    ASSERT_TRUE(fault);
    EXPECT_NO_THROW(json(fault->detail).dump()) << "cut within a character: " << start;
  }
}

}  // namespace
}  // namespace cdp
