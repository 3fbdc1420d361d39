// Lines of input, the order of results, and records as JSON.
#include "frontier/url_source.hpp"
#include "output/file_name.hpp"
#include "output/reorder_buffer.hpp"
#include "run/keeper/frame_pace.hpp"
#include <cdp/record.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

Record record_of(std::size_t seq, std::size_t bytes = 0) {
  Record record;
  record.seq = seq;
  record.html = std::string(bytes, 'x');
  return record;
}

// ---- frames ----

TEST(FramePaces, AreOursWhereNothingIsWaitedForThatMayComeWithAFrame) {
  ScrapeOptions options;
  EXPECT_FALSE(paces_frames(options)) << "at rest";
  options.wait.until = WaitUntil::networkidle;
  EXPECT_FALSE(paces_frames(options));
  for (const WaitUntil until : {WaitUntil::load, WaitUntil::domcontentloaded}) {
    options.wait = WaitOptions{.until = until};
    EXPECT_TRUE(paces_frames(options));
    for (WaitOptions more : {WaitOptions{.scrolls = 1}, WaitOptions{.selector = "p"},
                             WaitOptions{.function = "true"}, WaitOptions{.delay = 1ms}}) {
      more.until = until;
      EXPECT_FALSE(paces_frames(options, more)) << "a page of its own kind";
    }
  }
}

TEST(FramePaces, AreAScreensForPicturesAndForBrowsersOfOthers) {
  ScrapeOptions options;
  options.wait.until = WaitUntil::load;
  options.pictures.screenshots = true;
  EXPECT_FALSE(paces_frames(options));
  options.frame_pace = FramePace::paced;
  EXPECT_TRUE(paces_frames(options));
  options.connect = "ws://127.0.0.1:9222/";
  EXPECT_FALSE(paces_frames(options));
}

TEST(FramePaces, AreWhatTheUserSays) {
  ScrapeOptions options;
  options.frame_pace = FramePace::paced;
  EXPECT_TRUE(paces_frames(options));
  EXPECT_TRUE(paces_frames(options, WaitOptions{.scrolls = 1}));
  options.frame_pace = FramePace::screen;
  options.wait.until = WaitUntil::load;
  EXPECT_FALSE(paces_frames(options));
}

// ---- names of files ----

TEST(FileName, TellsPeopleWhatIsInTheFile) {
  EXPECT_EQ(file_name_of(17, "https://example.com/articles/index.html", ".html"),
            "0000017-example.com-articles-index.html");
  EXPECT_EQ(file_name_of(0, "https://example.com/", ".html"), "0000000-example.com.html");
  EXPECT_EQ(file_name_of(3, "https://example.com/a?b=c#d", ".pdf"),
            "0000003-example.com-a-b-c.pdf");
}

TEST(FileName, IsSafeWhateverTheUrlHolds) {
  const std::string nasty[] = {"",
                               "https://user:secret@host/",
                               "http://h/../../etc/passwd",
                               "http://h/%2e%2e/\"$(rm -rf)\n\0",
                               "http://h/" + std::string(5000, 'x'),
                               "http://h/\xE6\x97\xA5\xE6\x9C\xAC",
                               "-rf /",
                               std::string("http://h/a\0b", 12)};
  for (const std::string& url : nasty) {
    const std::string name = file_name_of(1, url, ".html");
    EXPECT_TRUE(name.starts_with("0000001")) << name;
    EXPECT_TRUE(name.ends_with(".html")) << name;
    EXPECT_LE(name.size(), 120U) << name;
    EXPECT_EQ(name.find("secret"), name.npos) << name;
    EXPECT_EQ(name.find(".."), name.npos) << name;
    EXPECT_EQ(
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "._-"),
        name.npos)
        << name;
  }
}

TEST(FileName, TakesOnlyPlausibleExtensions) {
  EXPECT_EQ(extension_of("report.PDF"), ".PDF");
  EXPECT_EQ(extension_of("archive.tar.gz"), ".gz");
  EXPECT_EQ(extension_of("none"), "");
  EXPECT_EQ(extension_of(".hidden"), "");
  EXPECT_EQ(extension_of("a./../b"), "");
  EXPECT_EQ(extension_of("a.waytoolongextension"), "");
  EXPECT_EQ(extension_of("a."), "");
}

// ---- order ----

