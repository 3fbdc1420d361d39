// The protocol as it is.
#include "support/chromium/browser_test.hpp"

namespace cdp::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SessionTest : public BrowserTest {};

Task<json> call(Session session, std::string method, json params = json::object()) {
  co_return co_await session.call(std::move(method), std::move(params));
}

TEST_F(SessionTest, commands_of_the_browser_and_of_a_page) {
  with_browser([this](Browser& browser) -> Task<void> {
    const json version = co_await call(browser.session(), "Browser.getVersion");
    EXPECT_EQ(version["product"], browser.version());
    Page page = co_await open_at(browser, server().url("/static"));
    const json tree = co_await call(page.session(), "Page.getFrameTree");
    EXPECT_EQ(tree["frameTree"]["frame"]["url"], server().url("/static"));
    json size = json::object();
    size["width"] = 321;
    size["height"] = 200;
    size["deviceScaleFactor"] = 1;
    size["mobile"] = false;
    const json nothing =
        co_await call(page.session(), "Emulation.setDeviceMetricsOverride", std::move(size));
    EXPECT_EQ(nothing, json::object());
    const json width = co_await evaluate(page, "innerWidth");
    EXPECT_EQ(width, 321);
  });
}

TEST_F(SessionTest, refusals_say_what_was_refused) {
  with_browser([](Browser& browser) -> Task<void> {
    Task<json> unknown = call(browser.session(), "Nothing.atAll");
    const Error error = co_await fault_of(std::move(unknown));
    EXPECT_EQ(error.code(), errc::protocol_error);
    EXPECT_THAT(error.what(), HasSubstr("Nothing.atAll"));
    EXPECT_THAT(error.what(), HasSubstr("-32601"));
    json wrong = json::object();
    wrong["targetId"] = 17;
    Task<json> badly = call(browser.session(), "Target.closeTarget", std::move(wrong));
    const Error refused = co_await fault_of(std::move(badly));
    EXPECT_EQ(refused.code(), errc::protocol_error);
    EXPECT_THAT(refused.what(), HasSubstr("targetId"));
  });
}

TEST_F(SessionTest, events_come_until_the_subscription_ends) {
  with_browser([](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    std::vector<std::string> said;
    Subscription subscription = page.session().on(
        "Runtime.consoleAPICalled",
        [&said](const json& params) { said.push_back(params["args"][0]["value"]); });
    co_await call(page.session(), "Runtime.enable");
    co_await evaluate(page, "console.log('one'); console.log('two'); 0");
    EXPECT_THAT(said, ElementsAre("one", "two"));
    subscription.reset();
    co_await evaluate(page, "console.log('three'); 0");
    EXPECT_THAT(said, ElementsAre("one", "two"));
  });
}

TEST_F(SessionTest, events_of_one_page_are_not_those_of_another) {
  with_browser([](Browser& browser) -> Task<void> {
    Page first = co_await browser.new_page();
    Page second = co_await browser.new_page();
    int events = 0;
    const Subscription subscription =
        first.session().on("Runtime.consoleAPICalled", [&events](const json&) { ++events; });
    co_await call(first.session(), "Runtime.enable");
    co_await call(second.session(), "Runtime.enable");
    co_await evaluate(second, "console.log('not yours'); 0");
    EXPECT_EQ(events, 0);
    co_await evaluate(first, "console.log('yours'); 0");
    EXPECT_EQ(events, 1);
  });
}

TEST_F(SessionTest, a_subscription_may_outlive_its_page) {
  with_browser([](Browser& browser) -> Task<void> {
    Subscription subscription;
    {
      Page page = co_await browser.new_page();
      subscription = page.session().on("Page.loadEventFired", [](const json&) {});
      co_await page.close();
    }
    subscription.reset();
    Session late = browser.session();
    co_await browser.close();
    Task<json> calling = call(late, "Browser.getVersion");
    const Error error = co_await fault_of(std::move(calling));
    EXPECT_EQ(error.code(), errc::cancelled) << error.what();
  });
}

TEST_F(SessionTest, an_answer_that_comes_too_late_is_nobody_s) {
  with_browser([](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    json params = json::object();
    params["expression"] = "new Promise(done => globalThis.done = done)";
    params["awaitPromise"] = true;
    Task<json> slow = page.session().call("Runtime.evaluate", params, 50ms);
    const Error error = co_await fault_of(std::move(slow));
    EXPECT_EQ(error.code(), errc::protocol_timeout);
    EXPECT_THAT(error.what(), HasSubstr("Runtime.evaluate"));
    const json value = co_await evaluate(page, "done('late'), 'in time'");
    EXPECT_EQ(value, "in time");
    const json again = co_await evaluate(page, "1");
    EXPECT_EQ(again, 1);
  });
}

TEST_F(SessionTest, commands_and_answers_may_be_many) {
  with_browser([](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    std::vector<Task<json>> tasks;
    for (int i = 0; i < 500; ++i)
      tasks.push_back(page.evaluate(std::to_string(i)));
    const std::vector<json> values = co_await gather(std::move(tasks));
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(values[i], i);
  });
}

}  // namespace
}  // namespace cdp::test
