// Pages in, records out: the main job.
#include "support/pages/pages.hpp"
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <numeric>

namespace cdp::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class Scrape : public CliTest {
 protected:
  static void expect_input_order(const std::vector<Json>& records, std::size_t count) {
    std::vector<Json> positions(count);
    std::iota(positions.begin(), positions.end(), 0);
    EXPECT_EQ(column(records, "seq"), positions);
  }

  /// Each page answers when `count` of them have been asked for.
  std::vector<std::string> pages_that_wait_for_each_other(int count) {
    server_.on_exchange("/together/", [count](Exchange& exchange) {
      for (int number = 0; number < count; ++number) {
        const std::string other = "/together/" + std::to_string(number);
        if (!exchange.wait_for_request(other, patience)) return;
      }
      const std::string script =
          "document.body.append(...'1234'.split('').map(n => 'item ' + n + ';'));";
      exchange.send({.body = script_page(exchange.request().path, "", script)});
    });
    std::vector<std::string> urls;
    for (int number = 0; number < count; ++number)
      urls.push_back(server_.url("/together/" + std::to_string(number)));
    return urls;
  }
};

TEST_F(Scrape, OnePageAfterTheOther) {
  std::vector<std::string> arguments = {"-c", "1"};
  for (int number = 0; number < 6; ++number)
    arguments.push_back(server_.url("/slow?ms=150&title=page" + std::to_string(number)));
  const ProcessResult result = run(arguments);
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  expect_input_order(records, 6);
  EXPECT_THAT(column(records, "title"),
              ElementsAre("page0", "page1", "page2", "page3", "page4", "page5"));
  for (const Json& record : records)
    EXPECT_THAT(record["html"], HasSubstr("<p id=\"built\">built by script</p>"));
  EXPECT_EQ(server_.max_in_flight("/slow"), 1);
}

TEST_F(Scrape, AllPagesAtOnce) {
  std::vector<std::string> arguments = {"-c", "6"};
  for (const std::string& url : pages_that_wait_for_each_other(6))
    arguments.push_back(url);
  const ProcessResult result = run(arguments);
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  expect_input_order(records, 6);
  for (const Json& record : records)
    EXPECT_THAT(record["html"], HasSubstr("item 1;item 2;item 3;item 4;"));
  EXPECT_EQ(server_.max_in_flight("/together/"), 6);
}

TEST_F(Scrape, NoMorePagesAtOnceThanAllowed) {
  std::vector<std::string> arguments = {"-c", "2"};
  for (int number = 0; number < 8; ++number)
    arguments.push_back(server_.url("/slow?ms=50&title=" + std::to_string(number)));
  ASSERT_TRUE(run(arguments).ok());
  EXPECT_LE(server_.max_in_flight("/slow"), 2);
}

TEST_F(Scrape, HtmlIsTheSameSequentiallyAndConcurrently) {
  std::vector<std::string> one_by_one = sample_pages(40);
  std::vector<std::string> at_once = one_by_one;
  one_by_one.insert(one_by_one.begin(), {"-c", "1"});
  at_once.insert(at_once.begin(), {"-c", "8"});
  const std::vector<Json> first = parse_lines(run(one_by_one).out);
  const std::vector<Json> second = parse_lines(run(at_once).out);
  ASSERT_EQ(first.size(), 40U);
  EXPECT_TRUE(column(first, "html") == column(second, "html"));
  EXPECT_EQ(column(first, "title"), column(second, "title"));
  EXPECT_THAT(first[39]["html"], HasSubstr("<li>Page 40, item 50</li>"));
}

TEST_F(Scrape, OverThePipe) {
  const ProcessResult result =
      run({"--transport", "pipe", server_.url("/page/1"), server_.url("/big?mb=3")});
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(records[0]["html"], HasSubstr("Page 1, item 50"));
  EXPECT_TRUE(records[1]["html"] == big_page(3, BigText::latin));
}

TEST_F(Scrape, HugeAndBrokenTextArrivesWholeWhileOtherPagesRun) {
  const ProcessResult result =
      run({"-c", "5", server_.url("/big?mb=40"), server_.url("/page/1"), server_.url("/surrogates"),
           server_.url("/big-cjk?mb=6"), server_.url("/page/2"), server_.url("/page/3")});
  ASSERT_TRUE(result.ok()) << result.exit_code << result.err;
  const std::vector<Json> records = parse_lines(result.out);  // no lone surrogate passes for JSON
  expect_input_order(records, 6);
  EXPECT_TRUE(records[0]["html"] == big_page(40, BigText::latin));
  EXPECT_TRUE(records[3]["html"] == big_page(6, BigText::cjk));
  EXPECT_EQ(records[0]["html_bytes"], big_page(40, BigText::latin).size());
  EXPECT_THAT(records[1]["html"], HasSubstr("Page 1, item 50"));
  const auto surrogates = records[2]["html"].get<std::string>();
  EXPECT_EQ(count_of("\uFFFD", surrogates), 3001U) << "3000 in the body, one in the title";
  EXPECT_THAT(surrogates, HasSubstr("<p id=\"emoji\">\U0001F600 \U0001F469\u200D\U0001F680</p>"));
  EXPECT_THAT(surrogates, HasSubstr("<p id=\"last\">end</p>"));
  EXPECT_EQ(records[2]["title"], "lone \uFFFD title \U0001F600");
}

