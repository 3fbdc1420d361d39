// What a page's events say about a navigation: every order in the comment of engine/navigation.hpp.
#include "engine/navigation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

namespace network = protocol::network;
namespace page = protocol::page;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* main_frame = "F";

/// A navigation of the frame F, told event by event. Every loader's request has the loader's id.
class NavigationStory : public testing::Test {
 protected:
  void sent(const std::string& loader, const std::string& url,
            const std::string& frame = main_frame) {
    network::RequestWillBeSent event;
    event.request_id = event.loader_id = loader;
    event.request.url = url;
    event.type = "Document";
    event.frame_id = frame;
    navigation_.on(event);
  }

  void redirected(const std::string& loader, int status, const std::string& to) {
    network::RequestWillBeSent event;
    event.request_id = event.loader_id = loader;
    event.request.url = to;
    event.type = "Document";
    event.frame_id = main_frame;
    event.redirect_response.emplace();
    event.redirect_response->status = status;
    navigation_.on(event);
  }

  void answered(const std::string& loader, int status, const std::string& type = "text/html") {
    network::ResponseReceived event;
    event.request_id = loader;
    event.response.status = status;
    event.response.mime_type = type;
    navigation_.on(event);
  }

  void failed(const std::string& loader, const std::string& error) {
    network::LoadingFailed event;
    event.request_id = loader;
    event.error_text = error;
    navigation_.on(event);
  }

  void committed(const std::string& loader, const std::string& url,
                 const std::string& frame = main_frame) {
    page::FrameNavigated event;
    event.frame.id = frame;
    event.frame.loader_id = loader;
    event.frame.url = url;
    event.frame.mime_type = "text/html";
    navigation_.on(event);
  }

  void error_page(const std::string& loader, const std::string& unreachable) {
    page::FrameNavigated event;
    event.frame.id = main_frame;
    event.frame.loader_id = loader;
    event.frame.url = "chrome-error://chromewebdata/";
    event.frame.mime_type = "text/html";
    event.frame.unreachable_url = unreachable;
    navigation_.on(event);
  }

  void life(const std::string& loader, const std::string& name,
            const std::string& frame = main_frame) {
    navigation_.on(page::LifecycleEvent{frame, loader, name});
  }

  /// All lifecycle events up to load.
  void lives(const std::string& loader, const std::string& frame = main_frame) {
    for (const char* name : {"init", "commit", "DOMContentLoaded", "load"})
      life(loader, name, frame);
  }

  void stopped(const std::string& frame = main_frame) {
    navigation_.on(page::FrameStoppedLoading{frame});
  }

  void scheduled(const std::string& url, const std::string& reason = "scriptInitiated",
                 double delay = 0) {
    navigation_.on(page::FrameScheduledNavigation{main_frame, delay, reason, url});
  }

  void requested(const std::string& url, const std::string& reason = "scriptInitiated") {
    navigation_.on(page::FrameRequestedNavigation{main_frame, reason, url, "currentTab"});
  }

  void cleared() { navigation_.on(page::FrameClearedScheduledNavigation{main_frame}); }

  /// A document's request fails of which nothing was seen before.
  void failed_unsent(const std::string& loader, const std::string& error) {
    network::LoadingFailed event;
    event.request_id = loader;
    event.error_text = error;
    event.type = "Document";
    navigation_.on(event);
  }

  /// A document that is there and still loads.
  void begins(const std::string& loader, const std::string& url) {
    navigation_.begin();
    sent(loader, url);
    answered(loader, 200);
    committed(loader, url);
    life(loader, "init");
  }

  /// What became of where the page went, as `why url`.
  std::vector<std::string> not_followed() const {
    std::vector<std::string> all;
    for (const NotFollowed& attempt : navigation_.not_followed())
      all.push_back(attempt.why + " " + attempt.url);
    return all;
  }

  /// The page is as it was, and done with.
  void expect_first_document() {
    EXPECT_TRUE(loaded());
    EXPECT_FALSE(navigation_.expects_another());
    EXPECT_FALSE(navigation_.is_leaving());
    EXPECT_EQ(fault(), "");
    EXPECT_EQ(navigation_.document().url, "http://a/");
    EXPECT_EQ(navigation_.document().status, 200);
    EXPECT_EQ(navigation_.document().content_type, "text/html");
    EXPECT_TRUE(navigation_.document().redirects.empty());
  }

  void replied(const std::string& loader) {
    page::Navigate::Result reply;
    reply.frame_id = main_frame;
    reply.loader_id = loader;
    navigation_.on(reply);
  }

