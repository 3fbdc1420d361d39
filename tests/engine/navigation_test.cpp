// What a navigation leads to: documents, redirects, faults. Every order in the comment of
// engine/navigation.hpp.
#include "engine/navigation.hpp"

#include "navigation_story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cdp::test {
namespace {

using testing::HasSubstr;

TEST_F(NavigationStory, ADocumentIsOverWithTheEventWaitedFor) {
  navigation_.begin();
  EXPECT_FALSE(parsed());
  sent("L", "http://a/");
  answered("L", 200);
  committed("L", "http://a/");
  life("L", "init");
  EXPECT_FALSE(parsed());
  life("L", "DOMContentLoaded");
  EXPECT_TRUE(parsed());
  EXPECT_FALSE(loaded());
  life("L", "load");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(navigation_.document().url, "http://a/");
  EXPECT_EQ(navigation_.document().status, 200);
  EXPECT_EQ(navigation_.document().content_type, "text/html");
  EXPECT_TRUE(navigation_.document().redirects.empty());
}

TEST_F(NavigationStory, AllEventsMayComeBeforeTheReply) {
  navigation_.begin();
  arrives("L", "http://a/");
  replied("L");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().status, 200);
}

TEST_F(NavigationStory, NothingIsOverBeforeItsRequestWasSeen) {
  EXPECT_FALSE(loaded());
  EXPECT_FALSE(navigation_.has_document());
  navigation_.begin();
  replied("L");
  EXPECT_FALSE(loaded());
  stopped();
  EXPECT_FALSE(loaded());
  EXPECT_EQ(fault(), "");
}

TEST_F(NavigationStory, RedirectsAreListedWithTheUrlsThatAnswered) {
  navigation_.begin();
  sent("L", "http://a/1");
  redirected("L", 301, "http://a/2");
  redirected("L", 307, "https://b/3");
  answered("L", 200);
  EXPECT_FALSE(loaded());
  committed("L", "https://b/3");
  lives("L");
  EXPECT_TRUE(loaded());
  const Document& document = navigation_.document();
  EXPECT_EQ(document.url, "https://b/3");
  ASSERT_EQ(document.redirects.size(), 2U);
  EXPECT_EQ(document.redirects[0].url, "http://a/1");
  EXPECT_EQ(document.redirects[0].status, 301);
  EXPECT_EQ(document.redirects[1].url, "http://a/2");
  EXPECT_EQ(document.redirects[1].status, 307);
}

TEST_F(NavigationStory, ARedirectThatFailsKeepsItsChain) {
  navigation_.begin();
  sent("L", "http://a/1");
  redirected("L", 302, "http://b/2");
  failed("L", "net::ERR_NAME_NOT_RESOLVED");
  EXPECT_EQ(fault(), "dns_error");
  EXPECT_THAT(navigation_.fault()->what(), HasSubstr("http://b/2"));
  ASSERT_EQ(navigation_.document().redirects.size(), 1U);
  EXPECT_EQ(navigation_.document().redirects[0].url, "http://a/1");
}

TEST_F(NavigationStory, AnEndlessRedirectHasItsOwnCode) {
  navigation_.begin();
  sent("L", "http://a/");
  for (int i = 0; i < 20; ++i)
    redirected("L", 302, "http://a/");
  failed("L", "net::ERR_TOO_MANY_REDIRECTS");
  EXPECT_EQ(fault(), "too_many_redirects");
}

TEST_F(NavigationStory, ANetworkErrorIsOverAtOnceAndItsErrorPageChangesNothing) {
  navigation_.begin();
  sent("L", "http://nowhere.invalid/");
  failed("L", "net::ERR_NAME_NOT_RESOLVED");
  EXPECT_TRUE(loaded());
  EXPECT_TRUE(parsed());
  error_page("L", "http://nowhere.invalid/");
  lives("L");
  stopped();
  EXPECT_EQ(fault(), "dns_error");
  EXPECT_EQ(navigation_.fault()->net_error(), "ERR_NAME_NOT_RESOLVED");
  EXPECT_THAT(navigation_.fault()->what(), HasSubstr("http://nowhere.invalid/"));
  EXPECT_EQ(navigation_.document().url, "http://nowhere.invalid/");
  EXPECT_FALSE(navigation_.has_document());
}

