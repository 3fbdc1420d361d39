// Targets that are used for one page after the other: nothing of a page comes into the next one.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

namespace cdp::test {
namespace {

using testing::SizeIs;

/// Writes what it sees of its target into its text, and then does something itself.
std::string page_that_looks_around(const std::string& script) {
  return R"(<!doctype html><title>t</title><body><script>
document.body.textContent = JSON.stringify({
  name: window.name, items: sessionStorage.length, state: history.state, opener: String(window.opener),
  referrer: document.referrer, frames: window.length, visible: document.visibilityState,
  type: performance.getEntriesByType('navigation')[0].type, focused: document.hasFocus(),
  width: innerWidth, height: innerHeight, scroll: scrollY, scale: visualViewport.scale,
  history: history.length, entries: navigation.entries().map((entry) => entry.url)});
)" + script +
         "</script>";
}

class UsedTarget : public CliTest {
 protected:
  UsedTarget() { serve("/look", ""); }

  void serve(const std::string& path, const std::string& script) {
    server_.on(path, [page = page_that_looks_around(script)](const Request&) {
      return Response{.body = page};
    });
  }

  std::vector<std::string> looks(int count) const {
    std::vector<std::string> urls;
    for (int i = 0; i < count; ++i)
      urls.push_back(server_.url("/look?" + std::to_string(i)));
    return urls;
  }

  ProcessResult run_one_by_one(std::vector<std::string> options,
                               const std::vector<std::string>& urls) const {
    options.insert(options.begin(), {"-f", "jsonl", "-c", "1"});
    options.insert(options.end(), urls.begin(), urls.end());
    return run(options);
  }

  /// @return how many targets were made for the pages
  static std::size_t targets(const ProcessResult& result) {
    return count_of(R"("method":"Target.createTarget")", result.err);
  }

  void expect_the_same_in_used_targets(const std::vector<std::string>& urls) const {
    const auto plain = parse_lines(run_one_by_one({"-q"}, urls).out);
    const auto used = parse_lines(run_one_by_one({"-q", "--recycle", "50"}, urls).out);
    EXPECT_THAT(plain, SizeIs(urls.size()));
    ASSERT_THAT(used, SizeIs(urls.size()));
    for (std::size_t i = 0; i < urls.size(); ++i) {
      for (const char* member : {"html", "final_url", "status", "outcome", "dialogs"})
        EXPECT_EQ(used[i][member], plain[i][member]) << urls[i] << ": " << member;
    }
  }
};

TEST_F(UsedTarget, OneTargetServesManyPages) {
  const ProcessResult result =
      run_one_by_one({"--recycle", "50", "--log-level", "trace"}, looks(10));
  EXPECT_EQ(error_codes(parse_lines(result.out)), std::vector<Json>(10));
  EXPECT_EQ(targets(result), 1U);
}

TEST_F(UsedTarget, NoMoreOftenThanAllowed) {
  const ProcessResult result = run_one_by_one({"--recycle", "3", "--log-level", "trace"}, looks(7));
  EXPECT_THAT(parse_lines(result.out), SizeIs(7));
  EXPECT_EQ(targets(result), 3U);
}

TEST_F(UsedTarget, EveryOriginHasItsOwn) {
  std::vector<std::string> urls;
  for (int i = 0; i < 4; ++i) {
    urls.push_back(server_.url("/look?" + std::to_string(i)));
    urls.push_back(server_.url_on("localhost", "/look?" + std::to_string(i)));
  }
  const ProcessResult result = run_one_by_one({"--recycle", "50", "--log-level", "trace"}, urls);
  EXPECT_EQ(error_codes(parse_lines(result.out)), std::vector<Json>(8));
  EXPECT_EQ(targets(result), 2U);
}

TEST_F(UsedTarget, APageFindsNothingOfTheOneBefore) {
  const std::vector<std::string> leavings = {
      "sessionStorage.a = 1;",
      "window.name = 'secret';",
      "history.pushState({a: 1}, '', '/secret'); history.pushState({a: 2}, '', '/secret2');",
      "history.replaceState({a: 1}, '', '/secret');",
      "addEventListener('pagehide', () => { sessionStorage.b = 1; window.name = 'secret'; });",
      "window.onunload = () => { sessionStorage.c = 1; };",
      "document.addEventListener('visibilitychange', () => { window.name = 'secret'; });",
      "setInterval(() => { sessionStorage.d = 1; }, 1);",
      "setTimeout(() => { location = '/look?went'; }, 30);",
      "const frame = document.createElement('iframe'); frame.src = '/store'; "
      "document.body.append(frame);",
      "alert('a');",
      "window.open('/look?popup');",
      "location.hash = 'secret';",
      "document.body.style.height = '5000px'; scrollTo(0, 900);",
      "history.back();",
      "document.open(); document.write('<p>written'); document.close();",
  };
  server_.on("/store", [](const Request&) {
    return Response{.body = "<script>sessionStorage.e = 1; parent.name = 'secret';</script>"};
  });
  std::vector<std::string> urls;
  for (const std::string& script : leavings) {
    const std::string number = std::to_string(urls.size());
    serve("/leave/" + number, script);
    urls.push_back(server_.url("/leave/" + number));
    urls.push_back(server_.url("/look?" + number));
  }
  expect_the_same_in_used_targets(urls);
}

TEST_F(UsedTarget, TheSameDocumentIsLoadedAnew) {
  const std::string url = server_.url("/look");
  expect_the_same_in_used_targets({url, url, url + "#part", url + "#other", url});
}

TEST_F(UsedTarget, WhatIsNoPageLeavesTheNextOneAlone) {
  server_.on("/none", [](const Request&) { return Response{.status = 204}; });
  const std::string look = server_.url("/look");
  expect_the_same_in_used_targets({look, server_.url("/none"), look + "?1", "http://127.0.0.1:1/",
                                   look + "?2", "http://nowhere.invalid/", look + "?3"});
}

TEST_F(UsedTarget, ServersAreAskedInTheSameWay) {
  server_.on("/headers", [](const Request& request) {
    std::string body = "<link rel=stylesheet href=/headers?style><pre>";
    for (const auto& [name, value] : request.headers)
      body += name + ": " + value + "\n";
    return Response{.headers = {{"Cache-Control", "max-age=60"}}, .body = body};
  });
  const std::string url = server_.url("/headers");
  expect_the_same_in_used_targets({url + "?1", url + "?2", url + "?1", url + "?3"});
}

TEST_F(UsedTarget, HeadersOfOneUrlAreNotSentForAnother) {
  server_.on("/echo", [](const Request& request) {
    return Response{.body = "<p>" + request.header("x-own")};
  });
  const std::string url = server_.url("/echo");
  const std::string input = R"({"url":")" + url + R"(?1"})" + "\n" + R"({"url":")" + url +
                            R"(?2","headers":{"X-Own":"mine"}})" + "\n" + R"({"url":")" + url +
                            R"(?3"})" + "\n";
  const ProcessResult result =
      run_with_input(input, {"-f", "jsonl", "-c", "1", "--recycle", "50", "-i", "-"});
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(3)) << result;
  for (const Json& record : records) {
    const bool has_own = record["url"].get<std::string>().ends_with("?2");
    EXPECT_EQ(record["html"].get<std::string>().find("mine") != std::string::npos, has_own);
  }
}

}  // namespace
}  // namespace cdp::test