TEST_F(Scrape, EncodingsBecomeUtf8) {
  std::vector<std::string> arguments;
  const std::vector<std::string> names = {"shift_jis", "gb18030", "utf-16le", "windows-1252",
                                          "broken-utf8"};
  for (const std::string& name : names)
    arguments.push_back(server_.url("/charset/" + name));
  const std::vector<Json> records = parse_lines(run(arguments).out);
  ASSERT_EQ(records.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_THAT(records[i]["html"], HasSubstr(charset_text(names[i]))) << names[i];
}

TEST_F(Scrape, ASingleUrlPrintsItsHtml) {
  const ProcessResult result = run({server_.url("/static?title=alone")});
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_THAT(result.out, StartsWith("<!DOCTYPE html><html><head>"));
  EXPECT_THAT(result.out, HasSubstr("<h1 id=\"title\">alone</h1>"));
  EXPECT_THAT(result.out, EndsWith("</html>\n"));
  EXPECT_EQ(result.err, "");
}

TEST_F(Scrape, ASingleUrlAsARecord) {
  const ProcessResult result = run({"-f", "jsonl", server_.url("/static")});
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_THAT(column(parse_lines(result.out), "title"), ElementsAre("static"));
}

TEST_F(Scrape, TheHtmlOfSeveralPagesInOrder) {
  const ProcessResult result =
      run({"-f", "html", server_.url("/slow?ms=300&title=first"), server_.url("/no-such-page"),
           server_.url("/static?title=third")});
  ASSERT_TRUE(result.ok()) << result;
  const auto first = result.out.find("<title>first</title>");
  const auto third = result.out.find("<title>third</title>");
  EXPECT_LT(first, third);
  EXPECT_NE(third, std::string::npos);
  EXPECT_EQ(count_of("</html>\n", result.out), 3U);
}

TEST_F(Scrape, APageThatFailedPrintsNoHtml) {
  const ProcessResult result = run({server_.url("/close")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr("connect_error")));
}

TEST_F(Scrape, RecordsHaveAllTheirMembers) {
  const ProcessResult result = run({"-f", "jsonl", server_.url("/redirect?n=2&code=301")});
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_EQ(records.size(), 1U);
  const Json& record = records[0];
  for (const char* name :
       {"v",          "seq",     "url",        "final_url",    "outcome",  "error",
        "status",     "html",    "redirects",  "content_type", "charset",  "title",
        "html_bytes", "partial", "fetch",      "wait",         "attempts", "dialogs",
        "popups",     "browser", "timings_ms", "started_at"})
    EXPECT_TRUE(record.contains(name)) << name;
  for (const char* name : {"queued", "open", "navigate", "wait", "extract", "close", "total"})
    EXPECT_TRUE(record["timings_ms"][name].is_number()) << name;
  EXPECT_EQ(record["v"], 1);
  EXPECT_EQ(record["url"], server_.url("/redirect?n=2&code=301"));
  EXPECT_EQ(record["final_url"], server_.url("/static?title=redirected"));
  EXPECT_EQ(record["redirects"],
            Json::array({{{"url", server_.url("/redirect?n=2&code=301")}, {"status", 301}},
                         {{"url", server_.url("/redirect?n=1&code=301")}, {"status", 301}}}));
  EXPECT_EQ(record["outcome"], "ok");
  EXPECT_EQ(record["error"], nullptr);
  EXPECT_EQ(record["status"], 200);
  EXPECT_EQ(record["content_type"], "text/html");
  EXPECT_EQ(record["charset"], "UTF-8");
  EXPECT_EQ(record["html_bytes"], record["html"].get<std::string>().size());
  EXPECT_EQ(record["attempts"], 1);
  EXPECT_EQ(record["fetch"], "browser");
  EXPECT_THAT(record["browser"], HasSubstr("Chrome/"));
}

TEST_F(Scrape, AnHttpErrorIsData) {
  const ProcessResult result =
      run({server_.url("/status/404"), server_.url("/status/503"), server_.url("/no-content")});
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "outcome"), Each(Json("ok")));
  EXPECT_THAT(column(records, "status"), ElementsAre(404, 503, 204));
  EXPECT_THAT(records[0]["html"], HasSubstr("<h1>Status 404</h1>"));
}

TEST_F(Scrape, RecordsComeInInputOrderByDefault) {
  RunningProcess scraper(
      program({"-c", "3", server_.url("/gate/first"), server_.url("/static?title=second"),
               server_.url("/static?title=third")}));
  ASSERT_TRUE(server_.wait_for_request("/static?title=third", patience));
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(column(parse_lines(result.out), "seq"), ElementsAre(0, 1, 2));
}

TEST_F(Scrape, RecordsComeAsTheyAreDoneWhenAsked) {
  RunningProcess scraper(
      program({"--order", "completion", "-c", "3", server_.url("/gate/first"),
               server_.url("/static?title=second"), server_.url("/static?title=third")}));
  ASSERT_TRUE(scraper.read_until("\"title\":\"second\"", patience, Output::out));
  ASSERT_TRUE(scraper.read_until("\"title\":\"third\"", patience, Output::out));
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[2]["seq"], 0);
}

TEST_F(Scrape, WaitingForLessThanLoad) {
  server_.on("/with-slow-image", [](const Request&) {
    return Response{.body = html_page("early", "<p>text</p><img src=\"/gate/image\">")};
  });
  const ProcessResult result =
      run({"-f", "jsonl", "--wait", "domcontentloaded", server_.url("/with-slow-image")});
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_EQ(records.at(0)["wait"]["ended_by"], "domcontentloaded");
  EXPECT_EQ(records.at(0)["title"], "early");
}

}  // namespace
}  // namespace cdp::test
