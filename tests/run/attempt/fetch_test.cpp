// Pages without a browser: --fetch http, --rule, "fetch" in the input.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <utility>

namespace cdp::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// A browser that cannot be started proves that none was.
const std::vector<std::string> no_browser = {"--chrome", "/nonexistent", "-f", "jsonl", "-q"};

class Fetch : public CliTest {
 protected:
  ProcessResult fetch(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), no_browser.begin(), no_browser.end());
    arguments.insert(arguments.end(), {"--fetch", "http"});
    return run(std::move(arguments));
  }

  /// The record of a single URL.
  Json record_of(const std::string& url, std::vector<std::string> options = {}) const {
    options.push_back(url);
    const ProcessResult result = fetch(std::move(options));
    std::vector<Json> records = parse_lines(result.out);
    EXPECT_THAT(records, SizeIs(1)) << result;
    return records.empty() ? Json::object() : records.front();
  }

  static std::string code_of(const Json& record) {
    return record["error"].is_null() ? "none" : record["error"]["code"].get<std::string>();
  }

  static std::string html_of(const Json& record) {
    return record["html"].is_string() ? record["html"].get<std::string>() : std::string();
  }
};

TEST_F(Fetch, AStaticPageNeedsNoBrowser) {
  const Json record = record_of(server_.url("/static?title=A%26B"));
  EXPECT_EQ(record["outcome"], "ok");
  EXPECT_EQ(record["fetch"], "http");
  EXPECT_EQ(record["fetch_reason"], Json());
  EXPECT_EQ(record["status"], 200);
  EXPECT_EQ(record["title"], "A&B");
  EXPECT_EQ(record["content_type"], "text/html");
  EXPECT_EQ(record["charset"], "UTF-8");
  EXPECT_EQ(record["wait"]["ended_by"], "response");
  EXPECT_EQ(record["attempts"], 1);
  EXPECT_EQ(record["browser"], Json());
  EXPECT_EQ(record["partial"], false);
  EXPECT_THAT(html_of(record), HasSubstr("<h1 id=\"title\">A&amp;B</h1>"));
}

/// A page that would be kept as the server sent it, were it not for what is asked for.
TEST_F(Fetch, WhatOnlyABrowserHasIsRendered) {
  const std::string page = server_.url("/static");
  const ProcessResult plain = run({"-q", "-f", "jsonl", "--fetch", "auto", page});
  EXPECT_THAT(column(parse_lines(plain.out), "fetch"), ElementsAre("http"));
  const ProcessResult awaited =
      run({"-q", "-f", "jsonl", "--fetch", "auto", "--wait-selector", "#title", page});
  EXPECT_THAT(column(parse_lines(awaited.out), "fetch"), ElementsAre("browser"));
}

TEST_F(Fetch, ItsHtmlAloneIsPrintedAsWell) {
  const ProcessResult result =
      run({"--chrome", "/nonexistent", "--fetch", "http", server_.url("/static")});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(result.out, HasSubstr("<h1 id=\"title\">static</h1>"));
}

TEST_F(Fetch, RedirectsAreRecorded) {
  const Json record = record_of(server_.url("/redirect?n=2&code=301"));
  EXPECT_EQ(record["final_url"], server_.url("/static?title=redirected"));
  EXPECT_EQ(record["redirects"],
            Json::array({{{"url", server_.url("/redirect?n=2&code=301")}, {"status", 301}},
                         {{"url", server_.url("/redirect?n=1&code=301")}, {"status", 301}}}));
}

TEST_F(Fetch, RedirectsThatNeverEndAreAnError) {
  const Json record = record_of(server_.url("/redirect-loop"));
  EXPECT_EQ(code_of(record), "too_many_redirects");
  EXPECT_EQ(server_.count("/redirect-loop"), 21);
}

TEST_F(Fetch, RedirectsDoNotLeaveHttp) {
  for (const char* target :
       {"file:///etc/passwd", "javascript:alert(1)", "ftp://127.0.0.1/x", "data:text/html,x"}) {
    server_.on("/away", [target](const Request&) {
      return Response{.status = 302, .headers = {{"Location", target}}};
    });
    const Json record = record_of(server_.url("/away"));
    EXPECT_EQ(code_of(record), "blocked_scheme") << target;
    EXPECT_EQ(record["html"], Json()) << target;
  }
}

