// Where a page wants to go once it is there, and whether it gets there.
#include "engine/navigation.hpp"
#include "navigation_story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cdp::test {
namespace {

using testing::ElementsAre;

TEST_F(NavigationStory, AFormThatAPolicyForbidsWhileParsed) {
  begins("L", "http://a/");
  requested("http://a/target?", "formSubmissionGet");
  scheduled("http://a/target?", "formSubmissionGet");
  failed_unsent("L2", "net::ERR_ABORTED");
  EXPECT_FALSE(loaded());
  cleared();
  EXPECT_FALSE(loaded());
  stopped();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("not_begun http://a/target?"));
}

TEST_F(NavigationStory, AFormThatAPolicyForbidsAfterLoad) {
  begins("L", "http://a/");
  requested("http://a/target?", "formSubmissionGet");
  lives("L");
  stopped();
  EXPECT_TRUE(navigation_.expects_another());
  scheduled("http://a/target?", "formSubmissionGet");
  failed_unsent("L2", "net::ERR_ABORTED");
  stopped();
  cleared();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("not_begun http://a/target?"));
}

TEST_F(NavigationStory, AUrlOfAnotherProgramWhileParsed) {
  begins("L", "http://a/");
  scheduled("myapp://open/1");
  requested("myapp://open/1");
  sent("L2", "myapp://open/1");
  cleared();
  EXPECT_FALSE(loaded());
  failed("L2", "net::ERR_ABORTED");
  EXPECT_FALSE(loaded());
  stopped();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("external myapp://open/1"));
}

TEST_F(NavigationStory, AUrlOfAnotherProgramAfterLoad) {
  begins("L", "http://a/");
  lives("L");
  stopped();
  scheduled("mailto:a@b.c");
  requested("mailto:a@b.c");
  sent("L2", "mailto:a@b.c");
  failed("L2", "net::ERR_ABORTED");
  stopped();
  cleared();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("external mailto:a@b.c"));
}

TEST_F(NavigationStory, ARedirectToAnotherProgram) {
  begins("L", "http://a/");
  sent("L2", "http://a/app");
  redirected("L2", 302, "myapp://x");
  failed("L2", "net::ERR_ABORTED");
  lives("L");
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("external myapp://x"));
}

TEST_F(NavigationStory, AFirstUrlOfAnotherProgramIsAFault) {
  navigation_.begin();
  sent("L", "http://a/app");
  redirected("L", 302, "myapp://x");
  failed("L", "net::ERR_ABORTED");
  stopped();
  EXPECT_EQ(fault(), "blocked_scheme");
}

TEST_F(NavigationStory, AFileThatAPageStartsIsListed) {
  begins("L", "http://a/");
  lives("L");
  sent("L2", "http://a/x.zip");
  answered("L2", 200, "application/zip");
  failed("L2", "net::ERR_ABORTED");
  navigation_.on(page::DownloadWillBegin{main_frame, "http://a/x.zip"});
  stopped();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("download http://a/x.zip"));
  EXPECT_EQ(navigation_.not_followed().front().content_type, "application/zip");
}

TEST_F(NavigationStory, AFileFromALinkIsListed) {
  begins("L", "http://a/");
  lives("L");
  navigation_.on(page::DownloadWillBegin{main_frame, "blob:http://a/1"});
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("download blob:http://a/1"));
}

TEST_F(NavigationStory, NoContentAfterADocumentLeavesIt) {
  begins("L", "http://a/");
  sent("L2", "http://a/204");
  answered("L2", 204, "text/plain");
  failed("L2", "net::ERR_ABORTED");
  stopped();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("no_content http://a/204"));
  EXPECT_EQ(navigation_.not_followed().front().status, 204);
}

TEST_F(NavigationStory, ANavigationThatThePageStops) {
  begins("L", "http://a/");
  sent("L2", "http://a/2");
  failed("L2", "net::ERR_ABORTED");
  EXPECT_FALSE(loaded());
  stopped();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("aborted http://a/2"));
}

TEST_F(NavigationStory, ANavigationThatAnotherSupersedes) {
  for (const bool failure_first : {true, false}) {
    const std::string after = failure_first ? "1" : "2";
    begins("L" + after, "http://a/");
    lives("L" + after);
    sent("S" + after, "http://a/slow");
    requested("http://a/b");
    if (failure_first) failed("S" + after, "net::ERR_ABORTED");
    sent("B" + after, "http://a/b");
    if (!failure_first) failed("S" + after, "net::ERR_ABORTED");
    answered("B" + after, 201);
    committed("B" + after, "http://a/b");
    lives("B" + after);
    EXPECT_TRUE(loaded());
    EXPECT_EQ(navigation_.document().status, 201);
    ASSERT_EQ(navigation_.document().redirects.size(), 1U);
    EXPECT_EQ(navigation_.document().redirects[0].url, "http://a/");
    EXPECT_EQ(navigation_.document().redirects[0].status, 200);
    EXPECT_THAT(not_followed(), ElementsAre("superseded http://a/slow"));
  }
}

TEST_F(NavigationStory, ASupersededDocumentThatCommitsHasItsStatus) {
  navigation_.begin();
  sent("L1", "http://a/1");
  answered("L1", 203);
  sent("L2", "http://a/2");
  committed("L1", "http://a/1");
  EXPECT_EQ(navigation_.document().status, 203);
}

