// Messages of the protocol and what is known of them without a connection.
#include "protocol/codec.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/network.hpp"
#include "protocol/page.hpp"
#include "protocol/registry.hpp"
#include "protocol/runtime.hpp"
#include "protocol/target.hpp"
#include "rpc/envelope.hpp"
#include "rpc/event_router.hpp"
#include "rpc/pending_calls.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The error a call throws; a test failure when it throws none.
template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(errc::internal, "nothing was thrown");
}

// ---- envelope ----

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

// ---- reading JSON ----

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

// ---- codec ----

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

// ---- reading structs ----

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

// ---- pending calls ----

Incoming reply_to(CallId id, json result = json::object()) {
  Incoming reply;
  reply.id = id;
  reply.body = std::move(result);
  return reply;
}

Incoming refusal_of(CallId id, std::string text) {
  Incoming reply = reply_to(id);
  reply.refusal = std::move(text);
  return reply;
}

TEST(PendingCalls, RepliesInAnyOrderReachTheirCallers) {
  PendingCalls calls;
  std::vector<std::shared_ptr<Answer>> answers;
  std::vector<CallId> ids;
  for (int i = 0; i < 3; ++i) {
    answers.push_back(std::make_shared<Answer>());
    ids.push_back(calls.add("M.m" + std::to_string(i), i == 0 ? "" : "S", answers.back()));
  }
  EXPECT_EQ(calls.resolve(reply_to(ids[2], {{"n", 2}})), "M.m2");
  EXPECT_EQ(calls.resolve(reply_to(ids[0], {{"n", 0}})), "M.m0");
  EXPECT_FALSE(answers[1]->arrived());
  EXPECT_EQ(calls.resolve(reply_to(ids[1], {{"n", 1}})), "M.m1");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ((*answers[static_cast<std::size_t>(i)]->result)["n"], i);
  EXPECT_EQ(calls.size(), 0U);
}

TEST(PendingCalls, UnknownIdsAndSecondRepliesAreDropped) {
  PendingCalls calls;
  EXPECT_EQ(calls.resolve(reply_to(99)), "");
  EXPECT_EQ(calls.resolve(reply_to(0)), "");
  const auto answer = std::make_shared<Answer>();
  const CallId id = calls.add("M.m", "", answer);
  EXPECT_EQ(calls.resolve(reply_to(id, {{"first", true}})), "M.m");
  EXPECT_EQ(calls.resolve(reply_to(id, {{"second", true}})), "");
  EXPECT_TRUE(answer->result->contains("first"));
}

TEST(PendingCalls, RefusalsNameTheMethod) {
  PendingCalls calls;
  const auto answer = std::make_shared<Answer>();
  calls.resolve(refusal_of(calls.add("Page.navigate", "S", answer), "Cannot (-32000)"));
  ASSERT_TRUE(answer->error);
  EXPECT_EQ(answer->error->code(), errc::protocol_error);
  EXPECT_STREQ(answer->error->what(), "Page.navigate: Cannot (-32000)");
}

TEST(PendingCalls, TheEndOfASessionFailsItsCallsAlone) {
  PendingCalls calls;
  const auto root = std::make_shared<Answer>();
  const auto ours = std::make_shared<Answer>();
  const auto other = std::make_shared<Answer>();
  calls.add("A.a", "", root);
  calls.add("B.b", "S1", ours);
  calls.add("B.b", "S1", nullptr);
  calls.add("C.c", "S2", other);
  calls.fail_session("S1", Error(errc::page_crashed, "gone"));
  EXPECT_EQ(ours->error->code(), errc::page_crashed);
  EXPECT_STREQ(ours->error->what(), "B.b: gone");
  EXPECT_FALSE(root->arrived());
  EXPECT_FALSE(other->arrived());
  EXPECT_EQ(calls.size(), 2U);
}

TEST(PendingCalls, TheEndOfTheConnectionFailsAllAndTheFirstCauseStays) {
  PendingCalls calls;
  const auto answered = std::make_shared<Answer>();
  const auto failed = std::make_shared<Answer>();
  const auto waiting = std::make_shared<Answer>();
  calls.resolve(reply_to(calls.add("A.a", "", answered)));
  const CallId early = calls.add("B.b", "S", failed);
  calls.add("C.c", "S", waiting);
  calls.fail(early, Error(errc::protocol_error, "first"));
  calls.fail_all(Error(errc::browser_crashed, "second", "ERR_X"));
  calls.fail_all(Error(errc::cancelled, "third"));
  EXPECT_TRUE(answered->result);
  EXPECT_FALSE(answered->error);
  EXPECT_STREQ(failed->error->what(), "B.b: first");
  EXPECT_EQ(waiting->error->code(), errc::browser_crashed);
  EXPECT_EQ(waiting->error->net_error(), "ERR_X");
  EXPECT_EQ(calls.size(), 0U);
}

