// Text as it comes in: JSON with broken characters, URLs, messages on a pipe, names of errors.
#include "base/ascii.hpp"
#include "base/text/base64.hpp"
#include "base/text/json_text.hpp"
#include "base/text/utf8.hpp"
#include "base/web/url.hpp"
#include "engine/net_error.hpp"
#include "transport/nul_framing.hpp"
#include "transport/websocket_transport.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <random>
#include <set>
#include <string>

namespace cdp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// ---- ASCII ----

TEST(Ascii, LowersLettersOfItsOwnOnly) {
  EXPECT_EQ(lower(std::string_view("AZ@[az09\xc4\xdf")), "az@[az09\xc4\xdf");
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "cONTENT-tYPE"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("@", "`")) << "they differ by the same bit as letters do";
}

TEST(Ascii, TakesBlanksOffBothEnds) {
  EXPECT_EQ(trimmed(" \ta b\r\n", " \t\r\n"), "a b");
  EXPECT_EQ(trimmed(" \t ", " \t"), "");
  EXPECT_EQ(trimmed("", " "), "");
}

TEST(PercentEncoding, IsDecodedWhereItIsWhole) {
  EXPECT_EQ(percent_decoded("a%20b%2fC%2F"), "a b/C/");
  EXPECT_EQ(percent_decoded("%%41%4"), "%A%4");
  EXPECT_EQ(percent_decoded("100%"), "100%");
  EXPECT_EQ(percent_decoded("%gg%0"), "%gg%0");
  EXPECT_EQ(encoded_byte("%fF", 0), 255);
  EXPECT_EQ(encoded_byte("a%41", 0), std::nullopt);
}

// ---- base64 ----

TEST(Base64, TheExamplesOfTheRfc) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"Zg==", "f"},
                                                          {"Zm8=", "fo"},
                                                          {"Zm9v", "foo"},
                                                          {"Zm9vYg==", "foob"},
                                                          {"Zm9vYmE=", "fooba"},
                                                          {"Zm9vYmFy", "foobar"}};
  for (const auto& [text, bytes] : examples)
    EXPECT_EQ(decode_base64(text), bytes);
  EXPECT_EQ(decode_base64("/+8A"), std::string("\xFF\xEF\0", 3));
}

TEST(Base64, WhatIsNoneIsRefused) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "====", "Z===", "Zm9-", "Zg==Zg=="})
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

// ---- lone surrogates ----

struct Repair {
  std::string text;
  std::string expected;
  std::size_t repaired;
};

Repair repaired(std::string text) {
  Repair result{text, {}, 0};
  result.repaired = repair_lone_surrogates(text);
  result.expected = text;
  return result;
}

TEST(LoneSurrogates, AreReplacedWherePairsAreNot) {
  const std::array cases = {
      Repair{R"("plain text")", R"("plain text")", 0},
      Repair{R"("\ud83d\ude00")", R"("\ud83d\ude00")", 0},
      Repair{R"("\uD83D\uDE00")", R"("\uD83D\uDE00")", 0},
      Repair{R"("\uD83d\ude00")", R"("\uD83d\ude00")", 0},
      Repair{R"("a\ud800b")", R"("a\ufffdb")", 1},
      Repair{R"("a\uDC00b")", R"("a\ufffdb")", 1},
      Repair{R"("\uDBFF")", R"("\ufffd")", 1},
      Repair{R"("\udfff")", R"("\ufffd")", 1},
      Repair{R"("\ud800\ud800\udc00")", R"("\ufffd\ud800\udc00")", 1},
      Repair{R"("\ud800\udc00\udc00")", R"("\ud800\udc00\ufffd")", 1},
      Repair{R"("\udc00\ud800")", R"("\ufffd\ufffd")", 2},
      Repair{R"("\ud800\n\udc00")", R"("\ufffd\n\ufffd")", 2},
      Repair{R"("\ud800\u0041")", R"("\ufffd\u0041")", 1},
      Repair{R"("\ud7ff\ue000")", R"("\ud7ff\ue000")", 0},
      // An escaped backslash, then ordinary text; and one, then a surrogate.
      Repair{R"("\\ud800")", R"("\\ud800")", 0},
      Repair{R"("\\\ud800")", R"("\\\ufffd")", 1},
      Repair{R"("\\\\ud800\ud800")", R"("\\\\ud800\ufffd")", 1},
      Repair{R"("\"\ud800\"")", R"("\"\ufffd\"")", 1},
      // The second half is escaped text, no half.
      Repair{R"("\ud800\\udc00")", R"("\ufffd\\udc00")", 1},
  };
  for (const Repair& expected : cases) {
    const Repair actual = repaired(expected.text);
    EXPECT_EQ(actual.expected, expected.expected) << expected.text;
    EXPECT_EQ(actual.repaired, expected.repaired) << expected.text;
    EXPECT_TRUE(json::accept(actual.expected)) << actual.expected;
  }
}

