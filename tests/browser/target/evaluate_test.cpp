// Values in and out of a page's scripts.
#include "support/chromium/browser_test.hpp"

namespace cdp::test {
namespace {

using ::testing::HasSubstr;

class EvaluateTest : public BrowserTest {
 protected:
  template <class Body>
  void with_static_page(Body body) {
    with_browser([this, &body](Browser& browser) -> Task<void> {
      Page page = co_await open_at(browser, server().url("/static"));
      co_await body(page);
    });
  }
};

Task<Error> fault_of_script(Page& page, std::string_view expression) {
  std::string text(expression);
  Task<json> evaluation = page.evaluate(std::move(text));
  co_return co_await fault_of(std::move(evaluation));
}

TEST_F(EvaluateTest, json_values_arrive_as_they_are) {
  with_static_page([](Page& page) -> Task<void> {
    const std::vector<std::pair<const char*, json>> cases = {
        {"6 * 7", 42},
        {"0.1", 0.1},
        {"'text'", "text"},
        {"true", true},
        {"null", nullptr},
        {"undefined", nullptr},
        {"({a: [1, {b: 'c'}], d: null})", json::parse(R"({"a": [1, {"b": "c"}], "d": null})")},
        {"[]", json::array()},
        {"document.title", "static"},
        {"'\\u00e9\\u{1F600}\\u4e2d'", "\u00e9\U0001F600\u4e2d"},
        {"'a\\ud800b'", "a\ufffdb"},
        {"'quote\" back\\\\ line\\n nul\\0'", std::string("quote\" back\\ line\n nul\0", 23)},
    };
    for (const auto& [expression, expected] : cases) {
      const json value = co_await evaluate(page, expression);
      EXPECT_EQ(value, expected) << expression;
    }
  });
}

TEST_F(EvaluateTest, promises_are_awaited) {
  with_static_page([](Page& page) -> Task<void> {
    const json value =
        co_await evaluate(page, "new Promise(done => setTimeout(() => done({n: 1}), 1))");
    EXPECT_EQ(value, json::parse(R"({"n": 1})"));
    const json fetched =
        co_await evaluate(page, "fetch('/json').then(answer => answer.json()).then(o => o.name)");
    EXPECT_EQ(fetched, "json");
  });
}

TEST_F(EvaluateTest, what_the_page_makes_look_like_a_promise_is_none) {
  with_static_page([](Page& page) -> Task<void> {
    co_await evaluate(page, "Object.prototype.then = Promise.prototype.then = () => {}; 1");
    const json value = co_await evaluate(page, "({a: [1, {}]})");
    EXPECT_EQ(value, json::parse(R"({"a": [1, {}]})"));
    const json later = co_await evaluate(page, "(async () => 7)()");
    EXPECT_EQ(later, 7);
  });
}

TEST_F(EvaluateTest, the_world_is_the_page_s_own) {
  with_static_page([](Page& page) -> Task<void> {
    co_await evaluate(page, "window.kept = 'here'; 0");
    const json kept = co_await evaluate(page, "kept");
    EXPECT_EQ(kept, "here");
  });
}

TEST_F(EvaluateTest, exceptions_are_errors_with_their_text) {
  with_static_page([](Page& page) -> Task<void> {
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"throw new TypeError('not that')", "TypeError: not that"},
        {"nothing.there", "nothing is not defined"},
        {"1 +", "SyntaxError"},
        {"Promise.reject(new Error('broken promise'))", "broken promise"},
        {"throw 'only text'", "only text"},
        {"Promise.reject('said no')", "said no"},
        {"throw {code: 17}", "Object"},
        {"throw 17", "17"},
        {"throw null", "Uncaught"},
    };
    for (const auto& [expression, text] : cases) {
      const Error error = co_await fault_of_script(page, expression);
      EXPECT_EQ(error.code(), errc::script_error) << expression << ": " << error.what();
      EXPECT_THAT(error.what(), HasSubstr(text)) << expression;
    }
    const json sum = co_await evaluate(page, "1 + 1");
    EXPECT_EQ(sum, 2);
  });
}

TEST_F(EvaluateTest, what_is_no_json_is_refused) {
  with_static_page([](Page& page) -> Task<void> {
    const Error error = co_await fault_of_script(page, "const o = {}; o.self = o; o");
    EXPECT_EQ(error.code(), errc::protocol_error) << error.what();
  });
}

TEST_F(EvaluateTest, big_values_come_whole) {
  with_static_page([](Page& page) -> Task<void> {
    const json value = co_await evaluate(page, "'\\u4e2d'.repeat(4 << 20)");
    EXPECT_EQ(value.get_ref<const std::string&>().size(), std::size_t{12} << 20);
    const json list = co_await evaluate(page, "Array.from({length: 200000}, (_, i) => i)");
    EXPECT_EQ(list.size(), 200000U);
    EXPECT_EQ(list.back(), 199999);
  });
}

TEST_F(EvaluateTest, a_page_that_goes_away_leaves_no_answer) {
  with_static_page([this](Page& page) -> Task<void> {
    const std::string url = server().url("/static?title=other");
    const std::string script = "location.href = '" + url + "'; new Promise(() => {})";
    const Error error = co_await fault_of_script(page, script);
    EXPECT_EQ(error.code(), errc::protocol_error) << error.what();
    const Document document = co_await page.loaded();
    EXPECT_EQ(document.url, url);
  });
}

}  // namespace
}  // namespace cdp::test
