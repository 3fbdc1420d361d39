// Calls, their replies, and events, over a scripted transport.
#include "rpc/connection.hpp"

#include "protocol/target.hpp"
#include "support/scripted/link.hpp"
#include "support/scripted/scripted_test.hpp"
#include "support/scripted/scripted_transport.hpp"
#include <cdp/session.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

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
using test::settle;
using testing::ElementsAre;
using testing::HasSubstr;

SCRIPTED_TEST(Connection, AReplyReachesItsCaller) {
  Link link = co_await open_link();
  link.wire->on_command = [&](const Command& command) {
    EXPECT_EQ(command.method, "A.b");
    EXPECT_EQ(command.session, "");
    link.wire->reply(command, {{"x", 1}});
  };
  const json result = co_await link.call("A.b");
  EXPECT_EQ(result, json({{"x", 1}}));
  co_await link.close();
}

SCRIPTED_TEST(Connection, RepliesMayComeInAnyOrder) {
  Link link = co_await open_link();
  auto first = co_await beside(link.call("A.first"));
  auto second = co_await beside(link.call("A.second"));
  const std::vector<Command> commands = link.wire->commands();
  EXPECT_EQ(commands.size(), 2U);
  EXPECT_NE(commands[0].id, commands[1].id);
  link.wire->reply(commands[1], {{"n", 2}});
  co_await second.end();
  EXPECT_FALSE(first.done());
  link.wire->reply(commands[0], {{"n", 1}});
  co_await first.end();
  EXPECT_EQ(first.value()["n"], 1);
  EXPECT_EQ(second.value()["n"], 2);
  co_await link.close();
}

SCRIPTED_TEST(Connection, CommandsAreWrittenInTheOrderTheyWereSent) {
  Link link = co_await open_link();
  for (int i = 0; i < 20; ++i) {
    const std::string method = "A.n" + std::to_string(i);
    link.connection->post(link.connection->root(), method, json::object());
  }
  co_await link.wire->asked("A.n19");
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_EQ(link.wire->commands()[i].method, "A.n" + std::to_string(i));
  co_await link.close();
}

SCRIPTED_TEST(Connection, EventsAreHandledInTheOrderOfTheWireAndBeforeAReplyBehindThem) {
  Link link = co_await open_link();
  std::vector<std::string> seen;
  const auto subscription = link.connection->root()->events().on(
      "A.event", [&](const json& params) { seen.push_back(params["n"].dump()); });
  link.wire->on_command = [&](const Command& command) {
    link.wire->event("A.event", {{"n", 1}});
    link.wire->event("A.event", {{"n", 2}});
    link.wire->reply(command);
    link.wire->event("A.event", {{"n", 3}});
  };
  co_await link.call("A.b");
  EXPECT_THAT(seen, testing::Contains("2"));
  EXPECT_EQ(seen.front(), "1");
  co_await link.wire->delivered();
  EXPECT_THAT(seen, ElementsAre("1", "2", "3"));
  co_await link.close();
}

SCRIPTED_TEST(Connection, ARefusalNamesItsCommand) {
  Link link = co_await open_link();
  link.wire->on_command = [&](const Command& command) { link.wire->refuse(command, "Not here"); };
  const Error call = co_await failure_of(link.call("A.b"));
  EXPECT_EQ(call.code(), errc::protocol_error);
  EXPECT_THAT(call.what(), HasSubstr("A.b"));
  EXPECT_THAT(call.what(), HasSubstr("Not here"));
  co_await link.close();
}

SCRIPTED_TEST(Connection, ACallWithoutAnAnswerEndsAtItsDeadlineAndTheLateReplyIsSwallowed) {
  Link link = co_await open_link();
  SentCall sent = link.connection->send(link.connection->root(), "A.b", json::object());
  const Error call = co_await failure_of(link.connection->wait(std::move(sent), deadline_in(1ms)));
  EXPECT_EQ(call.code(), errc::protocol_timeout);
  EXPECT_THAT(call.what(), HasSubstr("A.b"));
  const Command command = co_await link.wire->asked("A.b");
  link.wire->reply(command);
  link.wire->reply(command);
  co_await link.wire->delivered();
  EXPECT_EQ(link.connection->pending(), 0U);
  co_await link.close();
}

SCRIPTED_TEST(Connection, AnAnswerThatIsThereBeatsADeadlineThatHasPassed) {
  Link link = co_await open_link();
  link.wire->on_command = [&](const Command& command) { link.wire->reply(command, {{"x", 1}}); };
  SentCall sent = link.connection->send(link.connection->root(), "A.b", json::object());
  co_await link.wire->asked("A.b");
  co_await link.wire->delivered();
  const json result = co_await link.connection->wait(std::move(sent), deadline_in(-1s));
  EXPECT_EQ(result["x"], 1);
  co_await link.close();
}

