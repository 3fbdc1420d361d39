// Lines of the input, and where they come from.
#include "frontier/url_source.hpp"

#include "cli/options/option_text.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(InputLine, WithMoreThanAUrlIsAFault) {
  for (const char* line :
       {"http://a/ http://b/", "http://a/x y", "http://a/,http://b/", "http://a/|http://b/",
        "\"http://a/\",About", "<loc>http://a/</loc>", "[\"http://a/\"]", "http://a/\thttp://b/"}) {
    const auto input = parse_input_line(line);
    ASSERT_TRUE(input && input->fault) << line;
    EXPECT_EQ(input->fault->code(), errc::invalid_url);
  }
}

TEST(InputLine, MayHaveCommasAndOtherUrlsInIt) {
  for (const char* line : {"http://a/x,y.html", "http://a/@48.1,11.5,15z", "http://a/?u=http://b/",
                           "http://a/?x=1,2&u=http://b/", "http://a/http://b/"}) {
    const auto input = parse_input_line(line);
    ASSERT_TRUE(input) << line;
    EXPECT_FALSE(input->fault) << line;
  }
  EXPECT_TRUE(parse_input_line("http://a/x,About", LineForm::row)->fault);
  EXPECT_FALSE(parse_input_line("http://a/x", LineForm::row)->fault);
}

TEST(InputLines, AreUrlsWithoutTheBlanksAround) {
  EXPECT_EQ(parse_input_line("http://a/")->url, "http://a/");
  EXPECT_EQ(parse_input_line(" \thttp://a/ b \r")->url, "http://a/ b");
  EXPECT_EQ(parse_input_line("\xEF\xBB\xBFhttp://a/")->url, "http://a/");
  EXPECT_EQ(parse_input_line("no url at all")->url, "no url at all");
  EXPECT_FALSE(parse_input_line("http://a/")->fault);
}

TEST(InputLines, BlankOnesAndCommentsAreNone) {
  for (const char* line :
       {"", " ", "\t\r", "#", "# http://a/", "  # x", "\xEF\xBB\xBF", "\xEF\xBB\xBF#"})
    EXPECT_FALSE(parse_input_line(line)) << line;
}

TEST(InputLines, MayBeJsonWithOptionsOfTheirOwn) {
  const auto input = parse_input_line(
      R"( {"url": "http://a/", "timeout": 1.5, "wait": "domcontentloaded",
           "fetch": "http", "wait_selector": "#a", "delay": 20,
           "headers": {"A": "b", "C": ""}, "data": {"z": 1, "a": [null]}} )");
  EXPECT_FALSE(input->fault);
  EXPECT_EQ(input->url, "http://a/");
  EXPECT_EQ(input->timeout, 1500ms);
  EXPECT_EQ(input->wait_until, WaitUntil::domcontentloaded);
  EXPECT_EQ(input->fetch, FetchMode::http);
  EXPECT_EQ(input->wait_selector, "#a");
  EXPECT_EQ(input->delay, 20ms);
  ASSERT_EQ(input->headers.size(), 2U);
  EXPECT_EQ(input->headers[0].name, "A");
  EXPECT_EQ(input->headers[0].value, "b");
  EXPECT_EQ(input->data, R"({"z":1,"a":[null]})");
  const auto bare = parse_input_line(R"({"url":"http://b/","wait":"load"})");
  EXPECT_FALSE(bare->timeout);
  EXPECT_FALSE(bare->fetch);
  EXPECT_EQ(bare->wait_until, WaitUntil::load);
}

TEST(InputLines, FaultyOnesSayWhy) {
  for (const char* line : {"{",
                           "{}",
                           R"({"url":5})",
                           R"({"url":"http://a/"} x)",
                           R"({"url":"\ud800"})",
                           R"({"url":"http://a/","timeout":0})",
                           R"({"url":"http://a/","timeout":-1})",
                           R"({"url":"http://a/","timeout":"5"})",
                           R"({"url":"http://a/","timeout":null})",
                           R"({"url":"http://a/","wait":"never"})",
                           R"({"url":"http://a/","wait":5})",
                           R"({"url":"http://a/","fetch":"curl"})",
                           R"({"url":"http://a/","timeuot":5})",
                           R"({"url":"http://a/","headers":["A: b"]})",
                           R"({"url":"http://a/","headers":{"A":1}})",
                           R"({"url":"http://a/","headers":{"A":"b\r\nC: d"}})",
                           R"({"url":"http://a/","headers":{"A b":"c"}})",
                           R"({"url":"http://a/","delay":-1})",
                           R"({"url":"http://a/","delay":"5"})",
                           R"({"url":"http://a/","wait_selector":null})"}) {
    const auto input = parse_input_line(line);
    ASSERT_TRUE(input) << line;
    ASSERT_TRUE(input->fault) << line;
    EXPECT_EQ(input->fault->code(), errc::invalid_url);
    EXPECT_EQ(input->url, line);
  }
}

Task<std::vector<std::string>> read_all(UrlSource* source) {
  std::vector<std::string> urls;
  while (auto input = co_await source->next())
    urls.push_back(std::move(input->url));
  co_return urls;
}

TEST(UrlSources, ComeOneAfterTheOther) {
  std::vector<std::unique_ptr<UrlSource>> sources;
  sources.push_back(make_list_source({"a", "b"}));
  sources.push_back(make_list_source({}));
  sources.push_back(make_list_source({"c"}));
  const auto joined = make_joined_source(std::move(sources));
  EXPECT_EQ(joined->size(), 3U);
  EXPECT_THAT(run(read_all(joined.get())), ElementsAre("a", "b", "c"));
}

TEST(UrlSources, OnceClosedHaveNoMore) {
  std::vector<std::unique_ptr<UrlSource>> sources;
  sources.push_back(make_list_source({"a", "b"}));
  sources.push_back(make_list_source({"c"}));
  const auto joined = make_joined_source(std::move(sources));
  joined->close();
  EXPECT_THAT(run(read_all(joined.get())), ElementsAre());
}

}  // namespace
}  // namespace cdp
