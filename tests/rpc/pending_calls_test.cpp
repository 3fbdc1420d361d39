// Calls that wait for their replies.
#include "rpc/pending_calls.hpp"

#include "protocol/codec.hpp"
#include "rpc/envelope.hpp"
#include "rpc/event_router.hpp"
#include <cdp/error.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using nlohmann::json;

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

}  // namespace
}  // namespace cdp