TEST_F(NavigationStory, AnUnansweredNavigationIsGivenUpToReadThePage) {
  begins("L", "http://a/");
  lives("L");
  sent("L2", "http://a/never");
  EXPECT_TRUE(navigation_.is_leaving());
  navigation_.give_up_next();
  failed("L2", "net::ERR_ABORTED");
  stopped();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("unanswered http://a/never"));
}

TEST_F(NavigationStory, AnErrorPageWithoutARequestIsAFault) {
  begins("L", "http://a/");
  lives("L");
  failed_unsent("L2", "net::ERR_INVALID_URL");
  error_page("L2", "about:srcdoc");
  lives("L2");
  stopped();
  EXPECT_EQ(fault(), "invalid_url");
  EXPECT_EQ(navigation_.fault()->net_error(), "ERR_INVALID_URL");
  EXPECT_EQ(navigation_.document().url, "about:srcdoc");
}

TEST_F(NavigationStory, AnErrorPageThatNothingExplainsIsAFault) {
  begins("L", "http://a/");
  error_page("L2", "http://b/");
  EXPECT_EQ(fault(), "connect_error");
}

TEST_F(NavigationStory, APageThatGoesOnToAFailureIsItsRedirect) {
  begins("L", "http://a/");
  sent("L2", "http://nowhere.invalid/");
  failed("L2", "net::ERR_NAME_NOT_RESOLVED");
  EXPECT_EQ(fault(), "dns_error");
  ASSERT_EQ(navigation_.document().redirects.size(), 1U);
  EXPECT_EQ(navigation_.document().redirects[0].url, "http://a/");
  EXPECT_EQ(navigation_.document().redirects[0].status, 200);
}

TEST_F(NavigationStory, ARefreshIsExpectedUntilItIsThereOrTakenBack) {
  begins("L", "http://a/");
  scheduled("http://a/2", "metaTagRefresh", 1);
  lives("L");
  EXPECT_TRUE(navigation_.expects_another());
  cleared();
  expect_first_document();
  EXPECT_THAT(not_followed(), ElementsAre("not_begun http://a/2"));
}

TEST_F(NavigationStory, ARefreshThatComesIsFollowed) {
  begins("L", "http://a/");
  scheduled("http://a/2", "metaTagRefresh", 1);
  lives("L");
  requested("http://a/2", "metaTagRefresh");
  cleared();  // told before the request
  sent("L2", "http://a/2");
  EXPECT_FALSE(loaded());
  EXPECT_TRUE(not_followed().empty());
}

TEST_F(NavigationStory, AScriptsNavigationDoesNotEndTheWaitForARefresh) {
  begins("L", "http://a/");
  scheduled("http://a/2", "metaTagRefresh", 1);
  lives("L");
  scheduled("http://a/#x");
  navigation_.on(page::NavigatedWithinDocument{main_frame, "http://a/#x"});
  cleared();
  EXPECT_TRUE(navigation_.expects_another());
  EXPECT_TRUE(not_followed().empty());
}

TEST_F(NavigationStory, ARefreshToAPartOfThePageIsNoOtherDocument) {
  begins("L", "http://a/");
  scheduled("http://a/#x", "metaTagRefresh");
  lives("L");
  navigation_.on(page::NavigatedWithinDocument{main_frame, "http://a/#x"});
  cleared();
  EXPECT_FALSE(navigation_.expects_another());
  EXPECT_TRUE(not_followed().empty());
}

TEST_F(NavigationStory, AJavascriptUrlIsNoAttempt) {
  begins("L", "http://a/");
  scheduled("javascript:f()");
  cleared();
  lives("L");
  expect_first_document();
  EXPECT_TRUE(not_followed().empty());
}

TEST_F(NavigationStory, GoingOnTooOftenIsAFaultAndTheLastDocumentIsKept) {
  begins("L0", "http://a/0");
  lives("L0");
  for (int i = 1; i <= Navigation::most_client_redirects; ++i) {
    EXPECT_EQ(fault(), "");
    const std::string number = std::to_string(i);
    sent("L" + number, "http://a/" + number);
    answered("L" + number, 200);
    committed("L" + number, "http://a/" + number);
    lives("L" + number);
  }
  EXPECT_EQ(fault(), "");
  sent("X", "http://a/x");
  EXPECT_EQ(fault(), "too_many_redirects");
  EXPECT_TRUE(navigation_.is_leaving());
  navigation_.give_up_next();
  failed("X", "net::ERR_ABORTED");
  EXPECT_EQ(fault(), "too_many_redirects");
  EXPECT_EQ(navigation_.document().url, "http://a/10");
  EXPECT_EQ(navigation_.document().status, 200);
  EXPECT_EQ(navigation_.document().redirects.size(), 10U);
  sent("Y", "http://a/y");
  EXPECT_EQ(fault(), "too_many_redirects");
}

TEST_F(NavigationStory, WhatAPageTriesIsNotedOnceAndWithABound) {
  begins("L", "http://a/");
  lives("L");
  for (std::size_t i = 0; i < 2 * Navigation::most_noted; ++i) {
    sent("X" + std::to_string(i), "myapp://" + std::to_string(i / 2));
    failed("X" + std::to_string(i), "net::ERR_ABORTED");
  }
  EXPECT_EQ(not_followed().size(), Navigation::most_noted);
  EXPECT_EQ(not_followed()[1], "external myapp://1");
  expect_first_document();
}

}  // namespace
}  // namespace cdp::test
