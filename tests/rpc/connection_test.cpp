// The receive loop, sessions and pending calls, over a scripted transport.
#include "rpc/connection.hpp"

#include "protocol/target.hpp"
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
using test::Beside;
using test::Command;
using test::patience;
using test::ScriptedWire;
using test::settle;
using testing::ElementsAre;
using testing::HasSubstr;

/// A connection and the other end of its wire.
struct Link {
  std::shared_ptr<ScriptedWire> wire;
  std::shared_ptr<Connection> connection;

  /// Everything has come to an end: closes and lets the loops go.
  Task<void> close() {
    connection->close(Error(errc::cancelled, "the test is over"));
    EXPECT_EQ(connection->pending(), 0U);
    EXPECT_EQ(connection->sessions(), 0U);
    co_await settle();
    EXPECT_EQ(task_count(), 1U) << "main alone";
  }

  /// A command on the browser's own session, with its answer.
  Task<json> call(const char* method) {
    SentCall sent = connection->send(connection->root(), method, json::object());
    return connection->wait(std::move(sent), deadline_in(patience));
  }

  Task<json> call_on(const char* session, const char* method) {
    SentCall sent = connection->send(connection->find_session(session), method, json::object());
    return connection->wait(std::move(sent), deadline_in(patience));
  }

  Task<void> attach(const char* session) {
    wire->event("Target.attachedToTarget",
                {{"sessionId", session},
                 {"targetInfo", {{"targetId", "T"}, {"type", "page"}, {"url", ""}}},
                 {"waitingForDebugger", true}});
    return wire->delivered();
  }
};

Task<Link> open_link(Log log) {
  const auto executor = co_await boost::asio::this_coro::executor;
  Link link;
  link.wire = std::make_shared<ScriptedWire>(executor);
  link.connection = Connection::open(executor, link.wire->transport(), std::move(log));
  co_return link;
}

Task<Link> open_link() {
  return open_link({});
}

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
  auto call = co_await beside(link.call("A.b"));
  co_await call.end();
  EXPECT_EQ(call.error().code(), errc::protocol_error);
  EXPECT_THAT(call.error().what(), HasSubstr("A.b"));
  EXPECT_THAT(call.error().what(), HasSubstr("Not here"));
  co_await link.close();
}

