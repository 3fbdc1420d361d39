// What robots.txt allows.
#include "frontier/robots.hpp"

#include "frontier/url_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

using namespace std::chrono_literals;

bool allowed(std::string_view file, std::string_view path,
             const std::string& agent = "cdp-scrape") {
  return RobotsRules(file, {agent}).allows(path);
}

TEST(Robots, WithoutRulesEverythingIsAllowed) {
  for (const char* file : {"", "\n\n", "# nothing", "User-agent: *", "Disallow: /",
                           "User-agent: *\nDisallow:", "User-agent: other\nDisallow: /",
                           "<html><p>no such page", "Sitemap: http://a/b\nDisallow: /"})
    EXPECT_TRUE(allowed(file, "/any")) << file;
}

TEST(Robots, TheGroupForUsWinsOverThatForAll) {
  const char* const file =
      "User-agent: *\nDisallow: /\n\nUser-Agent: CDP-Scrape/2.0 (x)\nDisallow: /private";
  EXPECT_TRUE(allowed(file, "/public"));
  EXPECT_FALSE(allowed(file, "/private/x"));
  EXPECT_FALSE(allowed(file, "/public", "another"));
  EXPECT_TRUE(RobotsRules(file, {"another", "cdp-scrape"}).allows("/public"));
}

TEST(Robots, GroupsOfOneNameBelongTogether) {
  const char* const file =
      "user-agent: a\nuser-agent: cdp-scrape\ndisallow: /1\nuser-agent: b\ndisallow: /2\n"
      "user-agent: cdp-scrape\nsitemap: x\ndisallow: /3\n";
  EXPECT_FALSE(allowed(file, "/1"));
  EXPECT_TRUE(allowed(file, "/2"));
  EXPECT_FALSE(allowed(file, "/3"));
}

TEST(Robots, TheLongestRuleWinsAndATieAllows) {
  const char* const file =
      "User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"
      "Disallow: /tie\nAllow: /tie\nDisallow: /\nAllow: /$";
  EXPECT_TRUE(allowed(file, "/example/page/"));
  EXPECT_FALSE(allowed(file, "/example/page/disallowed.gif"));
  EXPECT_TRUE(allowed(file, "/tie/x"));
  EXPECT_FALSE(allowed(file, "/other"));
  EXPECT_TRUE(allowed(file, "/"));
  EXPECT_TRUE(allowed(file, "/robots.txt"));
}

/// Whether a pattern that is disallowed to all is one of that path.
bool matches(const std::string& pattern, std::string_view path) {
  return !allowed("User-agent: *\nDisallow: " + pattern, path);
}

TEST(Robots, StarsAndEnds) {
  EXPECT_TRUE(matches("/fish", "/fish.html"));
  EXPECT_FALSE(matches("/fish", "/Fish"));
  EXPECT_TRUE(matches("/fish*", "/fish"));
  EXPECT_TRUE(matches("/*.php", "/folder/a.php?x"));
  EXPECT_FALSE(matches("/*.php$", "/a.php?x"));
  EXPECT_TRUE(matches("/*.php$", "/a.php.php"));
  EXPECT_TRUE(matches("/fish*.php", "/fishheads/catfish.php?x"));
  EXPECT_FALSE(matches("/fish*.php", "/Fish.PHP"));
  EXPECT_TRUE(matches("*/x", "/a/b/x"));
  EXPECT_TRUE(matches("/a*b*c$", "/abbcbc"));
  EXPECT_FALSE(matches("/a*b*c$", "/abbcb"));
  EXPECT_TRUE(matches("/a$b", "/a$b")) << "no end in the middle";
  EXPECT_TRUE(matches("/x?q=*&p", "/x?q=1&p=2"));
}

TEST(Robots, PercentEncodingsAreOneAndTheSame) {
  EXPECT_TRUE(matches("/foo/bar/\xE3\x83\x84", "/foo/bar/%E3%83%84"));
  EXPECT_TRUE(matches("/foo/bar/%e3%83%84", "/foo/bar/\xE3\x83\x84"));
  EXPECT_TRUE(matches("/foo/bar/%62%61%7A", "/foo/bar/baz"));
  EXPECT_TRUE(matches("/foo/bar", "/foo/%62ar"));
  EXPECT_FALSE(matches("/a%2Fb", "/a/b"));
  EXPECT_TRUE(matches("/file-with-a-%2A.html", "/file-with-a-*.html"));
  EXPECT_TRUE(matches("/foo-%24", "/foo-$"));
}

TEST(Robots, FilesOfAllSystems) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string file = std::string("\xEF\xBB\xBFUser-agent: * # all") + end +
                             "  DISALLOW :  /no  # not this" + end + end + "Allow: /no/yes";
    EXPECT_FALSE(allowed(file, "/no")) << static_cast<int>(end[0]);
    EXPECT_TRUE(allowed(file, "/no/yes"));
    EXPECT_TRUE(allowed(file, "/other"));
  }
}

TEST(Robots, ReadsFiveHundredKibibytes) {
  std::string file = "User-agent: *\n";
  file += "#" + std::string((std::size_t{500} << 10) - 100 - file.size(), 'x') + "\n";
  EXPECT_FALSE(allowed(file + "Disallow: /in\n", "/in"));
  EXPECT_TRUE(allowed(file + "#" + std::string(200, 'x') + "\nDisallow: /out\n", "/out"));
}

TEST(Robots, PatternsMadeToTakeLongDoNot) {
  std::string pattern = "/";
  for (int i = 0; i < 50'000; ++i)
    pattern += "a*";
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: " + pattern + "b", "/" + std::string(50'000, 'a')));
}

TEST(Robots, ADelayIsBounded) {
  const auto delay = [](const std::string& value) {
    return RobotsRules("User-agent: *\nCrawl-delay: " + value + "\nDisallow: /x", {"cdp-scrape"})
        .delay();
  };
  EXPECT_EQ(delay("0.5"), 500ms);
  EXPECT_EQ(delay("10"), 10s);
  EXPECT_EQ(delay("1e9"), 30s);
  for (const char* nonsense : {"", "-1", "soon", "5s", "nan", "inf"})
    EXPECT_EQ(delay(nonsense), 0ms) << nonsense;
}

TEST(Robots, ProductTokens) {
  EXPECT_EQ(product_token("MyBot/1.0 (+http://x)"), "MyBot");
  EXPECT_EQ(product_token("my-bot_x"), "my-bot_x");
  EXPECT_EQ(product_token("Mozilla/5.0 (X11)"), std::nullopt);
  EXPECT_EQ(product_token(""), std::nullopt);
}

}  // namespace
}  // namespace cdp