TEST(PendingCalls, ALateReplyMeetsNobody) {
  PendingCalls calls;
  bool told = false;
  CallId id = 0;
  std::weak_ptr<Answer> kept;
  {
    const auto answer = std::make_shared<Answer>();
    answer->on_arrival = [&told] { told = true; };
    kept = answer;
    id = calls.add("M.m", "", answer);
    answer->on_arrival = nullptr;  // what a caller does that gives up
  }
  EXPECT_EQ(calls.resolve(reply_to(id)), "M.m");
  EXPECT_FALSE(told);
  EXPECT_TRUE(kept.expired());
}

TEST(PendingCalls, CallersAreToldOnceAfterTheAnswerIsThere) {
  PendingCalls calls;
  const auto answer = std::make_shared<Answer>();
  int told = 0;
  answer->on_arrival = [&told, weak = std::weak_ptr(answer)] {
    ++told;
    EXPECT_TRUE(weak.lock()->arrived());
  };
  const CallId id = calls.add("M.m", "S", answer);
  calls.resolve(reply_to(id));
  calls.resolve(reply_to(id));
  calls.fail_session("S", Error(errc::page_crashed, "gone"));
  EXPECT_EQ(told, 1);
}

TEST(PendingCalls, ACallerMaySendAndFailOthersWhileItIsTold) {
  PendingCalls calls;
  const auto first = std::make_shared<Answer>();
  const auto second = std::make_shared<Answer>();
  const auto third = std::make_shared<Answer>();
  const Error gone(errc::page_crashed, "gone");
  first->on_arrival = [&] {
    calls.add("T.t", "S", third);
    calls.fail_session("S", gone);
  };
  calls.add("F.f", "S", first);
  calls.add("S.s", "S", second);
  calls.fail_session("S", gone);
  EXPECT_TRUE(first->arrived());
  EXPECT_TRUE(second->arrived());
  EXPECT_TRUE(third->arrived());
  EXPECT_EQ(calls.size(), 0U);
}

// ---- events ----

class Router : public testing::Test {
 protected:
  std::function<void(const json&)> note(std::string text) {
    return [this, text = std::move(text)](const json&) { seen_.push_back(text); };
  }

  void dispatch(std::string_view event, const json& params) {
    router_.dispatch(event, EventParams::of_json(params));
  }

  std::shared_ptr<WantedEvents> wanted_ = std::make_shared<WantedEvents>();
  EventRouter router_{wanted_};
  std::vector<std::string> seen_;
};

TEST_F(Router, HandlersRunInTheOrderTheySubscribed) {
  const Subscription a = router_.on("E", note("a"));
  const Subscription b = router_.on("E", note("b"));
  const Subscription other = router_.on("F", note("other"));
  dispatch("E", json::object());
  dispatch("unknown", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "b"));
}

TEST_F(Router, OnlySubscribedEventsAreWanted) {
  EXPECT_EQ(wanted_->find("E"), nullptr);
  Subscription a = router_.on("E", note("a"));
  Subscription b = router_.on("E", note("b"));
  EventRouter other_session(wanted_);
  Subscription c = other_session.on("E", note("c"));
  a.reset();
  b.reset();
  EXPECT_NE(wanted_->find("E"), nullptr);
  c.reset();
  EXPECT_EQ(wanted_->find("E"), nullptr);
}

TEST_F(Router, AnEventIsReadAsTheStructThatAllItsHandlersAskFor) {
  using protocol::page::LifecycleEvent;
  const std::string name(LifecycleEvent::event);
  const auto typed = [this](const LifecycleEvent& event) { seen_.push_back(event.name); };
  const Subscription a = router_.on<LifecycleEvent>(typed);
  const Subscription b = router_.on<LifecycleEvent>(typed);
  EXPECT_EQ(wanted_->find(name), &read_event<LifecycleEvent>);
  std::string text = R"({"method":"Page.lifecycleEvent","params":)"
                     R"({"frameId":"F","loaderId":"L","name":"load","timestamp":1},)"
                     R"("sessionId":"S"})";
  const auto route = [this](std::string_view event, const std::string& session,
                            const EventParams& params) {
    seen_.push_back(session);
    router_.dispatch(event, params);
  };
  EXPECT_TRUE(read_event<LifecycleEvent>(text, route));
  EXPECT_THAT(seen_, ElementsAre("S", "load", "load"));
}