SCRIPTED_TEST(Connection, ACallWithoutAnAnswerEndsAtItsDeadlineAndTheLateReplyIsSwallowed) {
  Link link = co_await open_link();
  SentCall sent = link.connection->send(link.connection->root(), "A.b", json::object());
  auto call = co_await beside(link.connection->wait(std::move(sent), deadline_in(1ms)));
  co_await call.end();
  EXPECT_EQ(call.error().code(), errc::protocol_timeout);
  EXPECT_THAT(call.error().what(), HasSubstr("A.b"));
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

SCRIPTED_TEST(Connection, TheEndOfTheTransportFailsAllThatIsPendingAndAllThatIsSentLater) {
  Link link = co_await open_link();
  co_await link.attach("S1");
  const auto session = link.connection->find_session("S1");
  auto on_root = co_await beside(link.call("A.root"));
  auto on_session = co_await beside(link.call_on("S1", "A.session"));
  std::vector<std::string> told;
  session->on_closed([&](const Error& error) { told.emplace_back(error.what()); });
  link.wire->end("the cable was cut");
  co_await on_root.end();
  co_await on_session.end();
  for (const Error& error : {on_root.error(), on_session.error()}) {
    EXPECT_EQ(error.code(), errc::browser_crashed);
    EXPECT_THAT(error.what(), HasSubstr("the cable was cut"));
  }
  EXPECT_THAT(told, ElementsAre("the cable was cut"));
  EXPECT_EQ(link.connection->pending(), 0U);
  EXPECT_EQ(link.connection->sessions(), 0U);
  EXPECT_TRUE(link.wire->closed());

  auto later = co_await beside(link.call("A.later"));
  EXPECT_TRUE(later.done()) << "it fails at once, not at its deadline";
  EXPECT_EQ(later.error().code(), errc::browser_crashed);
  EXPECT_THAT(later.error().what(), HasSubstr("the cable was cut"));
  const SentCall sent = link.connection->send(session, "A.late", json::object());
  EXPECT_EQ(sent.answer->error->code(), errc::browser_crashed);
  session->on_closed([&](const Error& error) { told.emplace_back(error.what()); });
  EXPECT_EQ(told.size(), 2U) << "who asks late is told at once";
  EXPECT_EQ(link.wire->commands().size(), 2U);
  co_await link.close();
}

SCRIPTED_TEST(Connection, MessagesBeforeTheEndAreStillHandled) {
  Link link = co_await open_link();
  auto call = co_await beside(link.call("A.b"));
  const Command command = co_await link.wire->asked("A.b");
  link.wire->reply(command, {{"x", 1}});
  link.wire->end("gone");
  co_await call.end();
  EXPECT_EQ(call.value()["x"], 1);
  co_await link.close();
}

Task<Error> explain_slowly(std::shared_ptr<int> asked, Error loss) {
  ++*asked;
  co_await settle();
  co_return Error(errc::browser_crashed, std::string("signal 9, not: ") + loss.what());
}

SCRIPTED_TEST(Connection, ABetterCauseIsAskedForOnceAndGivenToAll) {
  Link link = co_await open_link();
  const auto asked = std::make_shared<int>(0);
  link.connection->explain_loss_with(
      [asked](Error loss) { return explain_slowly(asked, std::move(loss)); });
  co_await link.attach("S1");
  auto on_root = co_await beside(link.call("A.root"));
  auto on_session = co_await beside(link.call_on("S1", "A.session"));
  link.wire->end("end of file");
  co_await on_root.end();
  co_await on_session.end();
  EXPECT_THAT(on_root.error().what(), HasSubstr("signal 9, not: end of file"));
  EXPECT_THAT(on_session.error().what(), HasSubstr("signal 9"));
  EXPECT_EQ(*asked, 1);
  co_await link.close();
}

Task<Error> explain_after_close(std::shared_ptr<Connection> connection, Error loss) {
  connection->close(Error(errc::cancelled, "closed meanwhile"));
  co_await settle();
  co_return loss;
}

SCRIPTED_TEST(Connection, ACauseThatComesAfterTheEndIsTooLate) {
  Link link = co_await open_link();
  link.connection->explain_loss_with([weak = std::weak_ptr(link.connection)](Error loss) {
    return explain_after_close(weak.lock(), std::move(loss));
  });
  auto call = co_await beside(link.call("A.b"));
  link.wire->end("end of file");
  co_await call.end();
  EXPECT_THAT(call.error().what(), HasSubstr("closed meanwhile"));
  co_await link.close();
}

SCRIPTED_TEST(Connection, AFaultOfTheWriterEndsItWithTheWritersCause) {
  Link link = co_await open_link();
  auto before = co_await beside(link.call("A.before"));
  link.wire->break_writing("broken pipe");
  auto after = co_await beside(link.call("A.after"));
  co_await after.end();
  co_await before.end();
  EXPECT_THAT(after.error().what(), HasSubstr("broken pipe"));
  EXPECT_THAT(before.error().what(), HasSubstr("broken pipe"));
  EXPECT_EQ(before.error().code(), errc::browser_crashed);
  co_await link.close();
}

SCRIPTED_TEST(Connection, TheFirstCauseOfItsEndCounts) {
  Link link = co_await open_link();
  auto call = co_await beside(link.call("A.b"));
  link.connection->close(Error(errc::cancelled, "first"));
  link.connection->close(Error(errc::browser_crashed, "second"));
  link.wire->end("third");
  co_await call.end();
  EXPECT_EQ(call.error().code(), errc::cancelled);
  EXPECT_THAT(call.error().what(), HasSubstr("first"));
  EXPECT_STREQ(link.connection->root()->closed()->what(), "first");
  EXPECT_TRUE(link.wire->closed());
  co_await link.close();
}

SCRIPTED_TEST(Connection, OneThatIsRetiredSendsWhatWasSentAndTakesNothingMore) {
  Link link = co_await open_link();
  co_await link.attach("S1");
  const auto session = link.connection->find_session("S1");
  auto call = co_await beside(link.call_on("S1", "A.pending"));
  link.connection->post(link.connection->root(), "Browser.close", json::object());
  link.connection->retire(Error(errc::cancelled, "closed by us"));
  co_await call.end();
  EXPECT_EQ(call.error().code(), errc::cancelled);
  EXPECT_EQ(session->closed()->code(), errc::cancelled);
  co_await link.wire->asked("Browser.close");
  EXPECT_FALSE(link.wire->closed()) << "the browser still has to read it";
  link.connection->post(link.connection->root(), "A.late", json::object());
  // Its end is what was wanted: nobody asks for the reason, and the cause stays.
  const auto asked = std::make_shared<int>(0);
  link.connection->explain_loss_with(
      [asked](Error loss) { return explain_slowly(asked, std::move(loss)); });
  link.wire->end("end of file");
  co_await settle();
  EXPECT_EQ(*asked, 0);
  EXPECT_STREQ(link.connection->root()->closed()->what(), "closed by us");
  EXPECT_EQ(link.wire->count("A.late"), 0U);
  link.connection->close(Error(errc::browser_crashed, "later"));
  EXPECT_TRUE(link.wire->closed());
  EXPECT_STREQ(link.connection->root()->closed()->what(), "closed by us");
  co_await link.close();
}

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

SCRIPTED_TEST(Connection, AHandlerThatFailsEndsTheConnectionWithThatCause) {
  Link link = co_await open_link();
  const auto subscription = link.connection->root()->events().on(
      "A.event", [](const json&) { throw std::logic_error("a bug in a handler"); });
  auto call = co_await beside(link.call("A.b"));
  link.wire->event("A.event", json::object());
  co_await call.end();
  EXPECT_EQ(call.error().code(), errc::internal);
  EXPECT_THAT(call.error().what(), HasSubstr("a bug in a handler"));
  co_await link.close();
}

SCRIPTED_TEST(Connection, AHandlerMaySendAndClose) {
  Link link = co_await open_link();
  const auto subscription = link.connection->root()->events().on("A.event", [&](const json&) {
    link.connection->post(link.connection->root(), "A.posted", json::object());
    link.connection->close(Error(errc::cancelled, "closed by a handler"));
  });
  auto call = co_await beside(link.call("A.b"));
  link.wire->event("A.event", json::object());
  link.wire->event("A.event", json::object());
  co_await call.end();
  EXPECT_THAT(call.error().what(), HasSubstr("closed by a handler"));
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

/// A transport that breaks its contract: what it throws is no cdp::Error.
class FaultyTransport final : public Transport {
 public:
  Task<std::string> read() override {
    throw std::runtime_error("out of something");
    co_return "";
  }
  Task<void> write(std::string_view) override { co_return; }
  void close() noexcept override {}
  std::string description() const override { return "faulty"; }
};

SCRIPTED_TEST(Connection, ATransportThatFailsInItsOwnWayEndsItToo) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto connection = Connection::open(executor, std::make_unique<FaultyTransport>(), {});
  SentCall sent = connection->send(connection->root(), "A.b", json::object());
  auto call = co_await beside(connection->wait(std::move(sent), deadline_in(patience)));
  EXPECT_TRUE(call.done());
  co_await call.end();
  EXPECT_THAT(call.error().what(), HasSubstr("out of something"));
  co_await settle();
  EXPECT_EQ(task_count(), 1U);
}

Task<void> hold(std::shared_ptr<Connection> connection, bool close_at_the_end) {
  // What a handle does that closes its connection when it goes.
  struct Closer {
    std::shared_ptr<Connection> held;
    bool close;
    ~Closer() {
      if (close) held->close(Error(errc::cancelled, "the handle has gone"));
    }
  };
  const Closer closer{connection, close_at_the_end};
  Notifier never(connection->executor());
  const auto no = [] { return false; };
  co_await never.until(no, Deadline::max());
}

/// A loop that is destroyed while calls are pending: whatever the order in which its coroutines
/// go, none may touch what another has taken along.
SCRIPTED_TEST(Connection, CallsMayBeDestroyedWithTheirLoop) {
  for (const bool holder_first : {true, false}) {
    boost::asio::io_context loop(1);
    const auto wire = std::make_shared<ScriptedWire>(loop.get_executor());
    auto connection = Connection::open(loop.get_executor(), wire->transport(), {});
    if (holder_first) spawn(loop.get_executor(), hold(connection, true), "holder", {});
    for (int i = 0; i < 3; ++i) {
      SentCall sent = connection->send(connection->root(), "A.b", json::object());
      auto wait = connection->wait(std::move(sent), deadline_in(patience));
      spawn(loop.get_executor(),
            [](Task<json> task) -> Task<void> { co_await std::move(task); }(std::move(wait)),
            "caller", {});
    }
    if (!holder_first) spawn(loop.get_executor(), hold(connection, true), "holder", {});
    connection.reset();
    loop.poll();
    EXPECT_EQ(wire->commands().size(), 3U);
  }
  co_return;
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

// ---- the public session ----

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
  auto call = co_await beside(session.call("A.b", json::object(), 1ms));
  co_await call.end();
  EXPECT_EQ(call.error().code(), errc::protocol_timeout);
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