TEST_F(NavigationStory, ANetworkErrorAfterTheAnswerIsAFault) {
  navigation_.begin();
  sent("L", "http://a/");
  answered("L", 200);
  failed("L", "net::ERR_CONNECTION_RESET");
  EXPECT_EQ(fault(), "connect_error");
  EXPECT_EQ(navigation_.fault()->net_error(), "ERR_CONNECTION_RESET");
}

TEST_F(NavigationStory, ABodyThatBreaksOffAfterTheCommitIsAFault) {
  navigation_.begin();
  sent("L", "http://a/");
  answered("L", 200);
  committed("L", "http://a/");
  life("L", "DOMContentLoaded");
  EXPECT_TRUE(parsed());
  EXPECT_FALSE(loaded());
  failed("L", "net::ERR_CONTENT_LENGTH_MISMATCH");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "connect_error");
  EXPECT_EQ(navigation_.fault()->net_error(), "ERR_CONTENT_LENGTH_MISMATCH");
}

TEST_F(NavigationStory, TheDocumentBeforeMayBreakOffWithoutHarm) {
  navigation_.begin();
  sent("L1", "http://a/1");
  answered("L1", 200);
  committed("L1", "http://a/1");
  navigation_.begin();
  failed("L1", "net::ERR_CONNECTION_RESET");
  EXPECT_EQ(fault(), "");
  arrives("L2", "http://a/2");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "");
}

TEST_F(NavigationStory, AReplyWithAnErrorIsAFaultWhenNoEventTold) {
  navigation_.begin();
  replied_with_error("L", "net::ERR_BLOCKED_BY_CLIENT");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "blocked_address");
  EXPECT_EQ(navigation_.fault()->net_error(), "ERR_BLOCKED_BY_CLIENT");
}

TEST_F(NavigationStory, AReplyWithAnErrorAddsNothingToWhatTheEventsTold) {
  navigation_.begin();
  sent("L", "http://a/");
  failed("L", "net::ERR_CONNECTION_REFUSED");
  const std::string before = navigation_.fault()->what();
  replied_with_error("L", "net::ERR_FAILED");
  EXPECT_EQ(navigation_.fault()->what(), before);
}

TEST_F(NavigationStory, NoContentIsAResultWithItsStatus) {
  for (const int status : {204, 205}) {
    const std::string loader = "L" + std::to_string(status);
    navigation_.begin();
    sent(loader, "http://a/");
    answered(loader, status, "text/plain");
    EXPECT_FALSE(loaded());
    failed(loader, "net::ERR_ABORTED");
    stopped();
    replied_with_error(loader, "net::ERR_ABORTED");
    EXPECT_TRUE(loaded()) << status;
    EXPECT_EQ(fault(), "") << status;
    EXPECT_EQ(navigation_.document().status, status);
    EXPECT_EQ(navigation_.document().url, "http://a/");
  }
}

TEST_F(NavigationStory, NoContentMayBeToldByTheReplyFirst) {
  navigation_.begin();
  sent("L", "http://a/");
  answered("L", 204);
  replied_with_error("L", "net::ERR_ABORTED");
  EXPECT_EQ(fault(), "");
  failed("L", "net::ERR_ABORTED");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "");
}

TEST_F(NavigationStory, AFileToSaveIsADownload) {
  navigation_.begin();
  sent("L", "http://a/x.zip");
  answered("L", 200, "application/zip");
  failed("L", "net::ERR_ABORTED");
  stopped();
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "download");
  EXPECT_THAT(navigation_.fault()->what(), HasSubstr("application/zip"));
  EXPECT_EQ(navigation_.document().status, 200);
  EXPECT_EQ(navigation_.document().content_type, "application/zip");
}