TEST_F(Fetch, CompressedPagesAreUnpacked) {
  EXPECT_THAT(html_of(record_of(server_.url("/gzip"))), HasSubstr("<p id=\"text\">unpacked</p>"));
}

TEST_F(Fetch, WhatItCanUnpackIsSaidToTheServer) {
  const Json headers = Json::parse(html_of(record_of(server_.url("/headers"))));
  for (const char* coding : {"gzip", "deflate", "br", "zstd"})
    EXPECT_THAT(headers["Accept-Encoding"].get<std::string>(), HasSubstr(coding));
  EXPECT_THAT(headers["User-Agent"].get<std::string>(), HasSubstr("cdp-scrape/"));
}

TEST_F(Fetch, HeadersAndUserAgentAreSent) {
  const Json headers = Json::parse(html_of(record_of(
      server_.url("/headers"),
      {"-H", "X-One: 1", "-H", "X-Empty:", "--user-agent", "someone", "--locale", "de-DE"})));
  EXPECT_EQ(headers["X-One"], "1");
  EXPECT_EQ(headers["X-Empty"], "");
  EXPECT_EQ(headers["User-Agent"], "someone");
  EXPECT_EQ(headers["Accept-Language"], "de-DE");
}

TEST_F(Fetch, CookiesOfTheFileAreSentAndThoseOfServersKept) {
  const std::string file = write_file(
      "cookies.json", R"([{"name":"mine","value":"7","domain":"127.0.0.1","path":"/"}])");
  const ProcessResult result =
      fetch({"-c", "1", "--cookie-file", file, server_.url("/cookie?1"), server_.url("/cookie?2"),
             server_.url_on("localhost", "/cookie?3")});
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(3)) << result;
  EXPECT_THAT(html_of(records[0]), HasSubstr("mine=7"));
  EXPECT_THAT(html_of(records[0]), Not(HasSubstr("visit=1")));
  EXPECT_THAT(html_of(records[1]), HasSubstr("visit=1"));
  EXPECT_THAT(html_of(records[2]), Not(HasSubstr("mine=7"))) << "another host";
}

TEST_F(Fetch, CredentialsOpenTheDoor) {
  EXPECT_EQ(record_of(server_.url("/auth"), {"--auth", "user:pass"})["status"], 200);
  const Json without = record_of(server_.url("/auth"));
  EXPECT_EQ(without["status"], 401);
  EXPECT_EQ(without["outcome"], "ok") << "a status is data";
  EXPECT_EQ(code_of(record_of(server_.url("/auth"), {"--auth", "user:wrong"})), "auth_required");
}

TEST_F(Fetch, CredentialsAreForTheFirstOriginOnly) {
  const std::string elsewhere = server_.other_origin_url("/auth");
  server_.on("/leave", [elsewhere](const Request&) {
    return Response{.status = 302, .headers = {{"Location", elsewhere}}};
  });
  std::vector<std::string> seen;
  server_.on("/auth", [&seen](const Request& request) {
    seen.push_back(request.header("Authorization"));
    return Response{.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}};
  });
  const Json record = record_of(server_.url("/leave"),
                                {"--auth", "user:pass", "-H", "Authorization: Bearer secret"});
  EXPECT_EQ(record["status"], 401);
  EXPECT_EQ(record["outcome"], "ok");
  EXPECT_THAT(seen, ElementsAre(""));
}

TEST_F(Fetch, CharsetsBecomeUtf8) {
  const std::vector<std::pair<std::string, std::string>> charsets = {
      {"shift_jis", "Shift_JIS"},
      {"gb18030", "gb18030"},
      {"utf-16le", "UTF-16LE"},
      {"windows-1252", "windows-1252"},
      {"broken-utf8", "UTF-8"}};
  std::vector<std::string> urls;
  for (const auto& [path, name] : charsets)
    urls.push_back(server_.url("/charset/" + path));
  const std::vector<Json> records = parse_lines(fetch(urls).out);
  ASSERT_THAT(records, SizeIs(charsets.size()));
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i]["charset"], charsets[i].second);
    EXPECT_THAT(html_of(records[i]), HasSubstr(charset_text(charsets[i].first)));
  }
}

