// What an answer over HTTP is made of: URLs, heads, packed bodies and their bounds, proxies.
#include "base/web/proxy_settings.hpp"
#include "base/web/secret_header.hpp"
#include "base/web/web_url.hpp"
#include "fetch/answer_head.hpp"
#include "fetch/body_decoder.hpp"
#include "fetch/body_reader.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/network.hpp"
#include "run/attempt/fetch_choice.hpp"
#include "support/pages/packed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

namespace cdp {
namespace {

using test::packed;
using test::Packed;

using testing::ElementsAre;
using testing::HasSubstr;

// ---- URLs, by the rules of the URL Standard ----

TEST(WebUrls, AreResolvedAsInBrowsers) {
  const std::vector<std::tuple<const char*, const char*>> table = {
      {"#there", "http://h/a/b?q#there"},
      {"", "http://h/a/b?q"},
      {"?x=1", "http://h/a/b?x=1"},
      {"c", "http://h/a/c"},
      {"./c/../d", "http://h/a/d"},
      {"../../../c", "http://h/c"},
      {"/", "http://h/"},
      {"//other/x", "http://other/x"},
      {"\\\\other\\x", "http://other/x"},
      {"\\x\\y", "http://h/x/y"},
      {"http:x", "http://h/a/x"},
      {"http:/x", "http://h/x"},
      {"http://x", "http://x/"},
      {"http:\\\\x", "http://x/"},
      {"https:x", "https://x/"},
      {"https:////x/y", "https://x/y"},
      {"HTTP://X:80/", "http://x/"},
      {"https://x:443", "https://x/"},
      {"https://x:00080/", "https://x:80/"},
      {" /a\tb\nc ", "http://h/abc"},
      {"/%2e%2E/x/%2e", "http://h/x/"},
      {"/a b\"<>`{}^?'#` ", "http://h/a%20b%22%3C%3E%60%7B%7D%5E?%27#%60"},
      {"/\xC3\xA9?\xC3\xA9#\xC3\xA9", "http://h/%C3%A9?%C3%A9#%C3%A9"},
      {"http://u:p@x/", "http://u:p@x/"},
      {"http://u@v@x/", "http://u%40v@x/"},
      {"http://127.1/", "http://127.0.0.1/"},
      {"http://0x7f.0.0.1/", "http://127.0.0.1/"},
      {"http://0177.1/", "http://127.0.0.1/"},
      {"http://2130706433", "http://127.0.0.1/"},
      {"http://1.2.3.4./", "http://1.2.3.4/"},
      {"http://[0:0::1]/", "http://[::1]/"},
      {"http://[1:0:0:2:0:0:0:3]/", "http://[1:0:0:2::3]/"},
      {"http://[::ffff:1.2.3.4]/", "http://[::ffff:102:304]/"},
      {"http://EX%41MPLE/", "http://example/"},
      {"http://B\xC3\xBC"
       "cher.example/",
       "http://xn--bcher-kva.example/"},
      {"http://fa\xC3\x9F.example/", "http://xn--fa-hia.example/"},
      {"http://I\u2764.ws/", "http://xn--i-7iq.ws/"},
      {"http://\u2764\uFE0F/", "http://xn--qei/"},
      {"http://a.%e2%98%83./", "http://a.xn--n3h./"},
      {"http://ma\u00F1ana\u2764.x/", "http://xn--maana-pta8100e.x/"},
      {"http://a\U0001F4A9b\U0001F4A9\u00E9/", "http://xn--ab-cja65822cba/"},
      {"http://\U0001F1E9\U0001F1EA.x/", "http://xn--h77hc.x/"},
      {"http://XN--I-7iq.ws/", "http://xn--i-7iq.ws/"},
      {"myapp:a b", "myapp:a b"},
      {"mailto:a@b", "mailto:a@b"},
  };
  const auto base = parse_web_url("http://h/a/b?q#f");
  ASSERT_TRUE(base);
  for (const auto& [text, whole] : table) {
    const auto url = parse_web_url(text, &*base);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->text(), whole) << text;
    // What came out means itself.
    EXPECT_EQ(parse_web_url(url->text())->text(), whole) << text;
  }
}

TEST(WebUrls, WhatIsNone) {
  for (const char* text : {"",
                           "x",
                           "/x",
                           "http:",
                           "http://",
                           "http://:80/",
                           "http://a:b/",
                           "http://a:65536/",
                           "http://xn--/",
                           "http://xn--a/",
                           "http://a.xn--pokxncvks/",
                           "http://\u2764\u200D/",
                           "http://a b/",
                           "http://a^b/",
                           "http://[1]/",
                           "http://[::1/",
                           "http://[::g]/",
                           "http://[1:2:3:4:5:6:7:8:9]/",
                           "http://256.1.1.1/",
                           "http://1.2.3.4.5/",
                           "http://a.0x/zz@",
                           "http://%zz/",
                           "http://a%00/",
                           "http://u@/"})
    EXPECT_FALSE(parse_web_url(text) && parse_web_url(text)->text() != "") << text;
}

TEST(WebUrls, BadPortsAreThoseOfOtherProtocols) {
  for (const int port : {0, 22, 25, 6667, 10080})
    EXPECT_TRUE(is_bad_port(port)) << port;
  for (const int port : {80, 443, 8080, 3000, 65535})
    EXPECT_FALSE(is_bad_port(port)) << port;
}

// ---- heads ----

AnswerHead head_of(const std::vector<std::string>& lines) {
  AnswerHead head;
  for (const std::string& line : lines)
    if (!head.take(line + "\r\n")) break;
  return head;
}

TEST(AnswerHeads, AreReadInAnyCase) {
  const AnswerHead head = head_of({"HTTP/1.1 200 OK", "CONTENT-TYPE: text/html", "retry-AFTER:  7 ",
                                   "refresh:0;url=/x", "content-Encoding: gzip",
                                   "Content-encoding: br", "content-DISPOSITION: inline", ""});
  EXPECT_TRUE(head.is_complete());
  EXPECT_EQ(head.content_type(), "text/html");
  EXPECT_EQ(head.retry_after(), "7");
  EXPECT_EQ(head.refresh(), "0;url=/x");
  EXPECT_EQ(head.content_encoding(), "gzip,br");
  EXPECT_EQ(head.content_disposition(), "inline");
}

TEST(AnswerHeads, AreNotChangedByTrailers) {
  const AnswerHead head =
      head_of({"HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", "",
               "Content-Type: text/plain; charset=windows-1252", "Location: /", ""});
  EXPECT_EQ(head.content_type(), "text/html; charset=utf-8");
  EXPECT_FALSE(head.is_redirect());
}

TEST(AnswerHeads, OfInterimAnswersAreNone) {
  AnswerHead head = head_of({"HTTP/1.1 103 Early Hints", "Retry-After: 7", ""});
  EXPECT_FALSE(head.is_complete());
  head.take("HTTP/1.1 200 OK\r\n");
  head.take("\r\n");
  EXPECT_TRUE(head.is_complete());
  EXPECT_EQ(head.retry_after(), "");
  for (int i = 0; i <= AnswerHead::most_interim_answers && !head.fault(); ++i) {
    head.take("HTTP/1.1 103 Early Hints\r\n");
    head.take("\r\n");
  }
  ASSERT_TRUE(head.fault());
  EXPECT_EQ(head.fault()->code(), errc::connect_error);
}

TEST(AnswerHeads, ThatAreNoneAreRefused) {
  const auto code_of = [](const std::vector<std::string>& lines) {
    const AnswerHead head = head_of(lines);
    return head.fault() ? to_string(head.fault()->code()) : "none";
  };
  EXPECT_EQ(code_of({"HTTP/1.1 000 X", ""}), "connect_error");
  EXPECT_EQ(code_of({"HTTP/1.1 101 Switching Protocols", ""}), "connect_error");
  EXPECT_EQ(code_of({"HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2", ""}),
            "connect_error");
  EXPECT_EQ(code_of({"HTTP/1.1 302 Found", "Location: /a", "Location: /b", ""}), "connect_error");
  EXPECT_EQ(code_of({"HTTP/1.1 200 OK", "Content-Length: 1", "content-length: 1", ""}), "none");
  EXPECT_EQ(code_of({"HTTP/1.1 200 OK", "X: " + std::string(AnswerHead::most_bytes, 'x'), ""}),
            "too_large");
}

TEST(AnswerHeads, OfTheBrowserAreReadInAnyCase) {
  using protocol::network::ResponseHeaders;
  for (const char* name : {"Retry-After", "retry-after", "RETRY-AFTER", "Retry-after"}) {
    std::string text = std::string("{\"X\":\"1\",\"") + name + "\":\"7\"}";
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(protocol::decode<ResponseHeaders>(json, "headers").retry_after, "7") << name;
    const auto read = protocol::read_struct<ResponseHeaders>(text);
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(read->retry_after, "7") << name;
  }
  EXPECT_FALSE(protocol::decode<ResponseHeaders>(nlohmann::json::object(), "x").retry_after);
}

// ---- packed bodies ----

struct Unpacked {
  std::string text;
  bool complete = false;
  bool broken = false;
};

/// Fed in pieces of any size, the result is the same.
Unpacked unpack(const std::string& coding, const std::string& body, std::size_t piece) {
  BodyDecoder decoder(coding);
  Unpacked result;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    decoder.feed(std::string_view(body).substr(at, piece));
    while (decoder.decode(result.text, 7)) {
    }
  }
  result.complete = decoder.is_complete();
  result.broken = decoder.is_broken();
  return result;
}

