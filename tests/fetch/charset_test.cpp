// Which encoding a document has, and its text in UTF-8.
#include "fetch/charset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cdp {
namespace {

TEST(Charsets, HaveLabels) {
  EXPECT_EQ(charset_of_label(" Latin1\n"), "windows-1252");
  EXPECT_EQ(charset_of_label("ISO-8859-1"), "windows-1252");
  EXPECT_EQ(charset_of_label("us-ascii"), "windows-1252");
  EXPECT_EQ(charset_of_label("UTF8"), "UTF-8");
  EXPECT_EQ(charset_of_label("gb2312"), "GBK");
  EXPECT_EQ(charset_of_label("x-sjis"), "Shift_JIS");
  EXPECT_EQ(charset_of_label("iso-8859-9"), "windows-1254");
  for (const char* label : {"", " ", "utf", "8859", "no-such-charset", "utf-8 latin1"})
    EXPECT_EQ(charset_of_label(label), "") << label;
}

TEST(Charsets, AreDeclaredInTheHeadOrTheFirstKibibyte) {
  std::string at_the_end(1000, ' ');
  at_the_end += "<meta charset=koi8-r>";
  std::string behind = "<p>";
  behind.append(1024, ' ').append("<meta charset=koi8-r>");
  const std::string long_text(3000, 'x');
  const std::vector<std::pair<std::string, const char*>> table = {
      {"<meta charset=koi8-r>", "KOI8-R"},
      {"<META CHARSET = 'Windows-1251' >", "windows-1251"},
      {"<html><head><title>x</title><meta charset=\"big5\"/>", "Big5"},
      {R"(<meta http-equiv="Content-Type" content="text/html; charset=euc-jp">)", "EUC-JP"},
      {R"(<meta content="text/html; charset = 'euc-jp'" http-equiv=content-type>)", "EUC-JP"},
      {R"(<meta content="text/html; charset=euc-jp">)", ""},
      {R"(<meta http-equiv=refresh content="0; charset=euc-jp">)", ""},
      {"<!-- <meta charset=koi8-r> --><meta charset=utf-8>", "UTF-8"},
      {"<!--><meta charset=koi8-r>", "KOI8-R"},
      {"<!-- <meta charset=koi8-r>", ""},
      {"<p title='<meta charset=koi8-r>'><meta charset=utf-8>", "UTF-8"},
      {"<p title=\"<meta charset=koi8-r>", ""},
      {"<metal charset=koi8-r>", ""},
      {"<meta charset=nonsense><meta charset=gbk>", "GBK"},
      {"<meta charset=utf-16le>", "UTF-8"},
      {"<meta charset=x-user-defined>", "windows-1252"},
      {"<meta charset=koi8-r charset=utf-8>", "KOI8-R"},
      {"</html foo='<meta charset=koi8-r>'>", ""},
      {"<!doctype html \"><meta charset=koi8-r>", "KOI8-R"},
      {"<?xml version=\"1.0\" encoding='iso-8859-2'?><x/>", "ISO-8859-2"},
      {at_the_end, "KOI8-R"},
      {behind, ""},
      {"<head><!--" + long_text + "--><meta charset=koi8-r>", "KOI8-R"},
      {"<head><script>'<div>" + long_text + "'</script><meta charset=koi8-r>", "KOI8-R"},
      {"<title>" + long_text + "</title></head><meta charset=koi8-r>", ""},
      {"<noscript><img></noscript><base href='" + long_text + "'><meta charset=koi8-r>", ""},
      {"<script>'<meta charset=koi8-r>'</script><meta charset=utf-8>", "UTF-8"},
      {"<style><meta charset=koi8-r>", ""},
      {"", ""},
      {"<", ""},
      {"<meta", ""},
      {"<meta charset", ""},
      {"<meta charset=", ""},
  };
  for (const auto& [html, charset] : table)
    EXPECT_EQ(prescan_charset(html), charset) << html;
}

TEST(Charsets, AreSoughtInTheOrderOfTheStandard) {
  const std::string declared = "<meta charset=koi8-r>";
  EXPECT_EQ(find_charset("\xEF\xBB\xBF" + declared, "text/html", "gbk"), "UTF-8");
  EXPECT_EQ(find_charset("\xFF\xFEx", "text/html", "gbk"), "UTF-16LE");
  EXPECT_EQ(find_charset("\xFE\xFFx", "text/html", "gbk"), "UTF-16BE");
  EXPECT_EQ(find_charset(declared, "text/html", "gbk"), "GBK");
  EXPECT_EQ(find_charset(declared, "text/html", "unheard-of"), "KOI8-R");
  EXPECT_EQ(find_charset(declared, "text/plain", ""), "windows-1252") << "no markup there";
  EXPECT_EQ(find_charset("abc", "text/html", ""), "windows-1252");
  EXPECT_EQ(find_charset("gr\xC3\xBC\xC3\x9F", "text/html", ""), "UTF-8");
  EXPECT_EQ(find_charset("gr\xFC\xDF", "text/html", ""), "windows-1252");
  EXPECT_EQ(find_charset("{}", "application/json", ""), "UTF-8");
}

TEST(Charsets, BecomeUtf8) {
  const std::vector<std::tuple<std::string, const char*, const char*>> table = {
      {"gr\xFC\xDF \x80", "windows-1252", "gr\u00FC\u00DF \u20AC"},
      {"\x81", "windows-1252", "\u0081"},
      {"\xA5", "windows-1253", "\u00A5"},
      {"\xD2", "windows-1253", "\uFFFD"},
      {"\xC4\xE3\xBA\xC3", "GBK", "\u4F60\u597D"},
      {"\x82\xA0", "Shift_JIS", "\u3042"},
      {"\xA4\xA2", "EUC-JP", "\u3042"},
      {"\xB0\xA1", "EUC-KR", "\uAC00"},
      {"\xA4\xA4", "Big5", "\u4E2D"},
      {"\xF0\xD2", "KOI8-R", "\u041F\u0440"},
      {std::string("a\0\xE9\0", 4), "UTF-16LE", "a\u00E9"},
      {std::string("\xFE\xFF\0a", 4), "UTF-16BE", "a"},
      {"\xEF\xBB\xBFx", "UTF-8", "x"},
      {"a\xFF"
       "b",
       "UTF-8",
       "a\uFFFD"
       "b"},
      {"\xE4\xBE", "UTF-8", "\uFFFD"},
      {"\xE4\xBE"
       "a",
       "UTF-8",
       "\uFFFD"
       "a"},
      {"\xC0\x80", "UTF-8", "\uFFFD\uFFFD"},
      {"\xF0\x9F\x98", "UTF-8", "\uFFFD"},
      {"\xED\xA0\x80", "UTF-8", "\uFFFD\uFFFD\uFFFD"},
      {"\x82", "Shift_JIS", "\uFFFD"},
      {"<script>", "replacement", "\uFFFD"},
      {"", "replacement", ""},
      {"a\x80", "x-user-defined", "a\uF780"},
  };
  for (const auto& [bytes, charset, text] : table)
    EXPECT_EQ(decode(bytes, charset), text) << charset << ' ' << testing::PrintToString(bytes);
}

TEST(Charsets, AllHaveAConverter) {
  for (const char* name :
       {"IBM866",       "ISO-8859-2",     "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",
        "ISO-8859-6",   "ISO-8859-7",     "ISO-8859-8",   "ISO-8859-8-I", "ISO-8859-10",
        "ISO-8859-13",  "ISO-8859-14",    "ISO-8859-15",  "ISO-8859-16",  "KOI8-R",
        "KOI8-U",       "macintosh",      "windows-874",  "windows-1250", "windows-1251",
        "windows-1253", "windows-1254",   "windows-1255", "windows-1256", "windows-1257",
        "windows-1258", "x-mac-cyrillic", "GBK",          "gb18030",      "Big5",
        "EUC-JP",       "EUC-KR",         "Shift_JIS"}) {
    EXPECT_EQ(charset_of_label(name), name);
    EXPECT_EQ(decode("a\xE1\xE1 ", name).find("\uFFFD"), std::string::npos) << name;
  }
  EXPECT_EQ(decode("\x1B$B$\"\x1B(B", "ISO-2022-JP"), "\u3042");
}

TEST(Charsets, LongTextsAreConvertedWhole) {
  std::string bytes;
  std::string text;
  for (int i = 0; i < 30'000; ++i) {
    bytes += "\x82\xA0";
    text += "\u3042";
  }
  EXPECT_EQ(decode(bytes, "Shift_JIS"), text);
}

}  // namespace
}  // namespace cdp