TEST(LoneSurrogates, CutOffEscapesStayAsTheyAre) {
  for (const std::string text : {"\\", "\\u", "\\ud", "\\ud8", "\\ud80", "\"\\ud83d\\",
                                 "x\\ud83d\\ude0", "\\ud8zz", "\\ud+12", "\\ud-12", "\\ud 12"}) {
    const Repair actual = repaired(text);
    // Only whole escapes of four hexadecimal digits are looked at.
    EXPECT_EQ(actual.expected.size(), text.size()) << text;
    if (actual.repaired == 0) {
      EXPECT_EQ(actual.expected, text);
    }
  }
  EXPECT_EQ(repaired("x\\ud83d\\ude0").repaired, 1U);
}

TEST(LoneSurrogates, AnyMixtureOfEscapesParsesAfterwardsAndKeepsItsLength) {
  const std::array<std::string, 16> pieces = {
      R"(\ud800)", R"(\uDBff)", R"(\udc00)", R"(\uDFFF)", R"(\\)", R"(\")", R"(\n)",    R"(\u0000)",
      R"(\uffff)", R"(\ud7ff)", R"(\ue000)", "u",         "d800",  "ud800", "\xc3\xa9", " "};
  std::mt19937 random(7);
  std::uniform_int_distribution<std::size_t> pick(0, pieces.size() - 1);
  std::uniform_int_distribution<int> length(0, 12);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "\"";
    for (int i = length(random); i > 0; --i)
      text += pieces[pick(random)];
    text += '"';
    const Repair actual = repaired(text);
    ASSERT_TRUE(json::accept(actual.expected)) << text;
    ASSERT_EQ(actual.expected.size(), text.size()) << text;
    ASSERT_EQ(json::accept(text), actual.repaired == 0) << text;
    ASSERT_EQ(repaired(actual.expected).repaired, 0U) << text;
  }
}

// ---- writing JSON ----

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

TEST(AppendJson, WritesWhatNlohmannWrites) {
  for (const char* text :
       {"{}", "[]", R"({"a":{},"b":[],"c":[[],{},""]})", R"({"":null,"b":true,"c":false})",
        R"([0,-1,1.5,-2000.0,18446744073709551615,-9223372036854775808,1e300])", "1", "\"text\"",
        R"({"\u0000\"\\":"\n"})"}) {
    const json value = json::parse(text);
    EXPECT_EQ(to_text(value), dumped(value));
  }
}

TEST(AppendJson, EveryByteIsWrittenAsNlohmannDoes) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "a" + std::string(1, static_cast<char>(byte)) + "z";
    EXPECT_EQ(to_text(json(text)), dumped(text)) << byte;
  }
  // Also in the middle of texts that are looked at in words.
  for (const char byte : {'"', '\\', '\n', '\x1f', ' ', '!', '#', '[', ']', '\x7f'}) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = byte;
      EXPECT_EQ(to_text(json(text)), dumped(text)) << at;
    }
  }
  const std::string mixed = "é\xff\xed\xa0\x80 \"\\/\x7f\xf0\x9f\x98\x80";
  EXPECT_EQ(to_text(json(mixed)), dumped(mixed));
}