TEST_F(Router, AnEventIsLeftAsJsonForHandlersThatReadDifferently) {
  using protocol::page::LifecycleEvent;
  const std::string name(LifecycleEvent::event);
  const Subscription a = router_.on<LifecycleEvent>(
      [this](const LifecycleEvent& event) { seen_.push_back(event.name); });
  const Subscription b =
      router_.on(name, [this](const json& params) { seen_.push_back(params.dump()); });
  EXPECT_EQ(wanted_->find(name), &leave_as_json);
  dispatch(name, {{"frameId", "F"}, {"loaderId", "L"}, {"name", "load"}});
  EXPECT_THAT(seen_, ElementsAre("load", R"({"frameId":"F","loaderId":"L","name":"load"})"));
}

TEST_F(Router, ParamsThatCannotBeReadAreAProtocolError) {
  using protocol::page::LifecycleEvent;
  const Subscription a = router_.on<LifecycleEvent>(
      [this](const LifecycleEvent& event) { seen_.push_back(event.name); });
  const Error error = error_of([this] { dispatch(LifecycleEvent::event, json::object()); });
  EXPECT_EQ(error.code(), errc::protocol_error);
  EXPECT_THAT(seen_, IsEmpty());
}

TEST_F(Router, EndingASubscriptionTwiceEndsItOnce) {
  Subscription a = router_.on("E", note("a"));
  const Subscription b = router_.on("E", note("b"));
  a.reset();
  a.reset();
  EXPECT_NE(wanted_->find("E"), nullptr);
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("b"));
}

TEST_F(Router, AMovedSubscriptionIsOneSubscription) {
  Subscription kept;
  {
    Subscription a = router_.on("E", note("a"));
    kept = std::move(a);
  }
  dispatch("E", json::object());
  kept = router_.on("E", note("b"));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "b"));
}

TEST_F(Router, WhoSubscribesDuringDeliveryGetsTheNextEvent) {
  std::vector<Subscription> later;
  const Subscription a = router_.on("E", [&](const json&) {
    seen_.push_back("a");
    // Many, so that the table moves its elements.
    for (int i = 0; later.size() < 100; ++i) {
      later.push_back(router_.on("E", [](const json&) {}));
      later.push_back(router_.on("X" + std::to_string(i), [](const json&) {}));
    }
  });
  const Subscription b = router_.on("E", note("b"));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "b"));
  later.push_back(router_.on("E", note("late")));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "b", "a", "b", "late"));
}

TEST_F(Router, WhoLeavesDuringDeliveryGetsNoMore) {
  Subscription b;
  const Subscription a = router_.on("E", [&](const json&) {
    seen_.push_back("a");
    b.reset();
  });
  b = router_.on("E", note("b"));
  const Subscription c = router_.on("E", note("c"));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "c"));
}

TEST_F(Router, AHandlerMayEndItsOwnSubscriptionAndGoOn) {
  auto text = std::make_shared<std::string>("own");
  Subscription own;
  own = router_.on("E", [this, &own, text](const json&) {
    own.reset();
    seen_.push_back(*text);  // lives in the handler: still there
  });
  text.reset();
  dispatch("E", json::object());
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("own"));
}

TEST_F(Router, AHandlerMayEndTheRouter) {
  auto doomed = std::make_unique<EventRouter>(wanted_);
  const Subscription a = doomed->on("E", [&](const json&) {
    seen_.push_back("a");
    doomed.reset();
  });
  const Subscription b = doomed->on("E", note("b"));
  const json nothing = json::object();
  doomed->dispatch("E", EventParams::of_json(nothing));
  EXPECT_THAT(seen_, ElementsAre("a", "b"));
}

TEST_F(Router, ASubscriptionMayOutliveItsRouter) {
  Subscription a;
  {
    EventRouter short_lived(wanted_);
    a = short_lived.on("E", note("a"));
  }
  a.reset();
  EXPECT_EQ(wanted_->find("E"), nullptr);
  EXPECT_THAT(seen_, IsEmpty());
}

TEST_F(Router, HandlersMayDispatchThemselves) {
  const Subscription inner = router_.on("inner", note("inner"));
  const Subscription a = router_.on("E", [&](const json&) {
    seen_.push_back("a");
    dispatch("inner", json::object());
  });
  const Subscription b = router_.on("E", note("b"));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "inner", "b"));
}

}  // namespace
}  // namespace cdp
