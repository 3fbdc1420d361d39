// What users write: options, URLs, headers, cookies, rules. What is wrong is found when it is read.
#include "base/web/redact.hpp"
#include "cli/options/option_text.hpp"
#include "cli/options/suggestion.hpp"
#include "cli/options/url_argument.hpp"
#include "cli/sight/progress.hpp"
#include "frontier/fetch_rules.hpp"
#include "frontier/request_header.hpp"
#include "frontier/url_source.hpp"
#include "run/attempt/cookie_file.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// ---- times and numbers ----

constexpr cli::DurationLimits seconds_to_an_hour{1s, 1ms, 1h};

TEST(Duration, HasAUnitOrTheUsualOne) {
  const std::array<std::pair<const char*, std::chrono::milliseconds>, 7> cases = {{{"30", 30s},
                                                                                   {"1.5", 1500ms},
                                                                                   {"500ms", 500ms},
                                                                                   {"30s", 30s},
                                                                                   {"2m", 2min},
                                                                                   {"1h", 1h},
                                                                                   {"0.5m", 30s}}};
  for (const auto& [text, expected] : cases) {
    std::chrono::milliseconds value{};
    EXPECT_EQ(cli::read_duration(text, seconds_to_an_hour, value), "") << text;
    EXPECT_EQ(value, expected) << text;
  }
}

TEST(Duration, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "nan", "inf", "-1", "0", "1x", "1 s", "s", "1e9", "2h", "0.0001", "1ms2"}) {
    std::chrono::milliseconds value = 7ms;
    EXPECT_THAT(cli::read_duration(text, seconds_to_an_hour, value), HasSubstr("is not a time"))
        << text;
    EXPECT_EQ(value, 7ms) << text;
  }
}

TEST(Number, WhatIsNoneIsRefused) {
  for (const char* text : {"", "nan", "inf", "-1", "100.1", "5%", " 5"}) {
    double value = 7;
    EXPECT_EQ(cli::read_number(text, 0.0, 100.0, value),
              "'" + std::string(text) + "' is not a number from 0 to 100");
  }
  std::size_t bytes = 0;
  EXPECT_EQ(cli::read_number("0", std::size_t{1}, std::numeric_limits<std::size_t>::max(), bytes),
            "'0' is not a whole number of 1 or more");
}

TEST(Statuses, AreNumbersAndGroups) {
  std::vector<StatusRange> ranges;
  EXPECT_EQ(cli::read_statuses("404, 5xx,410-420", ranges), "");
  ASSERT_THAT(ranges, SizeIs(3));
  EXPECT_EQ(std::pair(ranges[1].first, ranges[1].last), std::pair(500, 599));
  for (const char* text : {"", "4x", "6xx", "xx", "404,", "420-410", "4xx-5xx", "99", "1000"})
    EXPECT_THAT(cli::read_statuses(text, ranges), HasSubstr("is not a list of statuses")) << text;
}

// ---- what was meant ----

TEST(Suggestion, IsTheNearestName) {
  const std::vector<std::string> names = {"--concurrency", "--connect", "--wait", "--timeout"};
  EXPECT_EQ(cli::suggestion("--concurency", names), "; did you mean --concurrency?");
  EXPECT_EQ(cli::suggestion("--tiemout", names), "; did you mean --timeout?");
  EXPECT_EQ(cli::suggestion("--conc", names), "; did you mean --concurrency?");
  EXPECT_EQ(cli::suggestion("--colour", names), "");
}

TEST(UrlArgument, GetsTheSchemeThatItsServerMostLikelyHas) {
  const std::array<std::pair<const char*, const char*>, 9> cases = {{
      {"example.com", "https://example.com"},
      {"example.com/a?b=http://c/", "https://example.com/a?b=http://c/"},
      {"bücher.example", "https://bücher.example"},
      {"example.com:443/", "https://example.com:443/"},
      {"example.com:8080", "http://example.com:8080"},
      {"localhost:8000/x", "http://localhost:8000/x"},
      {"a.localhost", "http://a.localhost"},
      {"127.0.0.1", "http://127.0.0.1"},
      {"[::1]:80/x", "http://[::1]:80/x"},
  }};
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(cli::with_scheme(text), expected);
}

TEST(UrlArgument, StaysAsItIsWhenItIsNoAddress) {
  for (const char* text :
       {"https://example.com", "mailto:a@b.c", "javascript:alert(1)", "nowhere", "/a/path.html",
        "two words.com", "about:blank", "data:text/html,x.y", "", ".", "..", "\x1b[31m"})
    EXPECT_EQ(cli::with_scheme(text), text);
}

// ---- lines of the input ----

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

// ---- headers ----

