// The envelope of messages: ids, sessions, results and refusals.
#include "rpc/envelope.hpp"

#include "protocol/codec.hpp"
#include "protocol/network.hpp"
#include "protocol/page.hpp"
#include "protocol/runtime.hpp"
#include "protocol/target.hpp"
#include "rpc/event_router.hpp"
#include "support/errors.hpp"
#include <cdp/error.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <string>

namespace cdp {
namespace {

using nlohmann::json;
using test::error_of;

Incoming parsed(std::string text) {
  return parse_message(text);
}

TEST(Envelope, RepliesCarryIdSessionAndResult) {
  const Incoming reply = parsed(R"({"id":7,"result":{"a":1},"sessionId":"S"})");
  EXPECT_EQ(reply.id, 7);
  EXPECT_EQ(reply.session_id, "S");
  EXPECT_EQ(reply.body, json({{"a", 1}}));
  EXPECT_FALSE(reply.refusal);
}

TEST(Envelope, EventsCarryNameSessionAndParams) {
  const Incoming event = parsed(R"({"method":"Page.x","params":{"a":[1]},"sessionId":"S"})");
  EXPECT_FALSE(event.id);
  EXPECT_EQ(event.method, "Page.x");
  EXPECT_EQ(event.session_id, "S");
  EXPECT_EQ(event.body, json({{"a", {1}}}));
}

TEST(Envelope, MissingOrOddBodiesBecomeEmptyObjects) {
  for (const char* text :
       {R"({"id":1})", R"({"id":1,"result":null})", R"({"id":1,"result":[1]})",
        R"({"id":1,"result":"x"})", R"({"method":"A.b"})", R"({"method":"A.b","params":3})"}) {
    EXPECT_EQ(parsed(text).body, json::object()) << text;
  }
}

TEST(Envelope, RefusalsTellMessageCodeAndData) {
  EXPECT_EQ(parsed(R"({"id":1,"error":{"code":-32000,"message":"No","data":"why"}})").refusal,
            "No (-32000): why");
  EXPECT_EQ(parsed(R"({"id":1,"error":{"code":-1,"message":"No"}})").refusal, "No (-1)");
  EXPECT_EQ(parsed(R"({"id":1,"error":{"message":"No"}})").refusal, "No (0)");
  EXPECT_EQ(parsed(R"({"id":1,"error":{}})").refusal, "no message (0)");
  EXPECT_EQ(parsed(R"({"id":1,"error":{"code":"x","message":"No","data":{}}})").refusal,
            "No (\"x\")");
}

TEST(Envelope, IdsOf64BitsAreKept) {
  EXPECT_EQ(parsed(R"({"id":9007199254740993})").id, 9007199254740993);
  EXPECT_EQ(parsed(R"({"id":9223372036854775807})").id, std::numeric_limits<CallId>::max());
  EXPECT_EQ(parsed(R"({"id":-5})").id, -5);
}

TEST(Envelope, WhatIsNoMessageIsAProtocolError) {
  for (const char* text :
       {"", " ", "{", "[]", "null", "1", "\"x\"", "{\"id\":}", "{\"id\":\"1\"}", "{\"id\":null}",
        "{\"id\":[]}", "{\"method\":5}", "{\"method\":\"A.b\",\"sessionId\":{}}",
        "{\"id\":1,\"error\":\"bad\"}", "{\"id\":1,\"error\":{\"message\":5}}", "{\"id\":1} x",
        "\xff\xfe", "{\"method\":\"\xff\"}"}) {
    const Error error = error_of([text] { parsed(text); });
    EXPECT_EQ(error.code(), errc::protocol_error) << text;
  }
}

TEST(Envelope, CommandsAreWrittenAsChromiumReadsThem) {
  const json root = json::parse(write_command(1, "A.b", "", json::object()));
  EXPECT_EQ(root, json({{"id", 1}, {"method", "A.b"}, {"params", json::object()}}));
  const json session = json::parse(write_command(2, "A.b", "S\"1", {{"x", "\n"}}));
  EXPECT_EQ(session,
            json({{"id", 2}, {"method", "A.b"}, {"sessionId", "S\"1"}, {"params", {{"x", "\n"}}}}));
}

TEST(Envelope, BytesThatAreNoTextDoNotStopACommand) {
  const std::string text = write_command(1, "A.b\xff", "S\xfe", {{"x", "a\xff z"}});
  const json command = json::parse(text);
  EXPECT_EQ(command["params"]["x"], "a\xef\xbf\xbd z");
}

TEST(Envelope, EventNamesAreSeenWithoutParsing) {
  EXPECT_EQ(peek_event(R"({"method":"Page.x","params":{}})"), "Page.x");
  EXPECT_EQ(peek_event(R"({"method":"Page.x)"), "Page.x");
  EXPECT_EQ(peek_event(R"({"id":1,"method":"Page.x"})"), "");
  EXPECT_EQ(peek_event(R"({ "method":"Page.x"})"), "");
  EXPECT_EQ(peek_event(""), "");
}

TEST(Envelope, ReplyIdsAreSeenInBrokenText) {
  EXPECT_EQ(peek_reply(R"({"id":42,"result":{"broken)"), 42);
  EXPECT_EQ(peek_reply(R"({"id":42)"), 42);
  EXPECT_FALSE(peek_reply(R"({"id":)"));
  EXPECT_FALSE(peek_reply(R"({"id":"42"})"));
  EXPECT_FALSE(peek_reply(R"({"id":99999999999999999999})"));
  EXPECT_FALSE(peek_reply(R"({"method":"x"})"));
  EXPECT_FALSE(peek_reply(""));
}

}  // namespace
}  // namespace cdp
