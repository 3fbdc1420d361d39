// Why a page that came over plain HTTP is left to a browser.
#include "run/attempt/fetch_choice.hpp"

#include "fetch/answer_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cdp {
namespace {

using testing::HasSubstr;

TEST(FetchChoices, SayWhyABrowserIsAsked) {
  EXPECT_TRUE(refreshes_soon("0"));
  EXPECT_TRUE(refreshes_soon(" 2.5; url=/x"));
  EXPECT_FALSE(refreshes_soon("60"));
  EXPECT_FALSE(refreshes_soon("url=/x"));
  FetchDecision decision;
  const auto reason = [&decision](const FetchedPage& page) {
    const auto choice = choose_for(decision, page);
    return (choice.render ? "render: " : "keep: ") + choice.reason;
  };
  FetchedPage page;
  page.record.status = 200;
  page.record.content_type = "text/html";
  page.record.html = "<p>words";
  page.record.final_url = "http://a/";
  EXPECT_EQ(reason(page), "keep: no scripts");
  page.refresh = "0; url=/x";
  EXPECT_THAT(reason(page), HasSubstr("render: the header Refresh"));
  page.refresh.clear();
  page.record.charset_guessed = true;
  EXPECT_THAT(reason(page), HasSubstr("render: its encoding is not declared"));
  page.record.charset_guessed = false;
  page.record.partial = true;
  page.record.wait_ended_by = "broken";
  EXPECT_THAT(reason(page), HasSubstr("render: its transfer failed"));
  page.record.wait_ended_by = "timeout";
  EXPECT_EQ(reason(page), "keep: its timeout passed");
  page.record.error = RecordError{errc::connect_error, Phase::navigate, "", ""};
  EXPECT_EQ(reason(page), "keep: it failed");
  page.was_answered = true;
  EXPECT_THAT(reason(page), HasSubstr("render: its transfer failed"));
}

}  // namespace
}  // namespace cdp
