// Headers that users add: what is wrong is found when it is read.
#include "frontier/request_header.hpp"

#include "cli/options/option_text.hpp"
#include "frontier/url_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(RequestHeader, ThatChromiumRefusesIsNamed) {
  for (const char* name : {"Host", "content-length", "Connection", "Keep-Alive", "TE", "Trailer",
                           "Transfer-Encoding", "Upgrade", "Cookie2", "Proxy-Authorization"})
    EXPECT_THAT(find_header_fault({name, "x"}), HasSubstr(name));
  for (const char* value : {"a\r\nX: b", "a\nb", "a\x7f", "a\x01"})
    EXPECT_THAT(find_header_fault({"X-A", value}), HasSubstr("X-A"));
  EXPECT_THAT(find_header_fault({"A b", "x"}), HasSubstr("A b"));
  EXPECT_EQ(find_header_fault({"Accept", "a\tb; c=\"ü\""}), "");
}

TEST(RequestHeader, OfALineMakesThatLineFaulty) {
  const auto input = parse_input_line(R"({"url":"http://a/","headers":{"A":"b","Host":"c"}})");
  ASSERT_TRUE(input && input->fault);
  EXPECT_THAT(input->fault->what(), HasSubstr("Host"));
}

TEST(RequestHeader, IsSetOnce) {
  std::vector<Header> headers;
  EXPECT_EQ(cli::read_header("Accept: a", headers), "");
  EXPECT_EQ(cli::read_header("accept:  b ", headers), "");
  ASSERT_THAT(headers, SizeIs(1));
  EXPECT_EQ(headers[0].value, "b");
}

TEST(RequestHeader, LocaleIsNoPlaceForOne) {
  std::string locale;
  for (const char* text : {"de", "de-DE", "zh-Hant-TW", "sr-Latn-RS"})
    EXPECT_EQ(cli::read_locale(text, locale), "") << text;
  for (const char* text : {"", "d", "garbage!!", "de\r\nX: y", "de-", "-de", "de--DE", "de DE"})
    EXPECT_THAT(cli::read_locale(text, locale), HasSubstr("is not a locale")) << text;
  std::string agent;
  EXPECT_NE(cli::read_header_value("a\r\nX: b", agent), "");
}

}  // namespace
}  // namespace cdp
