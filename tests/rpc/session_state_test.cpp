// Sessions of one connection, over a scripted transport.
#include "protocol/target.hpp"
#include "rpc/connection.hpp"
#include "support/scripted/link.hpp"
#include "support/scripted/scripted_test.hpp"
#include "support/scripted/scripted_transport.hpp"
#include <cdp/session.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::beside;
using test::Command;
using test::failure_of;
using test::Link;
using test::open_link;
using testing::ElementsAre;
using testing::HasSubstr;

SCRIPTED_TEST(Connection, ASessionIsThereBeforeItsFirstEvent) {
  Link link = co_await open_link();
  std::vector<std::string> seen;
  Subscription inner;
  const auto subscription =
      link.connection->root()->events().on("Target.attachedToTarget", [&](const json& params) {
        const auto session = link.connection->find_session(params["sessionId"]);
        inner = session->events().on("A.event",
                                     [&](const json& event) { seen.push_back(event["from"]); });
      });
  link.wire->event("A.event", {{"from", "nobody yet"}}, "S1");
  co_await link.attach("S1");
  link.wire->event("A.event", {{"from", "S1"}}, "S1");
  link.wire->event("A.event", {{"from", "S2"}}, "S2");
  link.wire->event("A.event", {{"from", "root"}});
  co_await link.wire->delivered();
  EXPECT_THAT(seen, ElementsAre("S1"));
  inner.reset();
  co_await link.close();
}

SCRIPTED_TEST(Connection, ASessionThatIsAttachedTwiceIsOne) {
  Link link = co_await open_link();
  co_await link.attach("S1");
  const auto session = link.connection->find_session("S1");
  auto call = co_await beside(link.call_on("S1", "A.b"));
  co_await link.attach("S1");
  EXPECT_EQ(link.connection->find_session("S1"), session);
  EXPECT_FALSE(call.done());
  const Command command = co_await link.wire->asked("A.b");
  link.wire->reply(command);
  co_await call.end();
  EXPECT_NO_THROW(call.value());
  co_await link.close();
}

SCRIPTED_TEST(Connection, TheEndOfASessionFailsItsCallsAtOnceAndNoOthers) {
  Link link = co_await open_link();
  co_await link.attach("S1");
  co_await link.attach("S2");
  const auto session = link.connection->find_session("S1");
  auto lost = co_await beside(link.call_on("S1", "A.lost"));
  auto kept = co_await beside(link.call_on("S2", "A.kept"));
  auto root = co_await beside(link.call("A.root"));
  link.wire->event("Target.detachedFromTarget", {{"sessionId", "S1"}});
  co_await lost.end();
  EXPECT_EQ(lost.error().code(), errc::page_crashed);
  EXPECT_THAT(lost.error().what(), HasSubstr("A.lost"));
  EXPECT_FALSE(kept.done());
  EXPECT_FALSE(root.done());
  EXPECT_EQ(link.connection->find_session("S1"), nullptr);
  EXPECT_EQ(link.connection->sessions(), 1U);
  const SentCall later = link.connection->send(session, "A.later", json::object());
  EXPECT_EQ(later.answer->error->code(), errc::page_crashed);

  // Chromium answers calls of a dead session without naming it.
  Command orphan = co_await link.wire->asked("A.lost");
  orphan.session.clear();
  link.wire->refuse(orphan, "Session with given id not found.", -32001);
  link.wire->event("Target.detachedFromTarget", {{"sessionId", "S1"}});
  for (const char* method : {"A.kept", "A.root"}) {
    const Command command = co_await link.wire->asked(method);
    link.wire->reply(command);
  }
  co_await kept.end();
  co_await root.end();
  EXPECT_NO_THROW(kept.value());
  EXPECT_NO_THROW(root.value());
  co_await link.close();
}

SCRIPTED_TEST(Connection, ASessionClosedForACauseOfOursKeepsThatCause) {
  Link link = co_await open_link();
  co_await link.attach("S1");
  const auto session = link.connection->find_session("S1");
  auto call = co_await beside(link.call_on("S1", "A.b"));
  link.connection->close_session("S1", Error(errc::page_crashed, "it crashed"));
  link.wire->event("Target.detachedFromTarget", {{"sessionId", "S1"}});
  co_await call.end();
  EXPECT_THAT(call.error().what(), HasSubstr("it crashed"));
  co_await link.wire->delivered();
  EXPECT_STREQ(session->closed()->what(), "it crashed");
  link.connection->close_session("S1", Error(errc::page_crashed, "again"));
  link.connection->close_session("unknown", Error(errc::page_crashed, "never was"));
  co_await link.close();
}

SCRIPTED_TEST(Session, CallsAndListensOnItsOwnTarget) {
  Link link = co_await open_link();
  co_await link.attach("S1");
  const Session session(link.connection, link.connection->find_session("S1"));
  EXPECT_TRUE(session.is_open());
  std::vector<int> seen;
  Session copy = session;
  const Subscription subscription =
      copy.on("A.event", [&](const json& params) { seen.push_back(params["n"]); });
  link.wire->event("A.event", {{"n", 1}}, "S1");
  link.wire->event("A.event", {{"n", 2}});
  link.wire->on_command = [&](const Command& command) {
    EXPECT_EQ(command.session, "S1");
    EXPECT_EQ(command.params, json({{"format", "png"}}));
    link.wire->reply(command, {{"data", "x"}});
  };
  json params = {{"format", "png"}};
  const json result = co_await copy.call("Page.captureScreenshot", std::move(params));
  EXPECT_EQ(result["data"], "x");
  EXPECT_THAT(seen, ElementsAre(1));
  link.wire->event("Target.detachedFromTarget", {{"sessionId", "S1"}});
  co_await link.wire->delivered();
  EXPECT_FALSE(session.is_open());
  auto late = co_await beside(copy.call("A.late", json::object()));
  EXPECT_EQ(late.error().code(), errc::page_crashed);
  co_await link.close();
}

SCRIPTED_TEST(Session, ACallHasTheLimitItWasGiven) {
  Link link = co_await open_link();
  Session session(link.connection, link.connection->root());
  const Error call = co_await failure_of(session.call("A.b", json::object(), 1ms));
  EXPECT_EQ(call.code(), errc::protocol_timeout);
  co_await link.close();
}

SCRIPTED_TEST(Session, ACommandIsSentWhenItIsAwaitedAndNotBefore) {
  Link link = co_await open_link();
  Session session(link.connection, link.connection->root());
  { const Task<json> dropped = session.call("A.dropped", json::object()); }
  link.wire->on_command = [&](const Command& command) { link.wire->reply(command); };
  co_await session.call("A.awaited", json::object());
  EXPECT_EQ(link.wire->count("A.dropped"), 0U);
  co_await link.close();
}

}  // namespace
}  // namespace cdp
