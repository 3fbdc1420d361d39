// Texts as JSON.
#include "protocol/json_reader.hpp"

#include "protocol/codec.hpp"
#include "rpc/event_router.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace cdp {
namespace {

using nlohmann::json;

json read(std::string text) {
  return protocol::read_json(text);
}

TEST(ReadJson, ReadsWhatNlohmannReads) {
  for (const char* text :
       {"{}", "[]", R"({"a":{},"b":[],"c":[[],{}]})", R"({"a":null,"b":true,"c":false})",
        R"([0,-1,1.5,-2e3,1e400,18446744073709551615,-9223372036854775808])",
        R"([123456789012345678901234567890])", R"(["", "\u00e9 \n \" \\ \/ \ud83d\ude00", "é"])",
        R"({"a":1,"a":2})", R"({"\u0061":1})", " { \"a\" : [ 1 , 2 ] } \n", "1", "\"text\"", "null",
        R"({"a\u0000b":"\u0000"})"}) {
    const json expected = json::parse(text, nullptr, false);
    if (expected.is_discarded()) {
      EXPECT_THROW(read(text), json::exception) << text;
    } else {
      EXPECT_EQ(read(text), expected) << text;
    }
  }
}

TEST(ReadJson, NumbersKeepTheirKinds) {
  const json numbers = read("[1,-1,1.0]");
  EXPECT_TRUE(numbers[0].is_number_unsigned());
  EXPECT_TRUE(numbers[1].is_number_integer());
  EXPECT_TRUE(numbers[2].is_number_float());
}

TEST(ReadJson, WhatIsNoJsonSaysWhere) {
  for (const char* text : {"", "{", "[1", R"({"a":})", R"({"a" 1})", R"({"a":1}})", "{} {}", "nul",
                           "\"\\ud800\"", "\"\xff\"", "[1,]", "{\"a\":1,}"}) {
    EXPECT_THROW(read(text), json::exception) << text;
  }
}

TEST(ReadJson, DepthIsNoMatter) {
  constexpr std::size_t depth = 100000;
  const json nested = read(std::string(depth, '[') + std::string(depth, ']'));
  EXPECT_TRUE(nested.is_array());
}

TEST(ReadJson, LargeTextsAreReadWhole) {
  const std::string text(std::size_t{3} << 20U, 'x');
  EXPECT_EQ(read(json({{"a", text}}).dump())["a"], text);
  EXPECT_EQ(read(R"({"a":1})")["a"], 1) << "after it, too";
}

}  // namespace
}  // namespace cdp