TEST(AppendJson, AppendsToWhatIsThere) {
  std::string text = "x";
  append_quoted(text, "a\"b");
  EXPECT_EQ(text, R"(x"a\"b")");
}

// ---- URLs ----

TEST(Urls, OfPagesPass) {
  for (const char* url : {
           "http://example.com",
           "https://example.com/",
           "HTTP://EXAMPLE.COM/",
           "hTTps://example.com/a?b#c",
           "http://localhost",
           "http://localhost:8080/x",
           "http://127.0.0.1:1/",
           "http://[::1]/",
           "http://[2001:db8::1]:8443/x",
           "http://[::ffff:192.0.2.1]/",
           "http://user@example.com/",
           "http://user:pa:ss@example.com:80/",
           "http://example.com:/",
           "http://example.com:65535/",
           "http://example.com:00080/",
           "http:/x",
           "http:x",
           "http:\\\\x",
           "http:\\\\x\\y:z",
           "http:////x/",
           "http://example.com?q=a b",
           "http://example.com#:bad",
           "http://example.com/a:b@c",
           "http://b\xc3\xbc"
           "cher.example/",
           "http://\xe4\xbe\x8b\xe3\x81\x88.example/",
           "http://xn--bcher-kva.example/",
           "http://under_score.example/",
           "http://example.com./",
           "  http://example.com  ",
           "\x01http://example.com\r\n",
       }) {
    const auto fault = find_url_fault(url);
    EXPECT_FALSE(fault) << url << ": " << fault->detail;
  }
}

TEST(Urls, WithoutASchemeAreInvalidAndTheMessageProposesOne) {
  for (const char* url : {"example.com",
                          "www.example.com/x",
                          "localhost:8080",
                          "example.com:443/x",
                          "127.0.0.1",
                          "//example.com/",
                          "/path",
                          "path",
                          "://example.com",
                          "1http://example.com",
                          "ht_tp://example.com",
                          "ht tp://example.com",
                          "ja\tvascript:alert()",
                          "http//example.com",
                          "\xc2\xa0http://example.com",
                          "[::1]:80",
                          "user@example.com",
                          "?",
                          "#x",
                          ":"}) {
    const auto fault = find_url_fault(url);
    ASSERT_TRUE(fault) << url;
    EXPECT_EQ(fault->code, errc::invalid_url) << url;
    EXPECT_THAT(fault->detail, HasSubstr("https://")) << url;
  }
}

TEST(Urls, OfOtherSchemesAreBlocked) {
  for (const char* url : {"javascript:alert(document.cookie)",
                          "JavaScript:alert()",
                          "data:text/html,x",
                          "file:///etc/passwd",
                          "FILE:/etc/passwd",
                          "file:etc",
                          "chrome://crash",
                          "chrome-extension://abc/x.html",
                          "devtools://devtools/x",
                          "about:blank",
                          "about:srcdoc",
                          "view-source:http://example.com",
                          "blob:http://example.com/1",
                          "filesystem:http://x/",
                          "ws://example.com",
                          "wss://example.com",
                          "ftp://example.com",
                          "mailto:a@example.com",
                          "intent:x",
                          "x:",
                          "\x01 file:///etc/passwd",
                          "\tjavascript:alert()",
                          "c:\\x"}) {
    const auto fault = find_url_fault(url);
    ASSERT_TRUE(fault) << url;
    EXPECT_EQ(fault->code, errc::blocked_scheme) << url << ": " << fault->detail;
  }
}