TEST(BodyDecoders, TakeWhatBrowsersTake) {
  const std::string text = "<p>some text, some text</p>";
  const std::string gzip = packed(text);
  const std::vector<std::tuple<const char*, std::string, std::string>> table = {
      {"", text, text},
      {"identity", text, text},
      {"UTF-8", text, text},
      {"8bit", text, text},
      {"text/html", text, text},
      {"aws-chunked", text, text},
      {"GZIP", gzip, text},
      {"x-gzip", gzip, text},
      {"gzip, ", gzip, text},
      {"gzip", gzip + std::string(100, '\0'), text},
      {"gzip", gzip + packed("second"), text},
      {"gzip", gzip + "junk", text},
      {"gzip", gzip.substr(0, gzip.size() - 8) + "01234567", text},
      {"gzip, gzip", packed(gzip), text},
      {"deflate", packed(text, Packed::zlib), text},
      {"deflate", packed(text, Packed::raw), text},
      {"gzip, deflate", packed(gzip, Packed::zlib), text},
      {"gzip, aws-chunked", gzip, gzip},
  };
  for (const auto& [coding, body, expected] : table) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, body.size()}) {
      const Unpacked result = unpack(coding, body, piece);
      EXPECT_EQ(result.text, expected) << coding << " by " << piece;
      EXPECT_TRUE(result.complete) << coding << " by " << piece;
      EXPECT_FALSE(result.broken) << coding << " by " << piece;
    }
  }
}