  void replied_with_error(const std::string& loader, const std::string& error) {
    page::Navigate::Result reply;
    reply.frame_id = main_frame;
    reply.loader_id = loader;
    reply.error_text = error;
    navigation_.on(reply);
  }

  void replied_same_document() {
    page::Navigate::Result reply;
    reply.frame_id = main_frame;
    navigation_.on(reply);
  }

  /// A whole document, without a redirect.
  void arrives(const std::string& loader, const std::string& url, int status = 200) {
    sent(loader, url);
    answered(loader, status);
    committed(loader, url);
    lives(loader);
  }

  bool loaded() const { return navigation_.is_over(WaitUntil::load); }
  bool parsed() const { return navigation_.is_over(WaitUntil::domcontentloaded); }

  /// The code of the fault, as text; empty when there is none.
  std::string fault() const {
    return navigation_.fault() ? std::string(to_string(navigation_.fault()->code())) : "";
  }

  Navigation navigation_{main_frame};
};

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

TEST_F(NavigationStory, ARedirectByScriptBeforeLoadIsFollowed) {
  navigation_.begin();
  sent("L1", "http://a/1");
  answered("L1", 200);
  committed("L1", "http://a/1");
  life("L1", "init");
  sent("L2", "http://a/2");  // the script navigates while its document is being parsed
  life("L1", "DOMContentLoaded");
  life("L1", "load");
  EXPECT_FALSE(parsed());
  EXPECT_FALSE(loaded());
  answered("L2", 201);
  EXPECT_FALSE(loaded());
  committed("L2", "http://a/2");
  EXPECT_FALSE(parsed());
  lives("L2");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().url, "http://a/2");
  EXPECT_EQ(navigation_.document().status, 201);
}

TEST_F(NavigationStory, ARedirectByScriptThatFailsIsAFault) {
  navigation_.begin();
  sent("L1", "http://a/1");
  answered("L1", 200);
  committed("L1", "http://a/1");
  sent("L2", "http://nowhere.invalid/");
  failed("L2", "net::ERR_NAME_NOT_RESOLVED");
  EXPECT_EQ(fault(), "dns_error");
}

TEST_F(NavigationStory, APageThatNavigatesAgainAfterAFaultGetsAnotherChance) {
  navigation_.begin();
  sent("L1", "http://a/");
  failed("L1", "net::ERR_CONNECTION_RESET");
  EXPECT_EQ(fault(), "connect_error");
  arrives("L2", "http://a/");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "");
}

TEST_F(NavigationStory, LifecycleEventsOfTheInitialEmptyDocumentDoNotCount) {
  // Enabling lifecycle events replays those of the empty document a new page starts with.
  lives("L0");
  life("L0", "networkIdle");
  EXPECT_FALSE(loaded());
  sent("L", "http://a/");
  lives("L0");
  EXPECT_FALSE(loaded());
  answered("L", 200);
  lives("L0");
  committed("L", "http://a/");
  lives("L0");
  EXPECT_FALSE(loaded());
  lives("L");
  EXPECT_TRUE(loaded());
}

TEST_F(NavigationStory, LifecycleEventsBeforeTheCommitDoNotCountForIt) {
  navigation_.begin();
  sent("L", "http://a/");
  answered("L", 200);
  life("L", "load");
  committed("L", "http://a/");
  EXPECT_FALSE(loaded());
}

TEST_F(NavigationStory, LateLifecycleEventsOfThePreviousDocumentDoNotCount) {
  navigation_.begin();
  sent("L1", "http://a/1");
  answered("L1", 200);
  committed("L1", "http://a/1");
  navigation_.begin();
  lives("L1");
  EXPECT_FALSE(loaded());
  sent("L2", "http://a/2");
  answered("L2", 200);
  lives("L1");
  committed("L2", "http://a/2");
  lives("L1");
  EXPECT_FALSE(loaded());
  lives("L2");
  EXPECT_TRUE(loaded());
}

TEST_F(NavigationStory, TheCommitOfThePreviousNavigationIsNotTheNewDocument) {
  // We navigate while the page before is still arriving: its commit is on the wire already.
  sent("L1", "http://a/1");
  answered("L1", 200);
  navigation_.begin();
  redirected("L1", 302, "http://a/3");
  answered("L1", 200);
  committed("L1", "http://a/3");
  lives("L1");
  EXPECT_FALSE(loaded());
  navigation_.begin();
  EXPECT_FALSE(loaded());
  committed("L1", "http://a/3");
  lives("L1");
  EXPECT_FALSE(loaded());
  arrives("L2", "http://a/2");
  replied("L2");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().url, "http://a/2");
}

