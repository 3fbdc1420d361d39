// JSON as it is written, and repaired before it is read.
#include "base/text/json_text.hpp"

#include "base/ascii.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <random>
#include <string>

namespace cdp {
namespace {

using nlohmann::json;

struct Repair {
  std::string text;
  std::string expected;
  std::size_t repaired;
};

Repair repaired(std::string text) {
  Repair result{text, {}, 0};
  result.repaired = repair_lone_surrogates(text);
  result.expected = text;
  return result;
}

TEST(LoneSurrogates, AreReplacedWherePairsAreNot) {
  const std::array cases = {
      Repair{R"("plain text")", R"("plain text")", 0},
      Repair{R"("\ud83d\ude00")", R"("\ud83d\ude00")", 0},
      Repair{R"("\uD83D\uDE00")", R"("\uD83D\uDE00")", 0},
      Repair{R"("\uD83d\ude00")", R"("\uD83d\ude00")", 0},
      Repair{R"("a\ud800b")", R"("a\ufffdb")", 1},
      Repair{R"("a\uDC00b")", R"("a\ufffdb")", 1},
      Repair{R"("\uDBFF")", R"("\ufffd")", 1},
      Repair{R"("\udfff")", R"("\ufffd")", 1},
      Repair{R"("\ud800\ud800\udc00")", R"("\ufffd\ud800\udc00")", 1},
      Repair{R"("\ud800\udc00\udc00")", R"("\ud800\udc00\ufffd")", 1},
      Repair{R"("\udc00\ud800")", R"("\ufffd\ufffd")", 2},
      Repair{R"("\ud800\n\udc00")", R"("\ufffd\n\ufffd")", 2},
      Repair{R"("\ud800\u0041")", R"("\ufffd\u0041")", 1},
      Repair{R"("\ud7ff\ue000")", R"("\ud7ff\ue000")", 0},
      // An escaped backslash, then ordinary text; and one, then a surrogate.
      Repair{R"("\\ud800")", R"("\\ud800")", 0},
      Repair{R"("\\\ud800")", R"("\\\ufffd")", 1},
      Repair{R"("\\\\ud800\ud800")", R"("\\\\ud800\ufffd")", 1},
      Repair{R"("\"\ud800\"")", R"("\"\ufffd\"")", 1},
      // The second half is escaped text, no half.
      Repair{R"("\ud800\\udc00")", R"("\ufffd\\udc00")", 1},
  };
  for (const Repair& expected : cases) {
    const Repair actual = repaired(expected.text);
    EXPECT_EQ(actual.expected, expected.expected) << expected.text;
    EXPECT_EQ(actual.repaired, expected.repaired) << expected.text;
    EXPECT_TRUE(json::accept(actual.expected)) << actual.expected;
  }
}

TEST(LoneSurrogates, CutOffEscapesStayAsTheyAre) {
  for (const std::string text : {"\\", "\\u", "\\ud", "\\ud8", "\\ud80", "\"\\ud83d\\",
                                 "x\\ud83d\\ude0", "\\ud8zz", "\\ud+12", "\\ud-12", "\\ud 12"}) {
    const Repair actual = repaired(text);
    // Only whole escapes of four hexadecimal digits are looked at.
    EXPECT_EQ(actual.expected.size(), text.size()) << text;
    if (actual.repaired == 0) {
      EXPECT_EQ(actual.expected, text);
    }
  }
  EXPECT_EQ(repaired("x\\ud83d\\ude0").repaired, 1U);
}

TEST(LoneSurrogates, AnyMixtureOfEscapesParsesAfterwardsAndKeepsItsLength) {
  const std::array<std::string, 16> pieces = {
      R"(\ud800)", R"(\uDBff)", R"(\udc00)", R"(\uDFFF)", R"(\\)", R"(\")", R"(\n)",    R"(\u0000)",
      R"(\uffff)", R"(\ud7ff)", R"(\ue000)", "u",         "d800",  "ud800", "\xc3\xa9", " "};
  std::mt19937 random(7);
  std::uniform_int_distribution<std::size_t> pick(0, pieces.size() - 1);
  std::uniform_int_distribution<int> length(0, 12);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "\"";
    for (int i = length(random); i > 0; --i)
      text += pieces[pick(random)];
    text += '"';
    const Repair actual = repaired(text);
    ASSERT_TRUE(json::accept(actual.expected)) << text;
    ASSERT_EQ(actual.expected.size(), text.size()) << text;
    ASSERT_EQ(json::accept(text), actual.repaired == 0) << text;
    ASSERT_EQ(repaired(actual.expected).repaired, 0U) << text;
  }
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

TEST(AppendJson, WritesWhatNlohmannWrites) {
  for (const char* text :
       {"{}", "[]", R"({"a":{},"b":[],"c":[[],{},""]})", R"({"":null,"b":true,"c":false})",
        R"([0,-1,1.5,-2000.0,18446744073709551615,-9223372036854775808,1e300])", "1", "\"text\"",
        R"({"\u0000\"\\":"\n"})"}) {
    const json value = json::parse(text);
    EXPECT_EQ(to_text(value), dumped(value));
  }
}

TEST(AppendJson, EveryByteIsWrittenAsNlohmannDoes) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "a" + std::string(1, static_cast<char>(byte)) + "z";
    EXPECT_EQ(to_text(json(text)), dumped(text)) << byte;
  }
  // Also in the middle of texts that are looked at in words.
  for (const char byte : {'"', '\\', '\n', '\x1f', ' ', '!', '#', '[', ']', '\x7f'}) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = byte;
      EXPECT_EQ(to_text(json(text)), dumped(text)) << at;
    }
  }
  const std::string mixed = "é\xff\xed\xa0\x80 \"\\/\x7f\xf0\x9f\x98\x80";
  EXPECT_EQ(to_text(json(mixed)), dumped(mixed));
}

TEST(AppendJson, AppendsToWhatIsThere) {
  std::string text = "x";
  append_quoted(text, "a\"b");
  EXPECT_EQ(text, R"(x"a\"b")");
}

}  // namespace
}  // namespace cdp