TEST(BodyDecoders, KnowWhatIsMissing) {
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += std::to_string(i * 7919 % 10007) + " ";
  const std::string gzip = packed(text);
  const Unpacked half = unpack("gzip", gzip.substr(0, gzip.size() / 2), 100);
  EXPECT_FALSE(half.complete);
  EXPECT_FALSE(half.broken);
  EXPECT_FALSE(half.text.empty());
  EXPECT_TRUE(text.starts_with(half.text));
  EXPECT_TRUE(unpack("gzip", text, 100).broken);
  EXPECT_TRUE(unpack("br", std::string(100, '\xFF'), 100).broken);
  EXPECT_TRUE(unpack("zstd", text, 100).broken);
  EXPECT_TRUE(unpack("gzip", "", 1).complete) << "nothing at all is an empty body";
}

AnswerHead html_head(const std::string& more = "X: y") {
  return head_of({"HTTP/1.1 200 OK", "Content-Type: text/html", more, ""});
}

TEST(BodyReaders, EndABombBeforeItIsLarge) {
  const std::string bomb = packed(std::string(std::size_t{64} << 20, ' '));
  BodyLimits limits;
  limits.text = limits.most = std::size_t{256} << 20;
  BodyReader reader(limits, false);
  reader.begin(html_head("Content-Encoding: gzip"));
  reader.feed(bomb.substr(0, bomb.size() / 2));
  int steps = 0;
  while (reader.has_work() && !reader.is_over()) {
    reader.step();
    ++steps;
  }
  ASSERT_TRUE(reader.fault());
  EXPECT_EQ(reader.fault()->code(), errc::too_large);
  EXPECT_GT(steps, 20) << "whoever feeds it has its turn in between";
  EXPECT_LT(steps, 100) << "and no more is unpacked than the bound";
  EXPECT_EQ(reader.take(), "");
}