/// Nobody says which encoding it is: what is guessed may be wrong, and says so. What was cut in the
/// middle of a character is the UTF-8 that it was.
TEST_F(Fetch, AGuessedCharsetIsFlagged) {
  server_.on("/undeclared", [](const Request&) {
    return Response{.headers = {{"Content-Type", "text/html"}}, .body = "<p>\xDD\xF2\xEE"};
  });
  server_.on("/utf8", [](const Request&) {
    return Response{.headers = {{"Content-Type", "text/html"}},
                    .body = "<p>\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"};
  });
  const std::vector<Json> records =
      parse_lines(fetch({"--max-html", "6", server_.url("/undeclared"), server_.url("/utf8")}).out);
  EXPECT_THAT(column(records, "charset"), ElementsAre("windows-1252", "UTF-8"));
  EXPECT_THAT(column(records, "charset_guessed"), ElementsAre(true, false));
  EXPECT_EQ(html_of(records[1]), "<p>\xC3\xA4");
}

TEST_F(Fetch, StatusesAreData) {
  const std::vector<Json> records =
      parse_lines(fetch({server_.url("/status/404"), server_.url("/status/503"),
                         server_.url("/no-content"), server_.url("/empty")})
                      .out);
  EXPECT_THAT(column(records, "status"), ElementsAre(404, 503, 204, 200));
  EXPECT_THAT(column(records, "outcome"), Each(Json("ok")));
}

TEST_F(Fetch, TextsThatAreNoHtmlAreTakenAsTheyAre) {
  const std::vector<Json> records =
      parse_lines(fetch({server_.url("/json"), server_.url("/text"), server_.url("/xhtml")}).out);
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(html_of(records[0]), R"({"name": "json", "values": [1, 2, 3]})");
  EXPECT_EQ(html_of(records[1]), "plain <text> & more\n");
  EXPECT_EQ(records[2]["title"], "xhtml");
}

TEST_F(Fetch, FilesAreDownloads) {
  for (const char* path : {"/download", "/pdf", "/image"}) {
    const Json record = record_of(server_.url(path));
    EXPECT_EQ(code_of(record), "download") << path;
    EXPECT_EQ(record["status"], 200) << path;
    EXPECT_NE(record["content_type"], Json()) << path;
    EXPECT_EQ(record["attempts"], 1) << path;
  }
}

TEST_F(Fetch, FailuresHaveTheirCodes) {
  const std::vector<Json> records =
      parse_lines(fetch({"--retries", "0", "http://no-such-host.invalid/", "http://127.0.0.1:2/",
                         server_.url("/close"), server_.url("/tcp-reset"), "http://127.0.0.1:25/",
                         "no url", "ftp://example.com/"})
                      .out);
  EXPECT_THAT(error_codes(records),
              ElementsAre("dns_error", "connect_error", "connect_error", "connect_error",
                          "blocked_address", "invalid_url", "blocked_scheme"));
  EXPECT_THAT(column(records, "html"), Each(Json()));
  EXPECT_THAT(column(records, "fetch"), Each(Json("http")));
}

TEST_F(Fetch, WhatMayPassIsTriedAgain) {
  EXPECT_EQ(record_of(server_.url("/close?again"), {"--retries", "2"})["attempts"], 3);
  int calls = 0;
  server_.on_exchange("/flaky", [&calls](Exchange& exchange) {
    if (++calls == 1) return exchange.reset();
    exchange.send({.body = "<p>there</p>"});
  });
  const Json record = record_of(server_.url("/flaky"));
  EXPECT_EQ(record["outcome"], "ok");
  EXPECT_EQ(record["attempts"], 2);
}