TEST_F(NavigationStory, AnEmptyErrorAnswerIsADocument) {
  for (const int status : {404, 500}) {
    navigation_.begin();
    arrives("L" + std::to_string(status), "http://a/", status);
    EXPECT_TRUE(loaded());
    EXPECT_EQ(fault(), "");
    EXPECT_EQ(navigation_.document().status, status);
  }
}

TEST_F(NavigationStory, TheEmptyErrorPageOfChromiumIsADocument) {
  // Older versions commit an error page (ERR_HTTP_RESPONSE_CODE_FAILURE) for a 4xx without a body.
  navigation_.begin();
  sent("L", "http://a/");
  answered("L", 404);
  error_page("L", "http://a/");
  lives("L");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(navigation_.document().status, 404);
}

TEST_F(NavigationStory, WhatSupersedesAnUnansweredRequestCounts) {
  navigation_.begin();
  sent("L1", "http://a/1");
  sent("L2", "http://a/2");
  failed("L1", "net::ERR_ABORTED");
  EXPECT_FALSE(loaded());
  EXPECT_EQ(fault(), "");
  answered("L2", 200);
  committed("L2", "http://a/2");
  lives("L2");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().url, "http://a/2");
}

TEST_F(NavigationStory, AnAbortIsNoFaultWhileASupersedingRequestMayFollow) {
  navigation_.begin();
  sent("L1", "http://a/1");
  failed("L1", "net::ERR_ABORTED");
  EXPECT_FALSE(loaded());
  EXPECT_EQ(fault(), "");
  sent("L2", "http://a/2");
  stopped();  // of the first
  EXPECT_EQ(fault(), "");
  answered("L2", 200);
  committed("L2", "http://a/2");
  lives("L2");
  EXPECT_TRUE(loaded());
}

TEST_F(NavigationStory, AnAbortThatNothingFollowsIsAFault) {
  navigation_.begin();
  sent("L", "http://a/");
  failed("L", "net::ERR_ABORTED");
  stopped("another frame");
  EXPECT_FALSE(loaded());
  stopped();
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "connect_error");
  EXPECT_EQ(navigation_.fault()->net_error(), "ERR_ABORTED");
}

TEST_F(NavigationStory, AnAbortedReplyAloneLeavesTheRestToTheEvents) {
  navigation_.begin();
  sent("L", "http://a/");
  replied_with_error("L", "net::ERR_ABORTED");
  EXPECT_FALSE(loaded());
  EXPECT_EQ(fault(), "");
}

TEST_F(NavigationStory, ARefusedCommandIsAFault) {
  navigation_.begin();
  navigation_.refuse(Error(errc::invalid_url, "Cannot navigate to invalid URL"));
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "invalid_url");
}

TEST_F(NavigationStory, TheTextOfATimeOutSaysHowFarItCame) {
  EXPECT_THAT(navigation_.describe(), HasSubstr("no request"));
  sent("L", "http://a/");
  EXPECT_THAT(navigation_.describe(), HasSubstr("http://a/"));
  const std::string unanswered = navigation_.describe();
  answered("L", 200);
  EXPECT_NE(navigation_.describe(), unanswered);
  committed("L", "http://a/");
  life("L", "DOMContentLoaded");
  EXPECT_THAT(navigation_.describe(), HasSubstr("DOMContentLoaded"));
}

TEST_F(NavigationStory, AFeedThatIsShownAsTextHasTheServersType) {
  navigation_.begin();
  sent("L", "http://a/feed");
  network::ResponseReceived event;
  event.request_id = "L";
  event.response.status = 200;
  event.response.mime_type = "text/plain";
  event.response.headers.emplace();
  event.response.headers->content_type = "Application/RSS+xml; charset=utf-8";
  navigation_.on(event);
  EXPECT_EQ(navigation_.document().content_type, "");
  committed("L", "http://a/feed");
  EXPECT_EQ(navigation_.document().content_type, "application/rss+xml");
}

}  // namespace
}  // namespace cdp::test
