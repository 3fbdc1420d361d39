// How long a server wants to be left alone.
#include "frontier/retry_after.hpp"

#include <gtest/gtest.h>

namespace cdp {
namespace {

using namespace std::chrono_literals;

TEST(RetryAfter, IsSecondsOrADate) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);  // 06 Nov 1994 08:49:37
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after("0", now), 0s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:07 GMT", now), 30s);
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:50:07 GMT", now), 30s);
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:50:07 1994", now), 30s);
  EXPECT_EQ(parse_retry_after("Sat, 05 Nov 1994 08:50:07 GMT", now), 0s);
  EXPECT_EQ(parse_retry_after("99999999999999999999999", now), 24h * 365);
  for (const char* text : {"", "-5", "soon", "1.5", "12 s", "Sun, 06 Nov 1994"})
    EXPECT_EQ(parse_retry_after(text, now), std::nullopt) << text;
}

TEST(RetryAfter, NotEvery503IsARefusal) {
  EXPECT_TRUE(is_refusal(429, ""));
  EXPECT_TRUE(is_refusal(503, "5"));
  EXPECT_FALSE(is_refusal(503, ""));
  EXPECT_FALSE(is_refusal(200, "5"));
}

}  // namespace
}  // namespace cdp