TEST_F(Fetch, CertificatesAreLookedAt) {
  const TestServer server({.tls = true});
  const std::string url = server.tls_url("/static");
  EXPECT_EQ(code_of(record_of(url)), "tls_error");
  EXPECT_EQ(record_of(url, {"--insecure"})["outcome"], "ok");
}

TEST_F(Fetch, AServerThatDoesNotAnswerIsANavigationTimeout) {
  const Json record = record_of(server_.url("/hang"), {"--timeout", "0.5"});
  EXPECT_EQ(code_of(record), "nav_timeout");
  EXPECT_EQ(record["error"]["phase"], "navigate");
}

TEST_F(Fetch, APageThatDripsIsReadAsItIsOrFails) {
  const std::string url = server_.url("/drip?bytes=100000");
  const Json partial = record_of(url, {"--timeout", "0.7"});
  EXPECT_EQ(partial["outcome"], "ok");
  EXPECT_EQ(partial["partial"], true);
  EXPECT_EQ(partial["wait"]["ended_by"], "timeout");
  EXPECT_THAT(html_of(partial), HasSubstr("<p id=dots>"));
  EXPECT_EQ(code_of(record_of(url, {"--timeout", "0.7", "--on-timeout", "fail"})), "page_timeout");
}

TEST_F(Fetch, LongPagesAreCut) {
  const Json whole = record_of(server_.url("/big?mb=1"));
  EXPECT_EQ(html_of(whole), big_page(1, BigText::latin));
  EXPECT_EQ(whole["truncated"], false);
  const Json cut = record_of(server_.url("/big-cjk?mb=1"), {"--max-html", "10001"});
  EXPECT_EQ(cut["truncated"], true);
  EXPECT_THAT(html_of(cut).size(), testing::AllOf(testing::Le(10001U), testing::Gt(9990U)));
  EXPECT_EQ(html_of(cut), big_page(1, BigText::cjk).substr(0, html_of(cut).size()));
}

TEST_F(Fetch, ManyAtOnceComeInOrder) {
  const std::vector<std::string> urls = static_pages(60);
  std::vector<std::string> arguments = urls;
  arguments.insert(arguments.end(), {"-c", "16"});
  const ProcessResult result = fetch(arguments);
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "url"), testing::ElementsAreArray(urls));
  for (std::size_t i = 0; i < records.size(); ++i)
    EXPECT_EQ(records[i]["title"], std::to_string(i + 1));
}

TEST_F(Fetch, ASecondSignalEndsWhatHangs) {
  ProcessSpec spec =
      program({"--chrome", "/nonexistent", "-f", "jsonl", "--fetch", "http", server_.url("/hang")});
  RunningProcess process(std::move(spec));
  ASSERT_TRUE(server_.wait_for_request("/hang", patience));
  process.send_signal(SIGTERM);
  ASSERT_TRUE(process.read_until("stopping", patience));
  process.send_signal(SIGTERM);
  const ProcessResult result = process.wait(patience);
  EXPECT_EQ(result.exit_code, 143) << result;
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre("cancelled"));
}

// ---- proxies ----

