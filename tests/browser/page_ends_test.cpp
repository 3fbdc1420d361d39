// Pages that end, and handles that go, over a scripted transport: every wait ends.
#include "browser/page_state.hpp"
#include "support/scripted/scene.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace cdp {
namespace {

using nlohmann::json;
using test::beside;
using test::Beside;
using test::HasCode;
using test::open_quiet_scene;
using test::open_scene;
using test::patience;
using test::Scene;
using test::ScriptedBrowser;
using test::settle;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A page with something of every kind under way.
struct Waits {
  Beside<Document> loading;
  Beside<json> evaluating;
  Beside<Content> reading;

  Task<void> end() {
    co_await loading.end();
    co_await evaluating.end();
    co_await reading.end();
  }

  std::vector<Error> errors() { return {loading.error(), evaluating.error(), reading.error()}; }
};

Task<Waits> wait_for_everything(Page& page) {
  auto loading = co_await beside(page.navigate("http://a/"));
  auto evaluating = co_await beside(page.evaluate("1"));
  auto reading = co_await beside(page.capture(patience));
  co_return Waits{std::move(loading), std::move(evaluating), std::move(reading)};
}

SCRIPTED_TEST(PageOverScript, ItsEndEndsEveryWaitAtOnceAndOtherPagesGoOn) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->ignore("Runtime.evaluate");
  Page page = co_await scene.open_empty();
  Page other = co_await scene.open_empty();
  Waits waits = co_await wait_for_everything(page);
  auto elsewhere = co_await beside(other.navigate("http://b/"));
  scene.chrome->detach("T1");
  co_await waits.end();
  EXPECT_THAT(waits.errors(), Each(HasCode(errc::page_crashed)));
  EXPECT_FALSE(elsewhere.done());
  scene.chrome->tell_document("T2", "http://b/");
  co_await elsewhere.end();
  EXPECT_EQ(elsewhere.value().url, "http://b/");
  co_await page.close();
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ANavigationThatIsUnansweredWhenThePageEndsIsNoInvalidUrl) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  auto navigating = co_await beside(page.navigate("http://a/"));
  scene.chrome->detach("T1");
  co_await navigating.end();
  EXPECT_EQ(navigating.error().code(), errc::page_crashed);

  Page second = co_await scene.open_empty();
  auto lost = co_await beside(second.navigate("http://a/"));
  scene.cut_connection("gone");
  co_await lost.end();
  EXPECT_EQ(lost.error().code(), errc::browser_crashed);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ACrashEndsEveryWaitAndStaysTheCause) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->ignore("Runtime.evaluate");
  Page page = co_await scene.open_empty();
  Waits waits = co_await wait_for_everything(page);
  scene.chrome->tell_crash("T1");
  co_await waits.end();
  for (const Error& error : waits.errors()) {
    EXPECT_EQ(error.code(), errc::page_crashed);
    EXPECT_THAT(error.what(), HasSubstr("crashed"));
  }
  // Events of the dead, and its detachment, change nothing.
  scene.chrome->tell_document("T1", "http://a/");
  scene.chrome->detach("T1");
  co_await scene.delivered();
  auto later = co_await beside(page.evaluate("1"));
  EXPECT_THAT(later.error().what(), HasSubstr("crashed"));
  auto again = co_await beside(page.loaded());
  EXPECT_THAT(again.error().what(), HasSubstr("crashed"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ACrashedPageIsClosedWithoutWaiting) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  scene.chrome->tell_crash("T1");
  co_await scene.delivered();
  scene.chrome->ignore("Target.closeTarget");
  auto closing = co_await beside(page.close());
  EXPECT_TRUE(closing.done());
  EXPECT_THAT(scene.closed(), ElementsAre("T1"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, TheEndOfTheConnectionEndsEveryWaitOfEveryPage) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->ignore("Runtime.evaluate");
  Page page = co_await scene.open_empty();
  Page other = co_await scene.open_empty();
  Waits waits = co_await wait_for_everything(page);
  Waits others = co_await wait_for_everything(other);
  scene.cut_connection("signal 9");
  co_await waits.end();
  co_await others.end();
  for (Waits* all : {&waits, &others}) {
    for (const Error& error : all->errors()) {
      EXPECT_EQ(error.code(), errc::browser_crashed);
      EXPECT_THAT(error.what(), HasSubstr("signal 9"));
    }
  }
  auto closing = co_await beside(page.close());
  EXPECT_TRUE(closing.done());
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AnEndWhileItIsBeingClosedIsWhatWasWanted) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  scene.chrome->ignore("Target.closeTarget");
  auto closing = co_await beside(page.close());
  EXPECT_FALSE(closing.done());
  scene.cut_connection("gone");
  co_await closing.end();
  EXPECT_NO_THROW(closing.value());
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ACloseThatIsRefusedMeansItHasGoneAlready) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  scene.chrome->refuse("Target.closeTarget", "No target with given id found");
  auto closing = co_await beside(page.close());
  EXPECT_TRUE(closing.done()) << "nothing will ever tell of its end";
  co_await closing.end();
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AHandleThatGoesClosesItsPageOnce) {
  Scene scene = co_await open_scene();
  {
    Page page = co_await scene.open();
    Page moved = std::move(page);
    EXPECT_THAT(scene.closed(), IsEmpty());
  }
  co_await scene.asked("Target.closeTarget");
  co_await scene.delivered();
  EXPECT_THAT(scene.closed(), ElementsAre("T1"));
  EXPECT_EQ(scene.chrome->targets(), 0U);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AClosedPageIsNotClosedAgain) {
  Scene scene = co_await open_scene();
  {
    Page page = co_await scene.open();
    co_await page.close();
    co_await page.close();
  }
  co_await settle();
  EXPECT_THAT(scene.closed(), ElementsAre("T1"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AHandleThatIsAssignedToClosesItsFormerPage) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  page = co_await scene.open();
  co_await scene.asked("Target.closeTarget");
  EXPECT_THAT(scene.closed(), ElementsAre("T1"));
  const Document document = co_await page.loaded();
  EXPECT_EQ(document.url, "http://a/");
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AHandleMayGoInTheMiddleOfAWait) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->ignore("Runtime.evaluate");
  std::optional<Page> page = co_await scene.open_empty();
  Waits waits = co_await wait_for_everything(*page);
  page.reset();
  co_await waits.end();
  EXPECT_THAT(waits.errors(), Each(HasCode(errc::page_crashed)));
  EXPECT_EQ(scene.chrome->targets(), 0U);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AllHandlesMayGoInTheMiddleOfAWait) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->ignore("Runtime.evaluate");
  std::optional<Page> page = co_await scene.open_empty();
  Waits waits = co_await wait_for_everything(*page);
  scene.state.reset();
  page.reset();
  co_await waits.end();
  co_await settle();
  EXPECT_TRUE(scene.is_disconnected()) << "the last wait held the browser";
  EXPECT_EQ(task_count(), 1U);
}