TEST(Urls, WithAnImpossibleHostOrPortAreInvalid) {
  for (const char* url : {"",
                          " ",
                          "\n",
                          "http:",
                          "http://",
                          "https://",
                          "http:///",
                          "http://?x",
                          "http://#x",
                          "http://:80/",
                          "http://@/",
                          "http://user@/",
                          "http://user:pass@:80/",
                          "http://exa mple.com/",
                          "http://exam\tple.com/",
                          "http://example.com:99999/",
                          "http://example.com:65536/",
                          "http://example.com:123456/",
                          "http://example.com:8a/",
                          "http://example.com:-1/",
                          "http://a:b:c/",
                          "http://[::1/",
                          "http://[]/",
                          "http://[:::zz]/",
                          "http://[::1]x/",
                          "http://::1/",
                          "http://a<b/",
                          "http://a>b/",
                          "http://a[b/",
                          "http://a^b/",
                          "http://a|b/",
                          "http://a\x7f/"}) {
    const auto fault = find_url_fault(url);
    ASSERT_TRUE(fault) << url;
    EXPECT_EQ(fault->code, errc::invalid_url) << url << ": " << fault->detail;
    EXPECT_FALSE(fault->detail.empty()) << url;
  }
}

TEST(Urls, ThatAreNoUtf8AreInvalid) {
  for (const char* url :
       {"http://example.com/\xff\xfe", "http://ex\xc3mple.com/", "http://x/\xed\xa0\x80"}) {
    const auto fault = find_url_fault(url);
    ASSERT_TRUE(fault) << url;
    EXPECT_EQ(fault->code, errc::invalid_url);
  }
}

TEST(Urls, HoldingANulAreInvalid) {
  const std::string url("http://exa\0mple.com/", 20);
  ASSERT_TRUE(find_url_fault(url));
  EXPECT_EQ(find_url_fault(url)->code, errc::invalid_url);
}

TEST(Urls, MayBeTwoMebibytesLongAndNoLonger) {
  const std::string start = "http://example.com/";
  constexpr std::size_t limit = std::size_t{2} << 20;
  EXPECT_FALSE(find_url_fault(start + std::string(limit - start.size(), 'a')));
  const auto fault = find_url_fault(start + std::string(limit - start.size() + 1, 'a'));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code, errc::invalid_url);
}

TEST(Urls, AreQuotedShortInMessages) {
  const std::string much(100'000, '9');
  for (const char* start : {"", "a", "http://a b", "http://a:", "http://a:b", "http://["}) {
    const auto fault = find_url_fault(start + much);
    ASSERT_TRUE(fault) << start;
    EXPECT_LT(fault->detail.size(), 1000U) << start;
  }
  const auto scheme = find_url_fault("x" + much + ":y");
  ASSERT_TRUE(scheme);
  EXPECT_LT(scheme->detail.size(), 1000U);
}

TEST(Urls, AreQuotedInWholeCharacters) {
  std::string url;
  for (int i = 0; i < 1000; ++i)
    url += "\xe4\xbe\x8b";
  for (const char* start : {"", "a", "ab", "http://a b", "http://ab b", "http://abc b"}) {
    const auto fault = find_url_fault(start + url);
    ASSERT_TRUE(fault);
    EXPECT_NO_THROW(json(fault->detail).dump()) << "cut within a character: " << start;
  }
}

// ---- UTF-8 ----

TEST(Utf8, IsWhatRfc3629Says) {
  for (const char* text : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(text)) << text;
  for (const char* text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x7f", "\xc2\xc0", "\xe0\x9f\xbf",
        "\xe0\xa0", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "a\xe4\xbe",
        "\xe4\xbe"
        "a"})
    EXPECT_FALSE(is_utf8(text)) << json(text).dump(-1, ' ', true, json::error_handler_t::replace);
}

TEST(Utf8, AgreesWithTheJsonLibrary) {
  std::mt19937 random(5);
  constexpr std::string_view bytes =
      "a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc1\xc2\xdf\xe0\xed\xef\xf0\xf4\xf5\xff";
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (std::size_t i = random() % 6; i > 0; --i)
      text += bytes[random() % bytes.size()];
    bool dumps = true;
    try {
      static_cast<void>(json(text).dump());
    } catch (const json::exception&) {
      dumps = false;
    }
    ASSERT_EQ(is_utf8(text), dumps)
        << json(text).dump(-1, ' ', true, json::error_handler_t::replace);
  }
}