TEST_F(Fetch, GoesThroughTheProxyEvenToThisMachine) {
  TestServer proxy;
  std::string target;
  std::string credentials;
  // A proxy is asked by the whole URL.
  const std::string url = server_.url("/static");
  proxy.on_exchange(url, [&](Exchange& exchange) {
    target = exchange.request().target;
    credentials = exchange.request().header("Proxy-Authorization");
    if (credentials.empty()) {
      exchange.send({.status = 407, .headers = {{"Proxy-Authenticate", "Basic realm=\"p\""}}});
    } else {
      exchange.send({.body = "<title>by proxy</title>"});
    }
  });
  const std::string authority = proxy.url("").substr(std::string("http://").size());
  const Json record = record_of(url, {"--proxy", "http://me:pw@" + authority});
  EXPECT_EQ(record["title"], "by proxy") << record;
  EXPECT_EQ(target, url);
  EXPECT_EQ(credentials, "Basic bWU6cHc=");
  EXPECT_EQ(code_of(record_of(url, {"--proxy", "http://" + authority})), "auth_required");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

// ---- who decides ----

TEST_F(Fetch, RulesChooseForEachUrlAndRecordsKeepTheirOrder) {
  const std::string lines = server_.url("/page/1") + "\n" + server_.url("/page/2") + "\n" +
                            R"({"url": ")" + server_.url("/page/3") + R"(", "fetch": "browser"})" +
                            "\n" + server_.url("/static") + "\n";
  const ProcessResult result = run_with_input(
      lines, {"-i", "-", "-f", "jsonl", "--rule", "/page/2$=browser", "--rule", "page=http"});
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(4));
  EXPECT_THAT(column(records, "seq"), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(column(records, "fetch"), ElementsAre("http", "browser", "browser", "browser"));
  EXPECT_THAT(html_of(records[0]), Not(HasSubstr("item 50</li>"))) << "its script did not run";
  EXPECT_THAT(html_of(records[1]), HasSubstr("item 50</li>"));
}

TEST_F(Fetch, TheInputMayAskForItToo) {
  const ProcessResult result =
      run_with_input(R"({"url": ")" + server_.url("/static") + R"(", "fetch": "http"})",
                     {"-i", "-", "-f", "jsonl", "--chrome", "/nonexistent"});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(column(parse_lines(result.out), "fetch"), ElementsAre("http"));
}

TEST_F(Fetch, ABrowserThatCannotBeStartedEndsTheRunWhenItIsNeeded) {
  const ProcessResult result = run({"--chrome", "/nonexistent", "-f", "jsonl", "--rule",
                                    "static=http", server_.url("/static"), server_.url("/page/1")});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(result.err, HasSubstr("/nonexistent"));
}

TEST_F(Fetch, FaultyRulesAreNamedInOneLine) {
  const std::vector<std::pair<const char*, const char*>> rules = {
      {"a(b=http", "'a(b' is not a regular expression"},
      {"nothing", "'nothing' is not a rule"},
      {"x=curl", "'x=curl' is not a rule"},
      {"=http", "'=http' is not a rule"}};
  for (const auto& [rule, fault] : rules) {
    const ProcessResult result = run({"--rule", rule, server_.url("/static")});
    EXPECT_EQ(result.exit_code, 2) << rule;
    EXPECT_THAT(result.err, HasSubstr(fault));
    EXPECT_THAT(result.err, HasSubstr("--rule"));
  }
  const ProcessResult result = run({"--fetch", "ftp", server_.url("/static")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("invalid value 'ftp'"));
}

// ---- over HTTP first ----

/// Text enough that nobody takes the page for an empty shell.
std::string article(std::string_view rest) {
  std::string html = "<!DOCTYPE html><title>article</title><h1>article</h1>";
  for (int i = 0; i < 60; ++i)
    html += "<p>paragraph " + std::to_string(i) + "</p>";
  return html.append(rest);
}

class FetchAuto : public Fetch {
 protected:
  FetchAuto() {
    const auto serve = [this](const char* path, std::string html) {
      server_.on(path, [html = std::move(html)](const Request&) { return Response{.body = html}; });
    };
    serve("/react",
          "<!DOCTYPE html><title>react</title><div id=root></div>"
          "<script>document.getElementById('root').innerHTML = '<p id=built>built</p>'</script>");
    serve("/hydrated/", article("<div id=app>text</div><script src=/asset/app.js></script>"));
    serve("/list/", article("<ul id=list></ul><script>const u = document.getElementById('list');"
                            "for (let i = 0; i < 20; i++) u.append('added ' + i + ' ');</script>"));
    server_.on("/asset/app.js", [](const Request&) {
      return Response{.headers = {{"Content-Type", "text/javascript"}}, .body = "window.x = 1;"};
    });
  }
};

TEST_F(FetchAuto, NoScriptsNoBrowser) {
  const ProcessResult result =
      run({"--chrome", "/nonexistent", "-f", "jsonl", "--fetch", "auto", server_.url("/static")});
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "fetch"), ElementsAre("http"));
  EXPECT_THAT(column(records, "fetch_reason"), ElementsAre("no scripts"));
}