TEST_F(NavigationStory, TheErrorPageOfThePreviousNavigationIsNotTheNewDocument) {
  // The failure is told first, its error page commits later: we may have gone on by then.
  navigation_.begin();
  sent("L1", "http://nowhere.invalid/");
  failed("L1", "net::ERR_NAME_NOT_RESOLVED");
  EXPECT_TRUE(loaded());
  navigation_.begin();
  error_page("L1", "http://nowhere.invalid/");
  lives("L1");
  stopped();
  EXPECT_FALSE(loaded());
  EXPECT_FALSE(navigation_.has_document());
  arrives("L2", "http://a/");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().url, "http://a/");
}

TEST_F(NavigationStory, ASupersededDocumentMayCommitBeforeTheOneThatReplacesIt) {
  // A document that is just being committed goes through although the next request is out.
  navigation_.begin();
  sent("L1", "http://a/1");
  answered("L1", 200);
  sent("L2", "http://a/2");
  committed("L1", "http://a/1");
  lives("L1");
  EXPECT_FALSE(loaded());
  answered("L2", 200);
  committed("L2", "http://a/2");
  lives("L2");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().url, "http://a/2");
}

TEST_F(NavigationStory, TheFailureOfThePreviousNavigationIsNotOurs) {
  navigation_.begin();
  sent("L1", "http://a/1");
  navigation_.begin();
  failed("L1", "net::ERR_ABORTED");
  stopped();
  EXPECT_EQ(fault(), "");
  EXPECT_FALSE(loaded());
  arrives("L2", "http://a/2");
  replied("L2");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "");
}

TEST_F(NavigationStory, BeginningTwiceForgetsTheFirst) {
  navigation_.begin();
  sent("L1", "http://a/1");
  failed("L1", "net::ERR_CONNECTION_REFUSED");
  EXPECT_EQ(fault(), "connect_error");
  navigation_.begin();
  EXPECT_EQ(fault(), "");
  EXPECT_FALSE(loaded());
  EXPECT_FALSE(navigation_.has_document());
  EXPECT_EQ(navigation_.document().url, "");
  navigation_.begin();
  arrives("L2", "http://a/2");
  EXPECT_TRUE(loaded());
}

TEST_F(NavigationStory, AFragmentKeepsItsDocumentWhicheverIsToldFirst) {
  for (const bool reply_first : {true, false}) {
    navigation_.begin();
    const std::string loader = reply_first ? "L1" : "L2";
    arrives(loader, "http://a/", 404);
    navigation_.begin();
    EXPECT_FALSE(loaded());
    if (reply_first) replied_same_document();
    if (!reply_first) navigation_.on(page::NavigatedWithinDocument{main_frame, "http://a/#x"});
    EXPECT_FALSE(loaded());
    if (reply_first) navigation_.on(page::NavigatedWithinDocument{main_frame, "http://a/#x"});
    if (!reply_first) replied_same_document();
    EXPECT_TRUE(loaded());
    EXPECT_TRUE(parsed());
    EXPECT_EQ(fault(), "");
    EXPECT_EQ(navigation_.document().url, "http://a/#x");
    EXPECT_EQ(navigation_.document().status, 404);
    EXPECT_EQ(navigation_.document().content_type, "text/html");
  }
}

TEST_F(NavigationStory, OneFragmentAfterTheOtherKeepsTheDocument) {
  navigation_.begin();
  arrives("L", "http://a/", 201);
  for (const char* url : {"http://a/#1", "http://a/#2"}) {
    navigation_.begin();
    replied_same_document();
    navigation_.on(page::NavigatedWithinDocument{main_frame, url});
    EXPECT_TRUE(loaded());
    EXPECT_EQ(navigation_.document().url, url);
    EXPECT_EQ(navigation_.document().status, 201);
  }
}

TEST_F(NavigationStory, AMoveWithinTheOldDocumentIsNotTheNewOne) {
  navigation_.begin();
  arrives("L1", "http://a/");
  navigation_.begin();
  navigation_.on(page::NavigatedWithinDocument{main_frame, "http://a/pushed"});
  EXPECT_FALSE(loaded());
  arrives("L2", "http://b/");
  replied("L2");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().url, "http://b/");
}

TEST_F(NavigationStory, AnEmptyPageHasItsDocumentAlready) {
  navigation_.begin_empty();
  EXPECT_TRUE(loaded());
  EXPECT_TRUE(parsed());
  EXPECT_EQ(navigation_.document().url, "about:blank");
  EXPECT_EQ(navigation_.document().status, 0);
  navigation_.begin();
  EXPECT_FALSE(loaded());
  arrives("L", "http://a/");
  EXPECT_EQ(navigation_.document().url, "http://a/");
}

