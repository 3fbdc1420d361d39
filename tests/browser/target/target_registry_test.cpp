// Whose page is it? Every order in which a browser may report pages.
#include "browser/target/target_registry.hpp"

#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"

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
using test::patience;
using test::ScriptedBrowser;
using test::settle;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Scope = TargetRegistry::Scope;

/// A registry over a browser that does nothing of its own accord when targets are created.
struct Scene {
  std::shared_ptr<ScriptedBrowser> chrome;
  std::shared_ptr<Connection> connection;
  std::shared_ptr<TargetRegistry> registry;

  Task<ClaimedTarget> create(std::chrono::milliseconds limit = patience) {
    protocol::target::CreateTarget command;
    command.url = "http://a/";
    return registry->create(std::move(command), deadline_in(limit));
  }

  /// Makes a target as an answer to the n-th createTarget, without telling.
  std::string make() { return chrome->add_target("http://a/", "own"); }

  Task<void> reply(std::size_t n, std::string target) {
    const Command command = co_await chrome->wire().asked("Target.createTarget", n);
    json result = {{"targetId", target}};
    chrome->wire().reply(command, std::move(result));
    co_await chrome->wire().delivered();
    co_await settle();
  }

  Task<void> attach(const std::string& target) {
    chrome->attach(target);
    co_await chrome->wire().delivered();
    co_await settle();
  }

  std::vector<std::string> closed() const { return chrome->closed_targets(); }

  Task<void> close() {
    co_await settle();
    connection->close(Error(errc::cancelled, "the test is over"));
    co_await settle();
    EXPECT_EQ(task_count(), 1U);
  }
};

Task<std::shared_ptr<Scene>> open_scene(Scope scope = Scope::whole_browser) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto scene = std::make_shared<Scene>();
  scene->chrome = std::make_shared<ScriptedBrowser>(executor);
  scene->chrome->ignore("Target.createTarget");
  scene->connection = Connection::open(executor, scene->chrome->wire().transport(), {});
  scene->registry = std::make_shared<TargetRegistry>(scene->connection, scope, Log{});
  scene->registry->add_context("own");
  co_return scene;
}

