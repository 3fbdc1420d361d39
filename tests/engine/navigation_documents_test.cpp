// Which document is meant, and which of them an event belongs to.
#include "engine/navigation.hpp"
#include "navigation_story.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cdp::test {
namespace {

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

}  // namespace
}  // namespace cdp::test