// ---- endpoints ----

TEST(WebSocketUrls, AreTakenApart) {
  const auto url = parse_websocket_url("ws://127.0.0.1:9222/devtools/browser/a-b");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, "9222");
  EXPECT_EQ(url->path, "/devtools/browser/a-b");
  EXPECT_TRUE(url->is_loopback());

  const auto ipv6 = parse_websocket_url("ws://[::1]:1");
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->host, "::1");
  EXPECT_EQ(ipv6->path, "/");
  EXPECT_TRUE(ipv6->is_loopback());

  const auto remote = parse_websocket_url("ws://browser.example:80/x");
  ASSERT_TRUE(remote);
  EXPECT_FALSE(remote->is_loopback());
}

TEST(WebSocketUrls, ThatAreNoneAreRefused) {
  for (const char* url :
       {"", "ws://", "http://127.0.0.1:1/", "wss://127.0.0.1:1/", "ws://127.0.0.1/",
        "ws://127.0.0.1:/", "ws://:1/", "ws://h:port/", "ws://h:123456/", "ws://h:-1/",
        "ws://user@h:1/", "ws://h h:1/", "127.0.0.1:9222", "not a URL"}) {
    EXPECT_FALSE(parse_websocket_url(url)) << url;
  }
}

// ---- messages on a pipe ----

std::vector<std::string> all_messages(NulFraming& framing) {
  std::vector<std::string> messages;
  while (auto message = framing.next())
    messages.push_back(std::move(*message));
  return messages;
}

TEST(NulFraming, PutsMessagesTogetherByteByByte) {
  const std::string stream("one\0\0two\0", 9);
  NulFraming framing;
  std::vector<std::string> messages;
  for (const char byte : stream) {
    framing.append({&byte, 1});
    for (std::string& message : all_messages(framing))
      messages.push_back(std::move(message));
  }
  EXPECT_THAT(messages, testing::ElementsAre("one", "", "two"));
  EXPECT_EQ(framing.buffered(), 0U);
}

TEST(NulFraming, TakesSeveralMessagesFromOneChunkAndKeepsTheRest) {
  NulFraming framing;
  framing.append({"one\0two\0thr", 11});
  EXPECT_EQ(framing.next(), "one");
  EXPECT_EQ(framing.buffered(), 7U);
  EXPECT_EQ(framing.next(), "two");
  EXPECT_FALSE(framing.next());
  EXPECT_FALSE(framing.next());
  framing.append({"ee\0", 3});
  EXPECT_EQ(framing.next(), "three");
  EXPECT_FALSE(framing.next());
}

TEST(NulFraming, MayGetMoreWhileMessagesAreStillUntaken) {
  NulFraming framing;
  framing.append({"a\0b\0", 4});
  EXPECT_EQ(framing.next(), "a");
  framing.append({"c\0", 2});
  EXPECT_THAT(all_messages(framing), testing::ElementsAre("b", "c"));
}

TEST(NulFraming, CarriesLargeMessagesWhole) {
  std::mt19937 random(3);
  std::string large(std::size_t{1} << 20, '\0');
  for (char& byte : large)
    byte = static_cast<char>('a' + random() % 26);
  NulFraming framing;
  for (std::size_t at = 0; at < large.size(); at += 4096) {
    EXPECT_FALSE(framing.next());
    framing.append(std::string_view(large).substr(at, 4096));
  }
  framing.append({"\0tail", 5});
  EXPECT_EQ(framing.next(), large);
  EXPECT_FALSE(framing.next());
  EXPECT_EQ(framing.buffered(), 4U);
}

// ---- names of errors ----

