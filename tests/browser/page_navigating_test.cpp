// Where a page goes, over a scripted transport: every order of replies and events.
#include "browser/page_state.hpp"
#include "support/scripted/scene.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::beside;
using test::Command;
using test::failure_of;
using test::open_quiet_scene;
using test::open_scene;
using test::patience;
using test::Scene;
using test::settle;
using testing::HasSubstr;

SCRIPTED_TEST(PageOverScript, NavigatesWhateverTheOrderOfReplyAndEvents) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  for (std::size_t place = 0; place <= 4; ++place) {
    std::string url = "http://a/" + std::to_string(place);
    auto navigating = co_await beside(page.navigate(url));
    const Command command = co_await scene.asked("Page.navigate", place + 1);
    EXPECT_EQ(command.params["url"], url);
    std::string loader;
    for (std::size_t step = 0; step <= 4; ++step) {
      if (step == place)
        scene.reply(command, {{"frameId", "T1"}, {"loaderId", "L" + std::to_string(place + 1)}});
      if (step == 0) loader = scene.chrome->tell_request("T1", url);
      if (step == 1) scene.chrome->tell_response("T1", loader);
      if (step == 2) scene.chrome->tell_commit("T1", loader, url);
      if (step == 3) scene.chrome->tell_life("T1", loader, {"init", "DOMContentLoaded", "load"});
    }
    co_await navigating.end();
    EXPECT_EQ(navigating.value().url, url) << place;
    EXPECT_EQ(navigating.value().status, 200) << place;
    co_await scene.delivered();
  }
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ARefusedUrlIsInvalid) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  auto navigating = co_await beside(page.navigate("http://a b/"));
  const Command command = co_await scene.asked("Page.navigate");
  scene.refuse(command, "Cannot navigate to invalid URL");
  co_await navigating.end();
  EXPECT_EQ(navigating.error().code(), errc::invalid_url);
  EXPECT_THAT(navigating.error().what(), HasSubstr("Cannot navigate to invalid URL"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AReplyThatCannotBeReadIsAnErrorAtOnce) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  auto navigating = co_await beside(page.navigate("http://a/"));
  const Command command = co_await scene.asked("Page.navigate");
  scene.reply(command, {{"loaderId", 5}});
  co_await navigating.end();
  EXPECT_EQ(navigating.error().code(), errc::protocol_error);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, TheReplyOfThePreviousNavigationIsNotOurs) {
  // A failure is told by events first; we may have gone on when its reply comes.
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  auto first = co_await beside(page.navigate("http://nowhere.invalid/"));
  const Command failing = co_await scene.asked("Page.navigate", 1);
  const std::string lost = scene.chrome->tell_request("T1", "http://nowhere.invalid/");
  scene.chrome->tell_failure("T1", lost, "net::ERR_NAME_NOT_RESOLVED");
  co_await first.end();
  EXPECT_EQ(first.error().code(), errc::dns_error);

  auto second = co_await beside(page.navigate("http://a/"));
  co_await scene.asked("Page.navigate", 2);
  scene.reply(failing,
              {{"frameId", "T1"}, {"loaderId", lost}, {"errorText", "net::ERR_NAME_NOT_RESOLVED"}});
  co_await scene.delivered();
  co_await settle();
  EXPECT_FALSE(second.done());
  scene.chrome->tell_document("T1", "http://a/");
  co_await second.end();
  EXPECT_EQ(second.value().url, "http://a/");
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ATimeOutSaysWhetherThereWasADocument) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  const NavigateOptions short_limit{{}, 20ms};
  const Error first = co_await failure_of(page.navigate("http://a/", short_limit));
  EXPECT_EQ(first.code(), errc::nav_timeout);
  EXPECT_THAT(first.what(), HasSubstr("20 ms"));

  scene.chrome->on("Page.navigate",
                   [&](const Command&) { scene.chrome->tell_parsed_document("T1", "http://a/"); });
  const NavigateOptions parsed{{.until = WaitUntil::domcontentloaded}, patience};
  const Document document = co_await page.navigate("http://a/", parsed);
  EXPECT_EQ(document.url, "http://a/");
  const Error second = co_await failure_of(page.loaded(short_limit));
  EXPECT_EQ(second.code(), errc::page_timeout);
  EXPECT_THAT(second.what(), HasSubstr("DOMContentLoaded"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, WhatIsOverBeatsADeadlineThatHasPassed) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_loaded();
  const NavigateOptions no_time{{}, 0ms};
  const Document document = co_await page.loaded(no_time);
  EXPECT_EQ(document.url, "http://a/");
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ADocumentThatArrivedBeforeTheEndIsStillThere) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_loaded();
  scene.chrome->detach("T1");
  co_await scene.delivered();
  const Document document = co_await page.loaded();
  EXPECT_EQ(document.url, "http://a/");
  const Error reading = co_await failure_of(page.content());
  EXPECT_EQ(reading.code(), errc::page_crashed);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ANetworkErrorIsThrownWithItsName) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  auto loading = co_await beside(page.navigate("https://a/"));
  const std::string loader = scene.chrome->tell_request("T1", "https://a/");
  scene.chrome->tell_failure("T1", loader, "net::ERR_CERT_DATE_INVALID");
  co_await loading.end();
  EXPECT_EQ(loading.error().code(), errc::tls_error);
  EXPECT_EQ(loading.error().net_error(), "ERR_CERT_DATE_INVALID");
  co_await scene.close();
}

}  // namespace
}  // namespace cdp