TEST(ReorderBuffer, InInputOrderRecordsWaitForTheirTurn) {
  ReorderBuffer buffer(Order::input, 10, 1000);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(buffer.start(), i);
  buffer.put(2, record_of(2));
  EXPECT_FALSE(buffer.has_next());
  EXPECT_FALSE(buffer.take());
  buffer.put(0, record_of(0));
  EXPECT_EQ(buffer.take()->seq, 0U);
  EXPECT_FALSE(buffer.take());
  buffer.put(1, record_of(1));
  EXPECT_EQ(buffer.take()->seq, 1U);
  EXPECT_FALSE(buffer.is_drained());
  EXPECT_EQ(buffer.take()->seq, 2U);
  EXPECT_TRUE(buffer.is_drained());
}

TEST(ReorderBuffer, InOrderOfCompletionNobodyWaits) {
  ReorderBuffer buffer(Order::completion, 10, 1000);
  for (int i = 0; i < 3; ++i)
    buffer.start();
  buffer.put(2, record_of(2));
  EXPECT_EQ(buffer.take()->seq, 2U);
  buffer.put(0, record_of(0));
  buffer.put(1, record_of(1));
  EXPECT_EQ(buffer.take()->seq, 0U);
  EXPECT_EQ(buffer.take()->seq, 1U);
  EXPECT_TRUE(buffer.is_drained());
}

TEST(ReorderBuffer, ASlowRecordBoundsHowManyAreStarted) {
  ReorderBuffer buffer(Order::input, 4, 1'000'000);
  std::size_t started = 0;
  while (buffer.may_start()) {
    const std::size_t seq = buffer.start();
    ++started;
    if (seq != 0) buffer.put(seq, record_of(seq));
    ASSERT_LE(started, 4U);
  }
  EXPECT_EQ(started, 4U);
  buffer.put(0, record_of(0));
  while (buffer.take()) {
  }
  EXPECT_TRUE(buffer.may_start());
}

TEST(ReorderBuffer, HeldBytesBoundItTooAndComeBackWithTheRecords) {
  ReorderBuffer buffer(Order::input, 100, 1000);
  for (int i = 0; i < 4; ++i)
    buffer.start();
  buffer.put(1, record_of(1, 600));
  EXPECT_TRUE(buffer.may_start());
  buffer.put(2, record_of(2, 600));
  EXPECT_FALSE(buffer.may_start());
  buffer.put(0, record_of(0, 5000));
  EXPECT_FALSE(buffer.may_start());
  while (buffer.take()) {
  }
  EXPECT_TRUE(buffer.may_start());
}

TEST(ReorderBuffer, WhateverTheOrderEachRecordIsTakenOnceAndTheBoundHolds) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    constexpr std::size_t total = 100;
    constexpr std::size_t window = 7;
    ReorderBuffer buffer(Order::input, window, 50);
    std::vector<std::size_t> under_way;
    std::vector<std::size_t> taken;
    while (taken.size() < total) {
      while (buffer.started() < total && buffer.may_start())
        under_way.push_back(buffer.start());
      ASSERT_FALSE(under_way.empty()) << "locked up";
      ASSERT_LE(buffer.started() - taken.size(), window);
      std::swap(under_way[random() % under_way.size()], under_way.back());
      buffer.put(under_way.back(), record_of(under_way.back(), random() % 40));
      under_way.pop_back();
      while (auto record = buffer.take())
        taken.push_back(record->seq);
    }
    ASSERT_TRUE(std::is_sorted(taken.begin(), taken.end()));
    ASSERT_TRUE(buffer.is_drained());
  }
}

TEST(ReorderBuffer, ARecordThatWillNotComeHoldsNothingBack) {
  ReorderBuffer buffer(Order::input, 10, 1000);
  for (int i = 0; i < 6; ++i)
    buffer.start();
  buffer.put(1, record_of(1));
  buffer.put(4, record_of(4));
  buffer.skip(2);
  buffer.skip(0);
  EXPECT_EQ(buffer.take()->seq, 1U);
  EXPECT_FALSE(buffer.take());
  buffer.skip(3);
  EXPECT_EQ(buffer.take()->seq, 4U);
  buffer.skip(5);
  EXPECT_TRUE(buffer.is_drained());
}

TEST(ReorderBuffer, WhileNobodyTakesTheNextRecordFewAreStarted) {
  ReorderBuffer buffer(Order::input, 100, 1000, 3);
  for (int i = 0; i < 5; ++i)
    buffer.start();
  buffer.put(1, record_of(1));
  EXPECT_TRUE(buffer.may_start()) << "the first is slow, not the output";
  buffer.put(0, record_of(0));
  EXPECT_FALSE(buffer.may_start());
  buffer.take();
  EXPECT_FALSE(buffer.may_start());
  buffer.take();
  EXPECT_FALSE(buffer.may_start()) << "it is not written yet";
  buffer.note_written();
  EXPECT_TRUE(buffer.may_start());
}

