// How connections end, over a scripted transport: whoever waits is told, and the first cause stays.
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

using nlohmann::json;
using test::beside;
using test::Command;
using test::failure_of;
using test::Link;
using test::open_link;
using test::patience;
using test::ScriptedWire;
using test::settle;
using testing::ElementsAre;
using testing::HasSubstr;

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
  const Error after = co_await failure_of(link.call("A.after"));
  co_await before.end();
  EXPECT_THAT(after.what(), HasSubstr("broken pipe"));
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

}  // namespace
}  // namespace cdp