SCRIPTED_TEST(TargetRegistry, AttachesToPagesPausedAndToNothingElse) {
  const auto scene = co_await open_scene();
  SentCall sent = scene->registry->enable();
  co_await scene->connection->wait(std::move(sent), deadline_in(patience));
  const Command command = co_await scene->chrome->wire().asked("Target.setAutoAttach");
  EXPECT_EQ(command.params["autoAttach"], true);
  EXPECT_EQ(command.params["waitForDebuggerOnStart"], true);
  EXPECT_EQ(command.params["flatten"], true);
  EXPECT_EQ(command.params["filter"], json({{{"type", "page"}}, {{"exclude", true}}}));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageThatIsAttachedBeforeTheReplyIsOurs) {
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create());
  const std::string page = scene->make();
  co_await scene->attach(page);
  EXPECT_FALSE(creation.done());
  co_await scene->reply(1, page);
  co_await creation.end();
  EXPECT_EQ(creation.value().target_id, page);
  EXPECT_EQ(creation.value().session->id(), scene->chrome->session_of(page));
  EXPECT_THAT(scene->closed(), IsEmpty());
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageThatIsAttachedAfterTheReplyIsOurs) {
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create());
  const std::string page = scene->make();
  co_await scene->reply(1, page);
  EXPECT_FALSE(creation.done());
  co_await scene->attach(page);
  co_await creation.end();
  EXPECT_EQ(creation.value().target_id, page);
  EXPECT_THAT(scene->closed(), IsEmpty());
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, RepliesAndPagesMayCross) {
  const auto scene = co_await open_scene();
  auto first = co_await beside(scene->create());
  auto second = co_await beside(scene->create());
  auto third = co_await beside(scene->create());
  const std::string a = scene->make();
  const std::string b = scene->make();
  const std::string c = scene->make();
  co_await scene->attach(b);
  co_await scene->reply(3, c);
  co_await scene->attach(a);
  co_await scene->reply(1, a);
  co_await scene->attach(c);
  co_await scene->reply(2, b);
  co_await first.end();
  co_await second.end();
  co_await third.end();
  EXPECT_EQ(first.value().target_id, a);
  EXPECT_EQ(second.value().target_id, b);
  EXPECT_EQ(third.value().target_id, c);
  EXPECT_THAT(scene->closed(), IsEmpty());
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, TheUrlAndTheContextGoToTheBrowser) {
  const auto scene = co_await open_scene();
  protocol::target::CreateTarget wanted;
  wanted.url = "http://b/";
  wanted.browser_context_id = "own";
  auto task = scene->registry->create(std::move(wanted), deadline_in(patience));
  auto creation = co_await beside(std::move(task));
  const Command command = co_await scene->chrome->wire().asked("Target.createTarget");
  EXPECT_EQ(command.params, json({{"url", "http://b/"}, {"browserContextId", "own"}}));
  scene->chrome->wire().refuse(command, "no");
  co_await creation.end();
  EXPECT_EQ(creation.error().code(), errc::protocol_error);
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, ARefusedCreationIsAnErrorAtOnce) {
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create());
  const Command command = co_await scene->chrome->wire().asked("Target.createTarget");
  scene->chrome->wire().refuse(command, "Failed to open a new tab");
  co_await creation.end();
  EXPECT_EQ(creation.error().code(), errc::protocol_error);
  EXPECT_THAT(creation.error().what(), HasSubstr("Failed to open a new tab"));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, AReplyWithoutATargetIsAnErrorAtOnceAndNoOneElses) {
  const auto scene = co_await open_scene();
  const std::vector<json> replies = {json::object(), {{"targetId", 5}}, {{"targetId", nullptr}}};
  for (std::size_t n = 0; n < replies.size(); ++n) {
    auto creation = co_await beside(scene->create());
    const Command command = co_await scene->chrome->wire().asked("Target.createTarget", n + 1);
    scene->chrome->wire().reply(command, replies[n]);
    co_await creation.end();
    EXPECT_EQ(creation.error().code(), errc::protocol_error) << replies[n];
  }
  EXPECT_FALSE(scene->connection->root()->closed());
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APopupWithItsOpenerIsClosedAtOnceAndTold) {
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create());
  const std::string popup = scene->chrome->add_target("http://popup/", "own", "T-opener");
  co_await scene->attach(popup);
  EXPECT_THAT(scene->closed(), ElementsAre(popup));
  EXPECT_FALSE(creation.done());
  const std::string page = scene->make();
  co_await scene->attach(page);
  co_await scene->reply(1, page);
  co_await creation.end();
  EXPECT_EQ(creation.value().target_id, page);
  EXPECT_EQ(scene->closed().size(), 1U);
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APopupThatSharesItsOpenersThreadIsResumedBeforeItIsClosed) {
  const auto scene = co_await open_scene();
  const std::string popup = scene->chrome->add_target("http://popup/", "own", "T-opener");
  scene->chrome->wire().event("Target.attachedToTarget",
                              {{"sessionId", scene->chrome->session_of(popup)},
                               {"targetInfo",
                                {{"targetId", popup},
                                 {"type", "page"},
                                 {"url", "http://popup/"},
                                 {"openerId", "T-opener"},
                                 {"canAccessOpener", true}}},
                               {"waitingForDebugger", true}});
  const std::string session = scene->chrome->session_of(popup);
  co_await scene->chrome->wire().asked("Target.closeTarget");
  const std::vector<Command>& commands = scene->chrome->wire().commands();
  EXPECT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands.front().method, "Runtime.runIfWaitingForDebugger");
  EXPECT_EQ(commands.front().session, session);
  EXPECT_THAT(scene->closed(), ElementsAre(popup));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageWithoutOpenerThatNobodyAskedForIsClosedAtOnce) {
  const auto scene = co_await open_scene();
  const std::string popup = scene->make();
  co_await scene->attach(popup);
  EXPECT_THAT(scene->closed(), ElementsAre(popup));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageWithoutOpenerWaitsForTheRepliesItCouldBelongTo) {
  const auto scene = co_await open_scene();
  auto first = co_await beside(scene->create());
  auto second = co_await beside(scene->create());
  const std::string popup = scene->make();
  const std::string a = scene->make();
  const std::string b = scene->make();
  co_await scene->attach(popup);
  EXPECT_THAT(scene->closed(), IsEmpty()) << "it could be ours";
  // Asked for after the popup came, so its reply says nothing about it.
  auto third = co_await beside(scene->create());
  co_await scene->attach(a);
  co_await scene->reply(1, a);
  EXPECT_THAT(scene->closed(), IsEmpty());
  co_await scene->attach(b);
  co_await scene->reply(2, b);
  EXPECT_THAT(scene->closed(), ElementsAre(popup));
  EXPECT_TRUE(first.done());
  EXPECT_TRUE(second.done());
  const std::string c = scene->make();
  co_await scene->attach(c);
  co_await scene->reply(3, c);
  EXPECT_TRUE(third.done());
  EXPECT_THAT(scene->closed(), ElementsAre(popup));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, RefusedCreationsCountAsAnswered) {
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create());
  const std::string popup = scene->make();
  co_await scene->attach(popup);
  const Command command = co_await scene->chrome->wire().asked("Target.createTarget");
  scene->chrome->wire().refuse(command, "no");
  co_await creation.end();
  co_await settle();
  EXPECT_THAT(scene->closed(), ElementsAre(popup));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, OtherPeoplesPagesAreResumedAndLetGoButNeverClosed) {
  const auto scene = co_await open_scene(Scope::own_contexts);
  const std::string page = scene->chrome->add_target("http://theirs/", "their context");
  const std::string popup = scene->chrome->add_target("http://theirs/2", "their context", page);
  auto creation = co_await beside(scene->create());
  co_await scene->attach(page);
  co_await scene->attach(popup);
  const auto& wire = scene->chrome->wire();
  std::vector<std::string> resumed;
  std::vector<std::string> detached;
  for (const Command& command : wire.commands()) {
    if (command.method == "Runtime.runIfWaitingForDebugger") resumed.push_back(command.session);
    if (command.method == "Target.detachFromTarget")
      detached.push_back(command.params["sessionId"]);
  }
  const auto both = ElementsAre(scene->chrome->session_of(page), scene->chrome->session_of(popup));
  EXPECT_THAT(resumed, both);
  EXPECT_THAT(detached, both);
  EXPECT_THAT(scene->closed(), IsEmpty());
  const std::string ours = scene->make();
  co_await scene->attach(ours);
  co_await scene->reply(1, ours);
  EXPECT_TRUE(creation.done());
  EXPECT_THAT(scene->closed(), IsEmpty());
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, PopupsInOurContextsAreClosedInOtherPeoplesBrowsersToo) {
  const auto scene = co_await open_scene(Scope::own_contexts);
  const std::string popup = scene->chrome->add_target("http://popup/", "own", "T-opener");
  co_await scene->attach(popup);
  const std::string noopener = scene->chrome->add_target("http://popup/2", "own");
  co_await scene->attach(noopener);
  EXPECT_THAT(scene->closed(), ElementsAre(popup, noopener));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageThatComesAfterTheTimeOutIsClosed) {
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create(1ms));
  co_await creation.end();
  EXPECT_EQ(creation.error().code(), errc::protocol_timeout);
  EXPECT_THAT(creation.error().what(), HasSubstr("Target.createTarget"));
  const std::string page = scene->make();
  co_await scene->attach(page);
  EXPECT_THAT(scene->closed(), IsEmpty());
  co_await scene->reply(1, page);
  EXPECT_THAT(scene->closed(), ElementsAre(page));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageAttachedBeforeTheTimeOutAndAnsweredAfterItIsClosed) {
  const auto scene = co_await open_scene();
  const std::string page = scene->make();
  scene->chrome->on("Target.createTarget", [&](const Command&) { scene->chrome->attach(page); });
  auto creation = co_await beside(scene->create(20ms));
  co_await creation.end();
  EXPECT_EQ(creation.error().code(), errc::protocol_timeout);
  co_await scene->reply(1, page);
  EXPECT_THAT(scene->closed(), ElementsAre(page));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageWeKnowOnlyByNameAtTheTimeOutIsClosed) {
  // Its reply came, but we were never attached: nothing else would close it.
  const auto scene = co_await open_scene();
  const std::string page = scene->make();
  scene->chrome->on("Target.createTarget", [&](const Command& command) {
    scene->chrome->wire().reply(command, {{"targetId", page}});
  });
  auto creation = co_await beside(scene->create(20ms));
  co_await creation.end();
  EXPECT_EQ(creation.error().code(), errc::protocol_timeout);
  co_await settle();
  EXPECT_THAT(scene->closed(), ElementsAre(page));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageThatIsOnlyAnsweredAfterTheTimeOutIsClosed) {
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create(1ms));
  co_await creation.end();
  const std::string page = scene->make();
  co_await scene->reply(1, page);
  EXPECT_THAT(scene->closed(), ElementsAre(page)) << "we may never be attached to it";
  co_await scene->close();
}

