// Files of cookies: what is wrong is found when it is read.
#include "run/attempt/cookie_file.hpp"

#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string refusal_of(const std::string& text) {
  try {
    parse_cookies(text, "jar");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::input_error);
    return error.what();
  }
  return "accepted";
}

TEST(CookieFile, CountsWhatHasExpired) {
  const CookieFile file = parse_cookies(
      "a.test\tTRUE\t/\tFALSE\t1\told\tv\n"
      "a.test\tTRUE\t/\tFALSE\t2\tolder\tv\n"
      "a.test\tTRUE\t/\tFALSE\t0\tsession\tv\n"
      "a.test\tTRUE\t/\tFALSE\t32503680000\tnew\tv\n",
      "jar");
  ASSERT_THAT(file.cookies, SizeIs(2));
  EXPECT_EQ(file.cookies[0].name, "session");
  EXPECT_THAT(file.skipped, ElementsAre(HasSubstr("2 of its 4 cookies have expired")));
}

TEST(CookieFile, ThatNoBrowserTakesIsLeftOutWithItsLine) {
  const std::string text =
      "# Netscape\n"
      "a.test\tFALSE\t/\tFALSE\t0\tgood\t1\n"
      ".a.test\tTRUE\t/\tTRUE\t0\t__Host-x\t1\n"
      "a.test\tFALSE\t/\tFALSE\t0\t__Secure-x\t1\n"
      "\tFALSE\t/\tFALSE\t0\tnowhere\t1\n"
      "a.test\tFALSE\t/\tFALSE\t0\tlong\t" +
      std::string(5000, 'x') +
      "\n"
      "a.test\tFALSE\t/\tFALSE\t0\tcontrol\ta\x01\n"
      "a.test\tFALSE\t/\tTRUE\t0\t__Host-y\t1\n";
  const CookieFile file = parse_cookies(text, "jar");
  ASSERT_THAT(file.cookies, SizeIs(2));
  EXPECT_EQ(file.cookies[0].name, "good");
  EXPECT_EQ(file.cookies[1].name, "__Host-y");
  EXPECT_THAT(file.skipped,
              ElementsAre(AllOf(HasSubstr("jar: line 3"), HasSubstr("__Host-x")),
                          AllOf(HasSubstr("line 4"), HasSubstr("__Secure-x")),
                          AllOf(HasSubstr("line 5"), HasSubstr("nowhere"), HasSubstr("domain")),
                          AllOf(HasSubstr("line 6"), HasSubstr("4096")),
                          AllOf(HasSubstr("line 7"), HasSubstr("control"))));
}

TEST(CookieFile, TheSecondColumnSaysWhetherSubdomainsAreMeant) {
  const CookieFile file = parse_cookies("a.test\tTRUE\t/\tFALSE\t0\tn\tv\n", "jar");
  ASSERT_THAT(file.cookies, SizeIs(1));
  EXPECT_EQ(file.cookies[0].domain, ".a.test");
}

TEST(CookieFile, MayBeginWithAByteOrderMark) {
  EXPECT_THAT(parse_cookies("\xEF\xBB\xBF"
                            "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n",
                            "jar")
                  .cookies,
              SizeIs(1));
  EXPECT_THAT(parse_cookies("\xEF\xBB\xBF[{\"name\":\"n\",\"domain\":\"a.test\"}]", "jar").cookies,
              SizeIs(1));
}

TEST(CookieFile, NumbersAreTextAndOtherValuesAreRefused) {
  const CookieFile file =
      parse_cookies(R"([{"name":"n","domain":"a.test","value":5,"sameSite":"lax"}])", "jar");
  ASSERT_THAT(file.cookies, SizeIs(1));
  EXPECT_EQ(file.cookies[0].value, "5");
  EXPECT_EQ(file.cookies[0].same_site, "Lax");
  for (const char* value : {"true", "[1]", "{}"}) {
    EXPECT_THAT(
        refusal_of(R"([{"name":"n","domain":"a.test","value":)" + std::string(value) + "}]"),
        AllOf(HasSubstr("cookie 1"), HasSubstr("\"value\"")));
  }
}

TEST(CookieFile, WhatIsNotSuchAFileIsRefusedWithItsLine) {
  EXPECT_THAT(refusal_of("a.test FALSE / FALSE 0 n v\n"), HasSubstr("jar: line 1: not seven"));
  EXPECT_THAT(refusal_of("\na.test\tmaybe\t/\tFALSE\t0\tn\tv\n"), HasSubstr("line 2: 'maybe'"));
  EXPECT_THAT(refusal_of("a.test\tTRUE\t/\tFALSE\tsoon\tn\tv\n"), HasSubstr("line 1: 'soon'"));
  EXPECT_THAT(refusal_of("[{\"name\":\"n\"}]"), HasSubstr("a name and a domain"));
}

}  // namespace
}  // namespace cdp
