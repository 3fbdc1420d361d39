// Which way a URL is fetched, by rules.
#include "frontier/fetch_rules.hpp"

#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace cdp {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Rule, TakesTimeInProportionToTheUrl) {
  const FetchRules rules(FetchMode::browser, {{"(a+)+$", FetchMode::http}});
  EXPECT_EQ(rules.mode_of("http://x/" + std::string(100'000, 'a') + "!"), FetchMode::browser);
  EXPECT_EQ(rules.mode_of("http://x/" + std::string(100'000, 'a')), FetchMode::http);
}

TEST(Rule, ThatIsNoneIsRefusedWithItsPosition) {
  for (const auto& [pattern, place] : {std::pair{"ab(c", ""}, std::pair{"ab*(?=c)", "character 4"},
                                       std::pair{"x[b-a]", "character 3"}}) {
    try {
      const FetchRules rules(FetchMode::browser, {{pattern, FetchMode::http}});
      ADD_FAILURE() << pattern;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), errc::invalid_argument);
      EXPECT_THAT(error.what(), AllOf(HasSubstr(pattern), HasSubstr(place)));
    }
  }
}

TEST(FetchRules, TheFirstThatFitsDecides) {
  const FetchRules rules(FetchMode::http, {{"/app/", FetchMode::browser},
                                           {"^https://a\\.b/", FetchMode::automatic},
                                           {"a.b", FetchMode::browser}});
  EXPECT_EQ(rules.mode_of("https://a.example/app/x"), FetchMode::browser);
  EXPECT_EQ(rules.mode_of("https://a.b/app/"), FetchMode::browser);
  EXPECT_EQ(rules.mode_of("https://a.b/"), FetchMode::automatic);
  EXPECT_EQ(rules.mode_of("http://a.b/"), FetchMode::browser);
  EXPECT_EQ(rules.mode_of("http://c/"), FetchMode::http);
}

TEST(FetchRules, NameThePatternThatIsNone) {
  try {
    const FetchRules rules(FetchMode::http, {{"a(b", FetchMode::browser}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("a(b"));
  }
}

TEST(FetchRules, StandUrlsOfAnyLength) {
  const FetchRules rules(FetchMode::http, {{"^(a|b)*c$", FetchMode::browser}});
  EXPECT_EQ(rules.mode_of(std::string(std::size_t{2} << 20, 'a')), FetchMode::http);
}

}  // namespace
}  // namespace cdp
