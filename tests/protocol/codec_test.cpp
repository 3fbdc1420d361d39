// Structs of the protocol, from JSON and to it.
#include "protocol/codec.hpp"

#include "protocol/json_reader.hpp"
#include "protocol/network.hpp"
#include "protocol/page.hpp"
#include "protocol/registry.hpp"
#include "protocol/runtime.hpp"
#include "protocol/target.hpp"
#include "rpc/event_router.hpp"
#include "support/errors.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using nlohmann::json;
using test::error_of;
using testing::HasSubstr;

struct Inner {
  std::string name;
  std::optional<int> count;
  static constexpr auto fields() {
    return std::tuple(protocol::field("name", &Inner::name),
                      protocol::field("count", &Inner::count));
  }
};

struct Outer {
  int number = 0;
  bool flag = false;
  Inner inner;
  std::vector<Inner> list;
  std::optional<Inner> maybe;
  std::optional<json> any;
  static constexpr auto fields() {
    return std::tuple(
        protocol::field("number", &Outer::number), protocol::field("flag", &Outer::flag),
        protocol::field("inner", &Outer::inner), protocol::field("list", &Outer::list),
        protocol::field("maybe", &Outer::maybe), protocol::field("any", &Outer::any));
  }
};

json whole_outer() {
  return {{"number", 5},
          {"flag", true},
          {"inner", {{"name", "n"}, {"count", 2}}},
          {"list", {{{"name", "a"}}, {{"name", "b"}}}},
          {"maybe", {{"name", "m"}}},
          {"any", {1, "two", nullptr}}};
}

TEST(Codec, StructsSurviveTheRoundTrip) {
  const auto outer = protocol::decode<Outer>(whole_outer(), "Test.event");
  EXPECT_EQ(outer.number, 5);
  EXPECT_TRUE(outer.flag);
  EXPECT_EQ(outer.inner.name, "n");
  EXPECT_EQ(outer.inner.count, 2);
  ASSERT_EQ(outer.list.size(), 2U);
  EXPECT_EQ(outer.list[1].name, "b");
  EXPECT_FALSE(outer.list[1].count);
  EXPECT_EQ(outer.maybe->name, "m");
  EXPECT_EQ(protocol::encode(outer), whole_outer());
}

template <class T>
std::optional<T> struct_of(std::string text) {
  return protocol::read_struct<T>(text);
}

TEST(ReadStruct, ReadsWhatDecodeReads) {
  const auto outer = struct_of<Outer>(whole_outer().dump());
  ASSERT_TRUE(outer);
  EXPECT_EQ(protocol::encode(*outer), whole_outer());
}

TEST(ReadStruct, OptionalMembersMayBeMissingOrNull) {
  const auto bare = struct_of<Inner>(R"({"name":"n"})");
  ASSERT_TRUE(bare);
  EXPECT_FALSE(bare->count);
  const auto null = struct_of<Inner>(R"({"name":"n","count":null})");
  ASSERT_TRUE(null);
  EXPECT_FALSE(null->count);
}

TEST(ReadStruct, StringsAreTextNotEscapes) {
  const auto inner = struct_of<Inner>(R"({"\u006eame":"\u00e9\n\ud83d\ude00\u0000"})");
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->name, std::string("é\n😀\0", 8));
}

TEST(ReadStruct, TheLastOfTwoMembersCounts) {
  const auto inner = struct_of<Inner>(R"({"name":"a","count":1,"name":"b","count":null})");
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->name, "b");
  EXPECT_FALSE(inner->count);
}

TEST(ReadStruct, WhatNobodyReadsIsSkipped) {
  const auto inner = struct_of<Inner>(
      R"({"x":{"name":[{"count":"]}"}]},"name":"n","y":[[],{}],"z":123456789012345678901234567890})");
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->name, "n");
}

TEST(ReadStruct, WhatDoesNotFitIsLeftToDecode) {
  for (const char* text :
       {"", "{", "[]", "null", "5", "{}", R"({"count":1})", R"({"name":null})", R"({"name":5})",
        R"({"name":"n","count":"1"})", R"({"name":"n","count":1.5})",
        R"({"name":"n","count":2147483648})", R"({"name":"n"} x)", R"({"name":"\ud800"})",
        R"({"name":"a","name":null})", "{\"name\":\"\xff\"}"}) {
    EXPECT_FALSE(struct_of<Inner>(text)) << text;
  }
}