TEST_F(NavigationStory, ThePageMayChangeItsUrlWithoutNavigating) {
  navigation_.begin();
  arrives("L", "http://a/");
  navigation_.on(page::NavigatedWithinDocument{"another frame", "http://a/frame"});
  EXPECT_EQ(navigation_.document().url, "http://a/");
  navigation_.on(page::NavigatedWithinDocument{main_frame, "http://a/pushed"});
  EXPECT_EQ(navigation_.document().url, "http://a/pushed");
  EXPECT_EQ(navigation_.document().status, 200);
  EXPECT_TRUE(loaded());
}

TEST_F(NavigationStory, ADocumentWithoutARequestHasNoStatus) {
  navigation_.begin();
  committed("L", "about:blank");
  EXPECT_FALSE(loaded());
  lives("L");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().url, "about:blank");
  EXPECT_EQ(navigation_.document().status, 0);
  EXPECT_EQ(navigation_.document().content_type, "text/html");
}

TEST_F(NavigationStory, OtherFramesAreNoneOfItsBusiness) {
  navigation_.begin();
  arrives("L", "http://a/");
  sent("C", "http://a/frame", "child");
  EXPECT_TRUE(loaded());
  failed("C", "net::ERR_CONNECTION_REFUSED");
  committed("C", "http://a/frame", "child");
  lives("C", "child");
  stopped("child");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(navigation_.document().url, "http://a/");
}

TEST_F(NavigationStory, OtherRequestsOfTheFrameAreNoDocuments) {
  navigation_.begin();
  sent("L", "http://a/");
  network::RequestWillBeSent image;
  image.request_id = "R";
  image.loader_id = "L";
  image.request.url = "http://a/x.png";
  image.type = "Image";
  image.frame_id = main_frame;
  navigation_.on(image);
  image.type = "Document";  // its id is not its loader's: no navigation of this frame
  navigation_.on(image);
  image.type.reset();
  navigation_.on(image);
  answered("R", 404, "image/png");
  failed("R", "net::ERR_CONNECTION_RESET");
  answered("L", 200);
  committed("L", "http://a/");
  lives("L");
  EXPECT_TRUE(loaded());
  EXPECT_EQ(navigation_.document().status, 200);
  EXPECT_EQ(navigation_.document().url, "http://a/");
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

TEST_F(NavigationStory, StoppedWhileParsedIsOver) {
  begins("L", "http://a/");
  EXPECT_FALSE(parsed());
  stopped();
  EXPECT_TRUE(parsed());
  EXPECT_TRUE(navigation_.is_stopped_before(WaitUntil::load));
  expect_first_document();
}

TEST_F(NavigationStory, StoppedAfterItWasParsedIsOver) {
  begins("L", "http://a/");
  life("L", "DOMContentLoaded");
  EXPECT_FALSE(loaded());
  stopped();
  EXPECT_TRUE(navigation_.is_stopped_before(WaitUntil::load));
  EXPECT_FALSE(navigation_.is_stopped_before(WaitUntil::domcontentloaded));
  expect_first_document();
}

TEST_F(NavigationStory, EventsMayComeAfterTheStop) {
  begins("L", "http://a/");
  stopped();
  life("L", "DOMContentLoaded");
  life("L", "load");
  EXPECT_FALSE(navigation_.is_stopped_before(WaitUntil::load));
  expect_first_document();
}

TEST_F(NavigationStory, AStopBeforeTheCommitIsNotTheDocuments) {
  navigation_.begin();
  stopped();
  sent("L", "http://a/");
  stopped();
  answered("L", 200);
  committed("L", "http://a/");
  EXPECT_FALSE(parsed());
  stopped("another frame");
  EXPECT_FALSE(parsed());
}

TEST_F(NavigationStory, TheNextDocumentIsNotStoppedByTheStopOfTheOneBefore) {
  begins("L1", "http://a/1");
  stopped();
  scheduled("http://a/2");
  requested("http://a/2");
  EXPECT_TRUE(navigation_.expects_another());
  sent("L2", "http://a/2");
  cleared();
  EXPECT_FALSE(loaded());
  answered("L2", 200);
  committed("L2", "http://a/2");
  EXPECT_FALSE(loaded());
  lives("L2");
  EXPECT_TRUE(loaded());
  EXPECT_TRUE(not_followed().empty());
}

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
}  // namespace cdp