TEST_F(FetchAuto, WhatScriptsMakeIsRendered) {
  const ProcessResult result =
      run({"-f", "jsonl", "--fetch", "auto", server_.url("/react"), server_.url("/static"),
           server_.url("/meta-refresh"), server_.url("/status/403"), server_.url("/status/404"),
           server_.url("/json"), "http://127.0.0.1:2/"});
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(7)) << result;
  EXPECT_THAT(column(records, "fetch"),
              ElementsAre("browser", "http", "browser", "browser", "http", "http", "http"));
  EXPECT_THAT(html_of(records[0]), HasSubstr("<p id=\"built\">built</p>"));
  EXPECT_EQ(records[0]["fetch_reason"], "empty application root #root");
  EXPECT_EQ(records[2]["title"], "refreshed");
  EXPECT_EQ(code_of(records[6]), "connect_error");
  EXPECT_THAT(result.err, HasSubstr("6 ok, 1 failed"));
}

TEST_F(FetchAuto, APageThatTookAllItsTimeIsNotRenderedAsWell) {
  const ProcessResult result = run({"--chrome", "/nonexistent", "-f", "jsonl", "--fetch", "auto",
                                    "--timeout", "0.7", server_.url("/drip?bytes=100000")});
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(1)) << result;
  EXPECT_EQ(records[0]["outcome"], "ok");
  EXPECT_EQ(records[0]["partial"], true);
  EXPECT_EQ(records[0]["fetch_reason"], "its timeout passed");
}

TEST_F(FetchAuto, TemplatesAreLearnt) {
  std::vector<std::string> arguments = {"-c", "1", "-f", "jsonl", "--fetch", "auto"};
  for (int i = 0; i < 4; ++i)
    arguments.push_back(server_.url("/hydrated/" + std::to_string(i)));
  for (int i = 0; i < 3; ++i)
    arguments.push_back(server_.url("/list/" + std::to_string(i)));
  const ProcessResult result = run(arguments);
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "fetch"),
              ElementsAre("browser", "browser", "http", "http", "browser", "browser", "browser"));
  ASSERT_THAT(records, SizeIs(7));
  EXPECT_THAT(html_of(records[6]), HasSubstr("added 19"));
  EXPECT_THAT(records[6]["fetch_reason"].get<std::string>(), HasSubstr("lack text"));
}

TEST_F(FetchAuto, VerifyFindsWhatHttpLacks) {
  const ProcessResult result =
      run({"-f", "jsonl", "--fetch", "http", "--verify", "100", server_.url("/list/1"),
           server_.url("/hydrated/1"), server_.url("/static")});
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_THAT(column(records, "fetch"), Each(Json("http")));
  EXPECT_EQ(records[0]["verify"]["loss"], true);
  EXPECT_EQ(records[0]["verify"]["lost"], 40);
  EXPECT_EQ(records[1]["verify"]["loss"], false);
  EXPECT_EQ(records[2]["verify"], (Json{{"words", 1}, {"lost", 0}, {"loss", false}}));
  EXPECT_THAT(html_of(records[0]), Not(HasSubstr("added 19"))) << "what HTTP gave is the result";
  EXPECT_THAT(result.err, HasSubstr("/list/1: over HTTP it lacks 40 of the"));
  EXPECT_THAT(result.err,
              HasSubstr("3 of 3 pages fetched over HTTP were rendered again: 1 of them lack text, "
                        "and 0 single words"));
}

TEST_F(FetchAuto, VerifyTakesThatManyOfAHundred) {
  std::vector<std::string> arguments = static_pages(8);
  arguments.insert(arguments.end(), {"-f", "jsonl", "--fetch", "http", "--verify", "25"});
  const ProcessResult result = run(arguments);
  std::size_t verified = 0;
  for (const Json& verification : column(parse_lines(result.out), "verify"))
    verified += verification.is_null() ? 0 : 1;
  EXPECT_EQ(verified, 2U) << result;
}

}  // namespace
}  // namespace cdp::test