TEST(ReorderBuffer, WhatIsWaitedForMayAlwaysBegin) {
  ReorderBuffer buffer(Order::input, 100, 1000);
  for (int i = 0; i < 5; ++i)
    buffer.start();
  EXPECT_GE(buffer.last_to_begin().value(), 4U);
  buffer.put(1, record_of(1, 2000));
  EXPECT_FALSE(buffer.may_start());
  EXPECT_EQ(buffer.last_to_begin(), 0U);
  buffer.put(0, record_of(0));
  EXPECT_EQ(buffer.last_to_begin(), std::nullopt) << "the output is slow";
}

// ---- input ----

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

// ---- records ----

TEST(Records, AreOneLineOfJsonWithEveryMember) {
  Record record = record_of(7, 3);
  record.url = "http://a/\n";
  record.outcome = RecordOutcome::ok;
  record.status = 200;
  record.redirects = {{"http://b/", 301}};
  record.timings.navigate = 1500us;
  const std::string line = to_json_line(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const json parsed = json::parse(line);
  for (const char* member :
       {"v",          "seq",          "url",          "final_url",  "outcome",    "error",
        "status",     "redirects",    "content_type", "charset",    "title",      "html",
        "html_bytes", "partial",      "fetch",        "wait",       "attempts",   "dialogs",
        "popups",     "fetch_reason", "verify",       "timings_ms", "started_at", "browser"}) {
    EXPECT_TRUE(parsed.contains(member)) << member;
  }
  EXPECT_EQ(parsed["v"], 1);
  EXPECT_EQ(parsed["seq"], 7);
  EXPECT_EQ(parsed["outcome"], "ok");
  EXPECT_EQ(parsed["html"], "xxx");
  EXPECT_EQ(parsed["html_bytes"], 3);
  EXPECT_EQ(parsed["redirects"], json({{{"url", "http://b/"}, {"status", 301}}}));
  EXPECT_EQ(parsed["timings_ms"]["navigate"], 1.5);
  EXPECT_TRUE(parsed["error"].is_null());
}

TEST(Records, HoldsTheHtmlOfAFailedPageOnlyWhereItWasRead) {
  Record record;
  record.outcome = RecordOutcome::failed;
  record.error = RecordError{errc::too_many_redirects, Phase::wait, "again and again", {}};
  record.html = "<p>\"there\"";
  EXPECT_TRUE(json::parse(to_json_line(record)).at("html").is_null());
  record.partial = true;
  EXPECT_EQ(json::parse(to_json_line(record)).at("html"), "<p>\"there\"");
}

TEST(Records, ListsWhereThePageDidNotGo) {
  Record record;
  record.not_followed.push_back({"tel:123", "external", 0, {}});
  record.not_followed.push_back({"http://a/x.zip", "download", 200, "application/zip"});
  const json all = json::parse(to_json_line(record)).at("not_followed");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], json({{"url", "tel:123"},
                          {"why", "external"},
                          {"status", nullptr},
                          {"content_type", nullptr}}));
  EXPECT_EQ(all[1].at("status"), 200);
  EXPECT_EQ(all[1].at("content_type"), "application/zip");
}

TEST(Records, OfFailuresCarryTheirErrorAndNoHtml) {
  Record record = record_of(0, 3);
  record.error = RecordError{errc::dns_error, Phase::navigate, "no such host", "ERR_X"};
  const json parsed = json::parse(to_json_line(record));
  EXPECT_EQ(parsed["outcome"], "failed");
  EXPECT_EQ(parsed["error"], json({{"code", "dns_error"},
                                   {"phase", "navigate"},
                                   {"detail", "no such host"},
                                   {"net_error", "ERR_X"}}));
  EXPECT_TRUE(parsed["html"].is_null());
  EXPECT_TRUE(parsed["status"].is_null());
}

TEST(Records, AreUtf8WhateverWasPutIntoThem) {
  Record record = record_of(0);
  record.outcome = RecordOutcome::ok;
  record.url = "http://a/\xff";
  record.title = "\xc3";
  record.html = "\xed\xa0\x80";
  const std::string line = to_json_line(record);
  EXPECT_NO_THROW(json::parse(line).dump());
}

}  // namespace
}  // namespace cdp