Task<void> drop(Task<ClaimedTarget> creating) {
  co_await std::move(creating);
}

SCRIPTED_TEST(TargetRegistry, APageWhoseCreationWasCancelledIsClosed) {
  const auto scene = co_await open_scene();
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  boost::asio::co_spawn(executor, drop(scene->create()),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&](const std::exception_ptr&) { ended = true; }));
  co_await scene->chrome->wire().asked("Target.createTarget");
  cancel.emit(boost::asio::cancellation_type::terminal);
  co_await settle();
  EXPECT_TRUE(ended);
  const std::string page = scene->make();
  co_await scene->attach(page);
  co_await scene->reply(1, page);
  EXPECT_THAT(scene->closed(), ElementsAre(page));
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageThatIsGoneBeforeItsReplyIsAnError) {
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create());
  const std::string page = scene->make();
  co_await scene->attach(page);
  scene->chrome->detach(page);
  co_await scene->reply(1, page);
  co_await creation.end();
  EXPECT_EQ(creation.error().code(), errc::page_crashed);
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, APageOfOursThatIsAttachedAgainStaysOurs) {
  // A program may attach to a page once more, by a raw Target.attachToTarget.
  const auto scene = co_await open_scene();
  auto creation = co_await beside(scene->create());
  const std::string page = scene->make();
  co_await scene->attach(page);
  co_await scene->reply(1, page);
  co_await creation.end();
  scene->chrome->wire().event(
      "Target.attachedToTarget",
      {{"sessionId", "S-again"},
       {"targetInfo", {{"targetId", page}, {"type", "page"}, {"url", "http://a/"}}},
       {"waitingForDebugger", false}});
  co_await scene->chrome->wire().delivered();
  co_await settle();
  EXPECT_THAT(scene->closed(), IsEmpty());
  EXPECT_NE(scene->connection->find_session("S-again"), nullptr);
  // Once it has gone, its name means nothing any more.
  scene->chrome->detach(page);
  co_await scene->chrome->wire().delivered();
  EXPECT_EQ(creation.value().session->closed()->code(), errc::page_crashed);
  co_await scene->close();
}

SCRIPTED_TEST(TargetRegistry, TheEndOfTheConnectionEndsCreationsAtOnce) {
  const auto scene = co_await open_scene();
  auto unanswered = co_await beside(scene->create());
  auto unattached = co_await beside(scene->create());
  const std::string page = scene->make();
  co_await scene->attach(scene->make());
  co_await scene->reply(2, page);
  scene->chrome->wire().end("gone");
  co_await unanswered.end();
  EXPECT_EQ(unanswered.error().code(), errc::browser_crashed);
  co_await unattached.end();
  EXPECT_EQ(unattached.error().code(), errc::browser_crashed);
  auto later = co_await beside(scene->create());
  EXPECT_TRUE(later.done());
  EXPECT_EQ(later.error().code(), errc::browser_crashed);
  co_await scene->close();
}

}  // namespace
}  // namespace cdp