SCRIPTED_TEST(PageOverScript, AHandlerMayDestroyItsPage) {
  Scene scene = co_await open_quiet_scene();
  std::optional<Page> page = co_await scene.open_empty();
  int seen = 0;
  const Subscription before = page->session().on("Page.frameNavigated", [&](const json&) {
    ++seen;
    page.reset();
  });
  const std::string loader = scene.chrome->tell_request("T1", "http://a/");
  scene.chrome->tell_commit("T1", loader, "http://a/");
  scene.chrome->tell_commit("T1", loader, "http://a/2");
  co_await scene.asked("Target.closeTarget");
  co_await scene.delivered();
  EXPECT_FALSE(page);
  EXPECT_EQ(seen, 2);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AHandlerMayDestroyTheBrowser) {
  Scene scene = co_await open_quiet_scene();
  std::optional<Page> page = co_await scene.open_empty();
  const Subscription before = page->session().on("Page.lifecycleEvent", [&](const json&) {
    scene.state.reset();
    page.reset();
  });
  scene.chrome->tell_document("T1", "http://a/");
  co_await scene.delivered();
  co_await settle();
  EXPECT_TRUE(scene.is_disconnected());
  EXPECT_EQ(task_count(), 1U);
}

Task<int> use_page(Page& page) {
  const Document document = co_await page.navigate("http://a/");
  co_return document.status;
}

Task<void> misuse_page(Page& page) {
  co_await page.navigate("http://a/");
  throw std::runtime_error("a bug in the body");
}

SCRIPTED_TEST(PageOverScript, WithPageClosesItOnEveryPath) {
  Scene scene = co_await open_scene();
  Browser browser = scene.browser();
  const int status = co_await with_page(browser, use_page);
  EXPECT_EQ(status, 200);
  EXPECT_EQ(scene.chrome->targets(), 0U);
  auto failing = co_await beside(with_page(browser, misuse_page));
  co_await failing.end();
  EXPECT_THROW(failing.value(), std::runtime_error);
  EXPECT_EQ(scene.chrome->targets(), 0U);
  co_await scene.close();
}

/// A loop that ends while pages are being waited for, as when `main` throws.
SCRIPTED_TEST(PageOverScript, WaitsMayBeDestroyedWithTheirLoop) {
  struct Story {
    static Task<void> play(std::shared_ptr<ScriptedBrowser>* kept) {
      Scene scene = co_await open_quiet_scene();
      *kept = scene.chrome;
      scene.chrome->ignore("Runtime.evaluate");
      scene.chrome->ignore("Target.closeTarget");
      Page page = co_await scene.open_empty();
      Waits waits = co_await wait_for_everything(page);
      Page other = co_await scene.open_empty();
      auto closing = co_await beside(other.close());
      scene.chrome->ignore("Target.createTarget");
      auto creating = co_await beside(scene.open());
      auto navigating = co_await beside(page.navigate("http://a/"));
      throw std::runtime_error("main throws");
    }
  };
  std::shared_ptr<ScriptedBrowser> chrome;
  EXPECT_THROW(run(Story::play(&chrome)), std::runtime_error);
  EXPECT_TRUE(chrome->wire().closed());
  co_return;
}

}  // namespace
}  // namespace cdp