TEST(RequestHeader, ThatChromiumRefusesIsNamed) {
  for (const char* name : {"Host", "content-length", "Connection", "Keep-Alive", "TE", "Trailer",
                           "Transfer-Encoding", "Upgrade", "Cookie2", "Proxy-Authorization"})
    EXPECT_THAT(find_header_fault({name, "x"}), HasSubstr(name));
  for (const char* value : {"a\r\nX: b", "a\nb", "a\x7f", "a\x01"})
    EXPECT_THAT(find_header_fault({"X-A", value}), HasSubstr("X-A"));
  EXPECT_THAT(find_header_fault({"A b", "x"}), HasSubstr("A b"));
  EXPECT_EQ(find_header_fault({"Accept", "a\tb; c=\"ü\""}), "");
}

TEST(RequestHeader, OfALineMakesThatLineFaulty) {
  const auto input = parse_input_line(R"({"url":"http://a/","headers":{"A":"b","Host":"c"}})");
  ASSERT_TRUE(input && input->fault);
  EXPECT_THAT(input->fault->what(), HasSubstr("Host"));
}

TEST(RequestHeader, IsSetOnce) {
  std::vector<Header> headers;
  EXPECT_EQ(cli::read_header("Accept: a", headers), "");
  EXPECT_EQ(cli::read_header("accept:  b ", headers), "");
  ASSERT_THAT(headers, SizeIs(1));
  EXPECT_EQ(headers[0].value, "b");
}

TEST(RequestHeader, LocaleIsNoPlaceForOne) {
  std::string locale;
  for (const char* text : {"de", "de-DE", "zh-Hant-TW", "sr-Latn-RS"})
    EXPECT_EQ(cli::read_locale(text, locale), "") << text;
  for (const char* text : {"", "d", "garbage!!", "de\r\nX: y", "de-", "-de", "de--DE", "de DE"})
    EXPECT_THAT(cli::read_locale(text, locale), HasSubstr("is not a locale")) << text;
  std::string agent;
  EXPECT_NE(cli::read_header_value("a\r\nX: b", agent), "");
}

// ---- cookies ----

TEST(Cookies, ThatHaveExpiredAreCounted) {
  const CookieFile file = parse_cookies(
      "a.test\tTRUE\t/\tFALSE\t1\told\tv\n"
      "a.test\tTRUE\t/\tFALSE\t2\tolder\tv\n"
      "a.test\tTRUE\t/\tFALSE\t0\tsession\tv\n"
      "a.test\tTRUE\t/\tFALSE\t32503680000\tnew\tv\n",
      "jar");
  ASSERT_THAT(file.cookies, SizeIs(2));
  EXPECT_EQ(file.cookies[0].name, "session");
  EXPECT_THAT(file.skipped, ElementsAre(HasSubstr("2 of its 4 cookies have expired")));
}

std::string refusal_of(const std::string& text) {
  try {
    parse_cookies(text, "jar");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::input_error);
    return error.what();
  }
  return "accepted";
}

TEST(CookieFile, ThatNoBrowserTakesIsLeftOutWithItsLine) {
  const std::string text =
      "# Netscape\n"
      "a.test\tFALSE\t/\tFALSE\t0\tgood\t1\n"
      ".a.test\tTRUE\t/\tTRUE\t0\t__Host-x\t1\n"
      "a.test\tFALSE\t/\tFALSE\t0\t__Secure-x\t1\n"
      "\tFALSE\t/\tFALSE\t0\tnowhere\t1\n"
      "a.test\tFALSE\t/\tFALSE\t0\tlong\t" +
      std::string(5000, 'x') +
      "\n"
      "a.test\tFALSE\t/\tFALSE\t0\tcontrol\ta\x01\n"
      "a.test\tFALSE\t/\tTRUE\t0\t__Host-y\t1\n";
  const CookieFile file = parse_cookies(text, "jar");
  ASSERT_THAT(file.cookies, SizeIs(2));
  EXPECT_EQ(file.cookies[0].name, "good");
  EXPECT_EQ(file.cookies[1].name, "__Host-y");
  EXPECT_THAT(file.skipped,
              ElementsAre(AllOf(HasSubstr("jar: line 3"), HasSubstr("__Host-x")),
                          AllOf(HasSubstr("line 4"), HasSubstr("__Secure-x")),
                          AllOf(HasSubstr("line 5"), HasSubstr("nowhere"), HasSubstr("domain")),
                          AllOf(HasSubstr("line 6"), HasSubstr("4096")),
                          AllOf(HasSubstr("line 7"), HasSubstr("control"))));
}

TEST(CookieFile, TheSecondColumnSaysWhetherSubdomainsAreMeant) {
  const CookieFile file = parse_cookies("a.test\tTRUE\t/\tFALSE\t0\tn\tv\n", "jar");
  ASSERT_THAT(file.cookies, SizeIs(1));
  EXPECT_EQ(file.cookies[0].domain, ".a.test");
}