TEST(ReadStruct, TheTextIsTheSameAfterwards) {
  std::string text = whole_outer().dump();
  EXPECT_TRUE(protocol::read_struct<Outer>(text));
  EXPECT_EQ(text, whole_outer().dump());
  text = R"({"count":"\n"})";
  EXPECT_FALSE(protocol::read_struct<Inner>(text));
  EXPECT_EQ(text, R"({"count":"\n"})");
}

TEST(Codec, ConstantMessagesAreLeftAlone) {
  const json message = whole_outer();
  const auto outer = protocol::decode<Outer>(message, "Test.event");
  EXPECT_EQ(message, whole_outer());
  EXPECT_EQ(outer.inner.name, "n");
}

TEST(Codec, MissingRequiredMembersAreNamed) {
  json message = whole_outer();
  message["inner"].erase("name");
  const Error error = error_of([&] { protocol::decode<Outer>(message, "Test.event"); });
  EXPECT_EQ(error.code(), errc::protocol_error);
  EXPECT_THAT(error.what(), HasSubstr("inner"));
  EXPECT_THAT(error.what(), HasSubstr("'name'"));

  message = whole_outer();
  message.erase("number");
  EXPECT_THAT(error_of([&] { protocol::decode<Outer>(message, "Test.event"); }).what(),
              HasSubstr("Test.event"));
}

TEST(Codec, OptionalMembersMayBeMissingOrNull) {
  json message = whole_outer();
  message.erase("maybe");
  message["any"] = nullptr;
  message["inner"]["count"] = nullptr;
  const auto outer = protocol::decode<Outer>(message, "Test.event");
  EXPECT_FALSE(outer.maybe);
  EXPECT_FALSE(outer.any);
  EXPECT_FALSE(outer.inner.count);
}

TEST(Codec, UnknownMembersAreIgnored) {
  json message = whole_outer();
  message["unknown"] = {{"deep", {1, 2}}};
  message["inner"]["unknown"] = 5;
  EXPECT_EQ(protocol::decode<Outer>(message, "Test.event").inner.name, "n");
}

TEST(Codec, WrongTypesAreProtocolErrors) {
  const std::vector<std::pair<const char*, json>> wrong = {
      {"number", "five"},       {"number", json::object()}, {"flag", "true"},   {"inner", 5},
      {"inner", json::array()}, {"inner", {{"name", 5}}},   {"list", {1, 2}},   {"list", "text"},
      {"list", {{"a", 1}}},     {"maybe", "text"},          {"number", nullptr}};
  for (const auto& [member, value] : wrong) {
    json message = whole_outer();
    message[member] = value;
    const json constant = message;
    EXPECT_EQ(error_of([&] { protocol::decode<Outer>(constant, "Test.event"); }).code(),
              errc::protocol_error)
        << member << ": " << value;
    EXPECT_EQ(error_of([&] { protocol::decode<Outer>(message, "Test.event"); }).code(),
              errc::protocol_error)
        << member << ": " << value;
  }
}

TEST(Codec, AbsentOptionalParametersAreNotSent) {
  protocol::target::CreateTarget command;
  command.url = "about:blank";
  EXPECT_EQ(protocol::encode(command), json({{"url", "about:blank"}}));
  command.browser_context_id = "C";
  EXPECT_EQ(protocol::encode(command), json({{"url", "about:blank"}, {"browserContextId", "C"}}));
}

TEST(Codec, EverythingInUseIsListedOnceWithItsDomain) {
  std::set<std::string_view> names;
  for (const protocol::Used& used : protocol::used_protocol()) {
    EXPECT_TRUE(names.insert(used.name).second) << used.name << " twice";
    EXPECT_NE(used.name.find('.'), std::string_view::npos) << used.name;
    const std::set<std::string_view> members(used.members.begin(), used.members.end());
    EXPECT_EQ(members.size(), used.members.size()) << used.name;
  }
  EXPECT_TRUE(names.contains("Target.createTarget"));
  EXPECT_TRUE(names.contains("Network.requestWillBeSent"));
}

}  // namespace
}  // namespace cdp