SCRIPTED_TEST(Connection, ABrokenReplyFailsItsCallAtOnceAndNoOther) {
  Link link = co_await open_link();
  auto broken = co_await beside(link.call("A.broken"));
  auto typed = co_await beside(link.call("A.typed"));
  auto whole = co_await beside(link.call("A.whole"));
  const std::vector<Command> commands = link.wire->commands();
  link.wire->send(fmt::format(R"({{"id":{},"result":{{"x":)", commands[0].id));
  link.wire->send(fmt::format(R"({{"id":{},"error":"no object"}})", commands[1].id));
  link.wire->reply(commands[2], {{"x", 1}});
  co_await whole.end();
  co_await broken.end();
  co_await typed.end();
  EXPECT_EQ(whole.value()["x"], 1);
  EXPECT_EQ(broken.error().code(), errc::protocol_error);
  EXPECT_THAT(broken.error().what(), HasSubstr("A.broken"));
  EXPECT_EQ(typed.error().code(), errc::protocol_error);
  EXPECT_FALSE(link.connection->root()->closed());
  co_await link.close();
}

SCRIPTED_TEST(Connection, GarbageIsSkipped) {
  Link link = co_await open_link();
  const std::vector<std::string> garbage = {"",
                                            "{",
                                            "[]",
                                            "null",
                                            "\xff",
                                            "{\"id\":1}",
                                            "{}",
                                            "{\"id\":\"x\"}",
                                            "x y z",
                                            R"({"method":5})",
                                            R"({"method":"Target.attachedToTarget","params":{}})",
                                            R"({"method":"Target.detachedFromTarget","params":5})"};
  for (const std::string& text : garbage)
    link.wire->send(text);
  link.wire->on_command = [&](const Command& command) { link.wire->reply(command); };
  co_await link.call("A.b");
  EXPECT_FALSE(link.connection->root()->closed());
  EXPECT_EQ(link.connection->sessions(), 0U);
  co_await link.close();
}

SCRIPTED_TEST(Connection, LoneSurrogatesArriveAsReplacementCharacters) {
  Link link = co_await open_link();
  link.wire->on_command = [&](const Command& command) {
    link.wire->send(
        fmt::format(R"({{"id":{},"result":{{"x":"a\ud800b\ud83d\ude00"}}}})", command.id));
  };
  const json result = co_await link.call("A.b");
  EXPECT_EQ(result["x"],
            "a\xef\xbf\xbd"
            "b\xf0\x9f\x98\x80");
  co_await link.close();
}

SCRIPTED_TEST(Connection, EventsThatNobodyWantsAreNotEvenParsed) {
  std::vector<std::string> lines;
  const Log log(LogLevel::warn, [&](LogLevel, std::string_view line) { lines.emplace_back(line); });
  Link link = co_await open_link(log);
  link.wire->send(R"({"method":"A.unwanted","params":{broken)");
  co_await link.wire->delivered();
  EXPECT_TRUE(lines.empty());
  const auto subscription = link.connection->root()->events().on("A.wanted", [](const json&) {});
  link.wire->send(R"({"method":"A.wanted","params":{broken)");
  co_await link.wire->delivered();
  EXPECT_EQ(lines.size(), 1U);
  co_await link.close();
}

SCRIPTED_TEST(Connection, EventsThatCannotBeReadSkipTheirHandler) {
  std::vector<std::string> lines;
  const Log log(LogLevel::warn, [&](LogLevel, std::string_view line) { lines.emplace_back(line); });
  Link link = co_await open_link(log);
  int handled = 0;
  const auto subscription = subscribe<protocol::target::DetachedFromTarget>(
      *link.connection->root(), [&](const protocol::target::DetachedFromTarget&) { ++handled; });
  link.wire->event("Target.detachedFromTarget", {{"sessionId", 5}});
  link.wire->event("Target.detachedFromTarget", {{"sessionId", "S"}});
  co_await link.wire->delivered();
  EXPECT_EQ(handled, 1);
  EXPECT_EQ(lines.size(), 1U);
  EXPECT_FALSE(link.connection->root()->closed());
  co_await link.close();
}

SCRIPTED_TEST(Connection, ARefusalThatNobodyWaitsForIsLogged) {
  std::vector<std::string> lines;
  const Log log(LogLevel::debug,
                [&](LogLevel, std::string_view line) { lines.emplace_back(line); });
  Link link = co_await open_link(log);
  link.connection->post(link.connection->root(), "A.posted", json::object());
  const Command command = co_await link.wire->asked("A.posted");
  link.wire->refuse(command, "Not here");
  co_await link.wire->delivered();
  EXPECT_THAT(lines, ElementsAre(HasSubstr("Not here")));
  EXPECT_EQ(link.connection->pending(), 0U);
  co_await link.close();
}

Task<void> drop(Task<json> call) {
  co_await std::move(call);
}

SCRIPTED_TEST(Connection, ACallThatIsCancelledListensNoMore) {
  Link link = co_await open_link();
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  boost::asio::co_spawn(link.connection->executor(), drop(link.call("A.b")),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&](const std::exception_ptr&) { ended = true; }));
  const Command command = co_await link.wire->asked("A.b");
  cancel.emit(boost::asio::cancellation_type::terminal);
  co_await settle();
  EXPECT_TRUE(ended);
  link.wire->reply(command);
  co_await link.wire->delivered();
  EXPECT_EQ(link.connection->pending(), 0U);
  co_await link.close();
}

}  // namespace
}  // namespace cdp
