// Letters and blanks, whatever the locale.
#include "base/ascii.hpp"

#include <gtest/gtest.h>

namespace cdp {
namespace {

TEST(Ascii, LowersLettersOfItsOwnOnly) {
  EXPECT_EQ(lower(std::string_view("AZ@[az09\xc4\xdf")), "az@[az09\xc4\xdf");
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "cONTENT-tYPE"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("@", "`")) << "they differ by the same bit as letters do";
}

TEST(Ascii, TakesBlanksOffBothEnds) {
  EXPECT_EQ(trimmed(" \ta b\r\n", " \t\r\n"), "a b");
  EXPECT_EQ(trimmed(" \t ", " \t"), "");
  EXPECT_EQ(trimmed("", " "), "");
}

}  // namespace
}  // namespace cdp