TEST(CookieFile, MayBeginWithAByteOrderMark) {
  EXPECT_THAT(parse_cookies("\xEF\xBB\xBF"
                            "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n",
                            "jar")
                  .cookies,
              SizeIs(1));
  EXPECT_THAT(parse_cookies("\xEF\xBB\xBF[{\"name\":\"n\",\"domain\":\"a.test\"}]", "jar").cookies,
              SizeIs(1));
}

TEST(CookieFile, NumbersAreTextAndOtherValuesAreRefused) {
  const CookieFile file =
      parse_cookies(R"([{"name":"n","domain":"a.test","value":5,"sameSite":"lax"}])", "jar");
  ASSERT_THAT(file.cookies, SizeIs(1));
  EXPECT_EQ(file.cookies[0].value, "5");
  EXPECT_EQ(file.cookies[0].same_site, "Lax");
  for (const char* value : {"true", "[1]", "{}"}) {
    EXPECT_THAT(
        refusal_of(R"([{"name":"n","domain":"a.test","value":)" + std::string(value) + "}]"),
        AllOf(HasSubstr("cookie 1"), HasSubstr("\"value\"")));
  }
}

TEST(CookieFile, WhatIsNotSuchAFileIsRefusedWithItsLine) {
  EXPECT_THAT(refusal_of("a.test FALSE / FALSE 0 n v\n"), HasSubstr("jar: line 1: not seven"));
  EXPECT_THAT(refusal_of("\na.test\tmaybe\t/\tFALSE\t0\tn\tv\n"), HasSubstr("line 2: 'maybe'"));
  EXPECT_THAT(refusal_of("a.test\tTRUE\t/\tFALSE\tsoon\tn\tv\n"), HasSubstr("line 1: 'soon'"));
  EXPECT_THAT(refusal_of("[{\"name\":\"n\"}]"), HasSubstr("a name and a domain"));
}

// ---- rules ----

TEST(Rule, TakesTimeInProportionToTheUrl) {
  const FetchRules rules(FetchMode::browser, {{"(a+)+$", FetchMode::http}});
  EXPECT_EQ(rules.mode_of("http://x/" + std::string(100'000, 'a') + "!"), FetchMode::browser);
  EXPECT_EQ(rules.mode_of("http://x/" + std::string(100'000, 'a')), FetchMode::http);
}

TEST(Rule, ThatIsNoneIsRefusedWithItsPosition) {
  for (const auto& [pattern, place] : {std::pair{"ab(c", ""}, std::pair{"ab*(?=c)", "character 4"},
                                       std::pair{"x[b-a]", "character 3"}}) {
    try {
      const FetchRules rules(FetchMode::browser, {{pattern, FetchMode::http}});
      ADD_FAILURE() << pattern;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), errc::invalid_argument);
      EXPECT_THAT(error.what(), AllOf(HasSubstr(pattern), HasSubstr(place)));
    }
  }
}

// ---- traffic in the log ----

TEST(RedactedMessage, HasNoSecrets) {
  const std::string safe = redacted_message(
      R"({"id":1,"sessionId":"S1","params":{"headers":{"X-Mine":"secret1","Cookie":"a=\"secret2"},)"
      R"("request":{"url":"http://a/","urlFragment":"#secret3","postData":"secret4"},)"
      R"("cookies":[{"name":"sid","value":"secret5","domain":"a"}],"password":"secret6",)"
      R"("responseHeaders":[{"name":"Set-Cookie","value":"secret7"}],"username":"secret8"}})");
  EXPECT_THAT(safe, Not(HasSubstr("secret")));
  EXPECT_THAT(safe, AllOf(HasSubstr(R"("sessionId":"S1")"), HasSubstr(R"("name":"sid")"),
                          HasSubstr(R"("url":"http://a/")"), HasSubstr(R"("domain":"a")")));
  EXPECT_EQ(redacted_message(R"({"password":"secr)"), R"({"password":"***)") << "cut off";
  EXPECT_EQ(redacted_message(R"({"method":"Page.enable"})"), R"({"method":"Page.enable"})");
}

// ---- progress ----

TEST(Progress, OfAFileIsEstimated) {
  ScrapeRun::Progress progress;
  progress.ok = 20;
  progress.total = 200;
  progress.is_estimate = true;
  EXPECT_THAT(cli::describe_progress(progress, 10s),
              AllOf(HasSubstr("20/~200 done"), HasSubstr("10 %, 1m30s left")));
  progress.in_flight = 500;
  EXPECT_THAT(cli::describe_progress(progress, 10s), HasSubstr("20/~520 done"))
      << "not fewer than begun";
}

}  // namespace
}  // namespace cdp
