// Where redirects lead.
#include "fetch/redirect_chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace cdp {
namespace {

using testing::ElementsAre;
using testing::Field;

TEST(TidyUrls, AreWhatABrowserWouldAskFor) {
  const std::vector<std::pair<const char*, const char*>> table = {
      {" http://a/b c\n", "http://a/b%20c"},
      {"HTTP:\\\\a\\b?c\\d", "http://a/b?c\\d"},
      {"http:a/x", "http://a/x"},
      {"http:////a/x", "http://a/x"},
      {"http://a?x", "http://a/?x"},
      {"http://a/\xC3\xBC", "http://a/%C3%BC"},
      {"http://a/b\tc", "http://a/bc"},
      {"https://a/%20?q=\"<>", "https://a/%20?q=%22%3C%3E"},
  };
  for (const auto& [url, tidy] : table)
    EXPECT_EQ(tidy_url(url), tidy) << url;
}

TEST(Origins, AreSchemeHostAndPort) {
  EXPECT_EQ(origin_of("http://a/"), "http://a");
  EXPECT_EQ(origin_of("https://A:443?x"), "https://a");
  EXPECT_EQ(origin_of("http://user:pa@ss@a:080/@b"), "http://a");
  EXPECT_EQ(origin_of("http://[::1]:8/"), "http://[::1]:8");
  EXPECT_EQ(origin_of("http://[0:0::1]/"), "http://[::1]");
  EXPECT_EQ(origin_of(" http://127.1"), "http://127.0.0.1");
  EXPECT_EQ(origin_of("http://B\xC3\xBC"
                      "cher.example/"),
            "http://xn--bcher-kva.example");
  EXPECT_NE(origin_of("http://a/"), origin_of("https://a/"));
  EXPECT_EQ(origin_of("nothing"), "");
}

TEST(RedirectChains, RecordWhereTheyWere) {
  RedirectChain chain("http://a/1#here");
  EXPECT_FALSE(chain.follow(301, "http://a/2"));
  EXPECT_TRUE(chain.is_at_first_origin());
  EXPECT_EQ(chain.url(), "http://a/2#here");
  EXPECT_FALSE(chain.follow(302, "https://b/3#there"));
  EXPECT_FALSE(chain.is_at_first_origin());
  EXPECT_EQ(chain.url(), "https://b/3#there");
  EXPECT_THAT(chain.redirects(),
              ElementsAre(Field(&Redirect::status, 301), Field(&Redirect::url, "http://a/2#here")));
}

TEST(RedirectChains, EndAfterTwenty) {
  RedirectChain chain("http://a/");
  for (int i = 0; i < 20; ++i)
    ASSERT_FALSE(chain.follow(302, "http://a/")) << i;
  const auto fault = chain.follow(302, "http://a/");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code(), errc::too_many_redirects);
}

TEST(RedirectChains, DoNotLeaveHttp) {
  for (const char* next : {"file:///etc/passwd", "javascript:alert(1)", "data:text/html,x",
                           "ftp://a/", "chrome://crash"}) {
    RedirectChain chain("http://a/");
    const auto fault = chain.follow(302, next);
    ASSERT_TRUE(fault) << next;
    EXPECT_EQ(fault->code(), errc::blocked_scheme) << next;
    EXPECT_EQ(chain.url(), "http://a/");
  }
}

}  // namespace
}  // namespace cdp