TEST(BodyReaders, HoldTheirBounds) {
  const auto read = [](BodyLimits limits, const std::string& body, const AnswerHead& head) {
    BodyReader reader(limits, false);
    reader.begin(head);
    reader.feed(body);
    while (reader.has_work())
      reader.step();
    return std::tuple(reader.is_cut(), reader.is_file(), reader.fault().has_value(), reader.take());
  };
  const std::string body = "<p>0123456789";
  EXPECT_EQ(read({100, 0, 100}, body, html_head()), std::tuple(false, false, false, body));
  EXPECT_EQ(read({13, 0, 100}, body, html_head()), std::tuple(false, false, false, body));
  EXPECT_EQ(read({5, 0, 100}, body, html_head()), std::tuple(true, false, false, "<p>01"));
  EXPECT_EQ(read({100, 0, 5}, body, html_head()), std::tuple(true, false, true, ""));
  const AnswerHead zip = head_of({"HTTP/1.1 200 OK", "Content-Type: application/zip", ""});
  EXPECT_EQ(read({100, 0, 100}, body, zip), std::tuple(true, true, false, ""));
  EXPECT_EQ(read({100, 50, 5}, body, zip), std::tuple(false, true, false, body));
}

TEST(BodyReaders, LookAtWhatNobodyNames) {
  const auto type_of = [](const std::string& type, const std::string& body) {
    BodyReader reader({1000, 1000, 1000}, false);
    reader.begin(head_of({"HTTP/1.1 200 OK", "Content-Type: " + type, ""}));
    reader.feed(body);
    while (reader.has_work())
      reader.step();
    return reader.type();
  };
  EXPECT_EQ(type_of("*/*", "<p>x"), "text/html");
  EXPECT_EQ(type_of("unknown/unknown", "words"), "text/plain");
  EXPECT_EQ(type_of("text", "<foo>"), "text/plain");
  EXPECT_EQ(type_of("", "%PDF-1.4"), "application/pdf");
  EXPECT_EQ(type_of("text/plain", "words"), "text/plain");
  EXPECT_EQ(type_of("text/plain", std::string("a\0b", 3)), "application/octet-stream");
  EXPECT_EQ(type_of("text/html", std::string("a\0b", 3)), "text/html");
}

// ---- secrets and proxies ----

TEST(SecretHeaders, AreKnownByTheirNames) {
  for (const char* name : {"Authorization", "authorization", "COOKIE", "Proxy-Authorization",
                           "X-Api-Key", "X-Auth-Token", "x-session-id"})
    EXPECT_TRUE(is_secret_header(name)) << name;
  for (const char* name : {"Accept", "X-Requested-With", "Referer", "X-Keyword", "DNT"})
    EXPECT_FALSE(is_secret_header(name)) << name;
}

TEST(Proxies, AreChosenByUrl) {
  const ProxySettings proxies{"http://p:1", "http://q:2",
                              parse_exceptions("example.com, .b.org;10.0.0.0/8 host:81,[::1]")};
  const std::vector<std::pair<const char*, const char*>> table = {
      {"http://a.org/", "http://p:1"},
      {"https://a.org/", "http://q:2"},
      {"http://example.com/", ""},
      {"http://www.EXAMPLE.com/", ""},
      {"http://notexample.com/", "http://p:1"},
      {"http://b.org/", ""},
      {"http://10.1.2.3/", ""},
      {"http://11.1.2.3/", "http://p:1"},
      {"http://host:81/", ""},
      {"http://host/", "http://p:1"},
      {"http://[0:0::1]/", ""},
      {"http://localhost/", "http://p:1"}};
  for (const auto& [url, proxy] : table)
    EXPECT_EQ(proxies.proxy_for(url), proxy) << url;
  EXPECT_EQ((ProxySettings{"http://p:1", "http://p:1", {"*"}}.proxy_for("http://a/")), "");
}

TEST(Proxies, ChromiumIsToldTheSame) {
  EXPECT_THAT(proxy_arguments({}), ElementsAre("--no-proxy-server"));
  EXPECT_THAT(proxy_arguments({"socks5://p:1", "socks5://p:1", {}}),
              ElementsAre("--proxy-server=socks5://p:1", "--proxy-bypass-list=<-loopback>"));
  EXPECT_THAT(proxy_arguments({"http://p:1", "", parse_exceptions("a.b,.c:81,10.0.0.0/8,*")}),
              ElementsAre("--proxy-server=http=http://p:1",
                          "--proxy-bypass-list=<-loopback>;a.b;*.a.b;c:81;*.c:81;10.0.0.0/8;*"));
}

// ---- what HTTP cannot do ----

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