TEST(NetErrors, AreSortedIntoCodes) {
  const std::vector<std::pair<const char*, errc>> table = {
      {"net::ERR_NAME_NOT_RESOLVED", errc::dns_error},
      {"ERR_NAME_RESOLUTION_FAILED", errc::dns_error},
      {"net::ERR_DNS_TIMED_OUT", errc::dns_error},
      {"net::ERR_ICANN_NAME_COLLISION", errc::dns_error},
      {"net::ERR_CONNECTION_REFUSED", errc::connect_error},
      {"net::ERR_CONNECTION_RESET", errc::connect_error},
      {"net::ERR_CONNECTION_CLOSED", errc::connect_error},
      {"net::ERR_CONNECTION_TIMED_OUT", errc::connect_error},
      {"net::ERR_ADDRESS_UNREACHABLE", errc::connect_error},
      {"net::ERR_INTERNET_DISCONNECTED", errc::connect_error},
      {"net::ERR_EMPTY_RESPONSE", errc::connect_error},
      {"net::ERR_CONTENT_LENGTH_MISMATCH", errc::connect_error},
      {"net::ERR_INCOMPLETE_CHUNKED_ENCODING", errc::connect_error},
      {"net::ERR_HTTP2_PROTOCOL_ERROR", errc::connect_error},
      {"net::ERR_UNSAFE_PORT", errc::blocked_address},
      {"net::ERR_INVALID_RESPONSE", errc::connect_error},
      {"net::ERR_A_NAME_OF_TOMORROW", errc::connect_error},
      {"", errc::connect_error},
      {"net::ERR_CERT_AUTHORITY_INVALID", errc::tls_error},
      {"net::ERR_CERT_DATE_INVALID", errc::tls_error},
      {"net::ERR_SSL_PROTOCOL_ERROR", errc::tls_error},
      {"net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH", errc::tls_error},
      {"net::ERR_BAD_SSL_CLIENT_AUTH_CERT", errc::tls_error},
      {"net::ERR_TOO_MANY_REDIRECTS", errc::too_many_redirects},
      {"net::ERR_INVALID_URL", errc::invalid_url},
      {"net::ERR_UNKNOWN_URL_SCHEME", errc::blocked_scheme},
      {"net::ERR_DISALLOWED_URL_SCHEME", errc::blocked_scheme},
      {"net::ERR_UNSAFE_REDIRECT", errc::blocked_scheme},
      {"net::ERR_BLOCKED_BY_CLIENT", errc::blocked_address},
      {"net::ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS", errc::blocked_address},
      {"net::ERR_INVALID_AUTH_CREDENTIALS", errc::auth_required},
      {"net::ERR_PROXY_AUTH_UNSUPPORTED", errc::auth_required},
      {"net::ERR_OUT_OF_MEMORY", errc::page_crashed},
  };
  for (const auto& [name, code] : table)
    EXPECT_EQ(to_string(classify_net_error(name)), to_string(code)) << name;
}

TEST(NetErrors, LoseTheirPrefixOnce) {
  EXPECT_EQ(net_error_name("net::ERR_FAILED"), "ERR_FAILED");
  EXPECT_EQ(net_error_name("ERR_FAILED"), "ERR_FAILED");
  EXPECT_EQ(net_error_name("net::"), "");
}

TEST(ErrorCodes, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(errc::state_error); ++code)
    names.insert(to_string(static_cast<errc>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(errc::state_error) + 1);
  // The codes of the record are a promise.
  for (const char* published : {"invalid_url",
                                "duplicate",
                                "blocked_scheme",
                                "blocked_address",
                                "robots_disallowed",
                                "robots_unreachable",
                                "dns_error",
                                "connect_error",
                                "tls_error",
                                "auth_required",
                                "rate_limited",
                                "too_many_redirects",
                                "download",
                                "too_large",
                                "nav_timeout",
                                "page_timeout",
                                "page_hung",
                                "page_crashed",
                                "browser_crashed",
                                "protocol_timeout",
                                "protocol_error",
                                "dialog_loop",
                                "poison",
                                "cancelled",
                                "output_error",
                                "internal"}) {
    EXPECT_TRUE(names.contains(published)) << published;
  }
}

}  // namespace
}  // namespace cdp
