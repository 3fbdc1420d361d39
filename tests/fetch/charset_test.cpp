// Plain HTTP, without a socket: media types, encodings, redirects, rules, the reading of HTML.
#include "fetch/charset.hpp"

#include "fetch/html_text.hpp"
#include "fetch/media_type.hpp"
#include "fetch/redirect_chain.hpp"
#include "frontier/fetch_rules.hpp"
#include "run/attempt/fetch_decision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- media types ----

TEST(MediaTypes, AreReadWithTheirCharset) {
  const std::vector<std::tuple<const char*, const char*, const char*>> table = {
      {"text/html", "text/html", ""},
      {"Text/HTML; Charset=UTF-8", "text/html", "UTF-8"},
      {" text/html ;charset=\"iso-8859-1\" ; x=y", "text/html", "iso-8859-1"},
      {"text/html; x=y; charset=koi8-r", "text/html", "koi8-r"},
      {"text/html;charset", "text/html", ""},
      {"text/html; charset=a; charset=b", "text/html", "a"},
      {"", "", ""},
      {"html", "", ""},
      {"text/html, text/plain", "", ""},
  };
  for (const auto& [text, essence, charset] : table) {
    EXPECT_EQ(parse_media_type(text).essence, essence) << text;
    EXPECT_EQ(parse_media_type(text).charset, charset) << text;
  }
}

TEST(MediaTypes, OfDocumentsAreTextsOnly) {
  for (const char* type : {"text/html", "text/plain", "application/xhtml+xml", "application/json",
                           "application/ld+json", "image/svg+xml", "application/rss+xml"})
    EXPECT_TRUE(is_document(type, "")) << type;
  for (const char* type : {"image/png", "application/pdf", "application/octet-stream", "video/mp4"})
    EXPECT_FALSE(is_document(type, "")) << type;
  EXPECT_FALSE(is_document("text/html", " Attachment; filename=x"));
  EXPECT_TRUE(is_document("text/html", "inline"));
}

TEST(MediaTypes, AreGuessedFromTheBody) {
  EXPECT_EQ(sniff_media_type(" <!doctype html>"), "text/html");
  EXPECT_EQ(sniff_media_type(""), "text/html");
  EXPECT_EQ(sniff_media_type("<?xml version='1.0'?>"), "text/xml");
  EXPECT_EQ(sniff_media_type("words"), "text/plain");
  EXPECT_EQ(sniff_media_type(std::string_view("PK\x03\x04\0", 5)), "application/octet-stream");
}

// ---- encodings ----

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

TEST(Charsets, AreDeclaredInTheFirstKibibyte) {
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
      {std::string(1000, ' ') + "<meta charset=koi8-r>", "KOI8-R"},
      {"<p>" + std::string(1024, ' ') + "<meta charset=koi8-r>", ""},
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

// ---- redirects ----

TEST(TidyUrls, AreWhatABrowserWouldAskFor) {
  const std::vector<std::pair<const char*, const char*>> table = {
      {" http://a/b c\n", "http://a/b%20c"},
      {"HTTP:\\\\a\\b?c\\d", "http://a/b?c\\d"},
      {"http:a/x", "http://a/x"},
      {"http:////a/x", "http://a/x"},
      {"http://a?x", "http://a/?x"},
      {"http://a/\xC3\xBC", "http://a/%C3%BC"},
      {"http://a/b\tc", "http://a/bc"},
      {"https://a/%20?q=\"<>", "https://a/%20?q=%22%3C%3E"},
  };
  for (const auto& [url, tidy] : table)
    EXPECT_EQ(tidy_url(url), tidy) << url;
}

TEST(Origins, AreSchemeHostAndPort) {
  EXPECT_EQ(origin_of("http://a/"), "http://a");
  EXPECT_EQ(origin_of("https://A:443?x"), "https://a");
  EXPECT_EQ(origin_of("http://user:pa@ss@a:080/@b"), "http://a");
  EXPECT_EQ(origin_of("http://[::1]:8/"), "http://[::1]:8");
  EXPECT_EQ(origin_of("http://[0:0::1]/"), "http://[::1]");
  EXPECT_EQ(origin_of(" http://127.1"), "http://127.0.0.1");
  EXPECT_EQ(origin_of("http://B\xC3\xBC"
                      "cher.example/"),
            "http://xn--bcher-kva.example");
  EXPECT_NE(origin_of("http://a/"), origin_of("https://a/"));
  EXPECT_EQ(origin_of("nothing"), "");
}

TEST(RedirectChains, RecordWhereTheyWere) {
  RedirectChain chain("http://a/1#here");
  EXPECT_FALSE(chain.follow(301, "http://a/2"));
  EXPECT_TRUE(chain.is_at_first_origin());
  EXPECT_EQ(chain.url(), "http://a/2#here");
  EXPECT_FALSE(chain.follow(302, "https://b/3#there"));
  EXPECT_FALSE(chain.is_at_first_origin());
  EXPECT_EQ(chain.url(), "https://b/3#there");
  EXPECT_THAT(chain.redirects(),
              ElementsAre(Field(&Redirect::status, 301), Field(&Redirect::url, "http://a/2#here")));
}

TEST(RedirectChains, EndAfterTwenty) {
  RedirectChain chain("http://a/");
  for (int i = 0; i < 20; ++i)
    ASSERT_FALSE(chain.follow(302, "http://a/")) << i;
  const auto fault = chain.follow(302, "http://a/");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code(), errc::too_many_redirects);
}

TEST(RedirectChains, DoNotLeaveHttp) {
  for (const char* next : {"file:///etc/passwd", "javascript:alert(1)", "data:text/html,x",
                           "ftp://a/", "chrome://crash"}) {
    RedirectChain chain("http://a/");
    const auto fault = chain.follow(302, next);
    ASSERT_TRUE(fault) << next;
    EXPECT_EQ(fault->code(), errc::blocked_scheme) << next;
    EXPECT_EQ(chain.url(), "http://a/");
  }
}

// ---- rules ----

TEST(FetchRules, TheFirstThatFitsDecides) {
  const FetchRules rules(FetchMode::http, {{"/app/", FetchMode::browser},
                                           {"^https://a\\.b/", FetchMode::automatic},
                                           {"a.b", FetchMode::browser}});
  EXPECT_EQ(rules.mode_of("https://a.example/app/x"), FetchMode::browser);
  EXPECT_EQ(rules.mode_of("https://a.b/app/"), FetchMode::browser);
  EXPECT_EQ(rules.mode_of("https://a.b/"), FetchMode::automatic);
  EXPECT_EQ(rules.mode_of("http://a.b/"), FetchMode::browser);
  EXPECT_EQ(rules.mode_of("http://c/"), FetchMode::http);
}

TEST(FetchRules, NameThePatternThatIsNone) {
  try {
    const FetchRules rules(FetchMode::http, {{"a(b", FetchMode::browser}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("a(b"));
  }
}

TEST(FetchRules, StandUrlsOfAnyLength) {
  const FetchRules rules(FetchMode::http, {{"^(a|b)*c$", FetchMode::browser}});
  EXPECT_EQ(rules.mode_of(std::string(std::size_t{2} << 20, 'a')), FetchMode::http);
}

// ---- reading HTML ----

TEST(HtmlFacts, TitleAndText) {
  const HtmlFacts facts = read_html(
      "<!doctype html><html><head><title> A &amp; B\n&#x2014; </title><style>p{}</style></head>"
      "<body><p>one<b>two</b> three</p><p>four &lt;&uuml;&gt;</p><!-- no --><script>x<y</script>"
      "<script type=application/json>{\"no\":1}</script><textarea>five</textarea></body></html>");
  EXPECT_EQ(facts.title, "A & B \u2014");
  EXPECT_EQ(facts.text, "onetwo three four <\u00FC> five");
  EXPECT_EQ(facts.inline_scripts, 1U);
  EXPECT_THAT(facts.script_urls, IsEmpty());
}

TEST(HtmlFacts, TheTitleAlone) {
  EXPECT_EQ(read_title("<p>x<title> a &lt;b </title><title>c</title>"), "a <b");
  EXPECT_EQ(read_title("<script>'<title>no</title>'</script><!-- <title>no</title> -->"), "");
  EXPECT_EQ(read_title("<title>never closed"), "never closed");
}

TEST(HtmlFacts, EmptyElements) {
  const HtmlFacts facts = read_html(
      "<div id=full><div id=inner><ul id=list></ul></div>text</div>"
      "<div id='root'><div></div>\n</div><main></main><div>anonymous</div><div id=open>");
  std::vector<std::string> ids;
  for (const HtmlFacts::EmptyElement& element : facts.empty_elements)
    ids.push_back(element.tag + "#" + element.id);
  EXPECT_THAT(ids, ElementsAre("ul#list", "div#inner", "div#root", "main#", "div#open"));
}

TEST(HtmlFacts, ScriptsAndTheirLack) {
  const HtmlFacts facts = read_html(
      "<script src=/a.js></script><script type=module src='b.js'></script><script> </script>"
      "<noscript>You need to <b>enable</b> JavaScript</noscript>");
  EXPECT_THAT(facts.script_urls, ElementsAre("/a.js", "b.js"));
  EXPECT_EQ(facts.inline_scripts, 0U);
  EXPECT_EQ(facts.noscript, "You need to enable JavaScript");
  EXPECT_EQ(facts.text, "");
  EXPECT_FALSE(read_html("<p>text").has_scripts());
  EXPECT_TRUE(read_html("<body onload='x()'>").has_scripts());
  EXPECT_TRUE(read_html("<img src=x onerror='x()'>").has_scripts());
  EXPECT_TRUE(read_html("<svg/onload=x()>").has_scripts());
  EXPECT_TRUE(read_html("<details open ontoggle='x()'>").has_scripts());
  EXPECT_TRUE(read_html("<iframe src='javascript:x()'></iframe>").has_scripts());
  EXPECT_TRUE(read_html("<iframe srcdoc='&lt;script>x()&lt;/script>'></iframe>").has_scripts());
  EXPECT_TRUE(
      read_html("<p><template shadowrootmode=open><script>x()</script></template>").has_scripts());
  EXPECT_FALSE(read_html("<a onclick='x()' onmouseover='y()' on='z'>a</a>").has_scripts());
  EXPECT_FALSE(read_html("<iframe srcdoc='<p>x'></iframe><a href='javascript:x()'>").has_scripts());
}

TEST(HtmlFacts, RefreshesThatABrowserWouldFollow) {
  EXPECT_TRUE(read_html("<meta http-equiv=Refresh content='0; url=/x'>").refreshes_soon);
  EXPECT_FALSE(read_html("<meta http-equiv=refresh content='600'>").refreshes_soon);
  EXPECT_FALSE(read_html("<meta name=refresh content='0'>").refreshes_soon);
}

TEST(HtmlFacts, OfNonsenseAreNoFault) {
  for (const char* html : {"",        "<",          "<a",       "<a b",
                           "<a b=",   "<a b='",     "</",       "</a",
                           "<!",      "<!--",       "&",        "&;",
                           "&#;",     "&#x110000;", "<script>", "<script></scrip",
                           "<title>", "<p/<b>",     "<a =b>",   "<script></script"})
    EXPECT_NO_THROW(read_html(html)) << html;
  std::string nested;
  for (int i = 0; i < 100'000; ++i)
    nested += "<template shadowrootmode=open><div id=x><noscript>";
  EXPECT_NO_THROW(read_html(nested));
}

// ---- does a page need its scripts? ----

const std::string article =
    "<h1>On the nature of pages</h1><p>This paragraph is long enough to be read by people: it goes "
    "on for more than two hundred bytes, so that nobody takes the page for an empty shell that is "
    "waiting for its scripts to fill it with words. And it ends here, at last.</p>";

struct Sample {
  const char* name;
  std::string html;
  Evidence evidence;
};

const std::vector<Sample>& samples() {
  const std::string bundle = "<script src=/static/js/main.js></script>";
  static const std::vector<Sample> all = {
      {"static page", "<title>x</title>" + article, Evidence::complete},
      {"short static page", "<h1>static</h1>", Evidence::complete},
      {"empty page", "", Evidence::complete},
      {"data in script elements only",
       article + "<script type=\"application/ld+json\">{\"a\":1}</script>", Evidence::complete},
      {"noscript trap: a static page that asks in vain",
       article + "<noscript>Please enable JavaScript</noscript>", Evidence::complete},
      {"React",
       "<body><noscript>You need to enable JavaScript to run this app.</noscript>"
       "<div id=\"root\"></div>" +
           bundle,
       Evidence::needs_scripts},
      {"Vue", "<div id=app></div><script type=module src=/assets/index.js></script>",
       Evidence::needs_scripts},
      {"Angular", "<app-root></app-root><script src=main.js type=module></script>",
       Evidence::needs_scripts},
      {"Svelte", "<body><div id=\"svelte\"></div><script>start()</script>",
       Evidence::needs_scripts},
      {"Next without server rendering",
       "<div id=\"__next\"><div></div></div><script id=__NEXT_DATA__ type=application/json>{}"
       "</script>" +
           bundle,
       Evidence::needs_scripts},
      {"Nuxt without server rendering", "<div id=__nuxt></div>" + bundle, Evidence::needs_scripts},
      {"an empty root among header and footer",
       article + "<div id=root><!-- here --></div>" + article + bundle, Evidence::needs_scripts},
      {"a root that says it is loading", "<div id=root>Loading…</div>" + bundle,
       Evidence::needs_scripts},
      {"all by document.write", "<script>document.write('<p>' + text)</script>",
       Evidence::needs_scripts},
      {"all on load", "<body onload=\"fill()\"><p id=a></p>", Evidence::needs_scripts},
      {"noscript hint and little else",
       "<h1>Shop</h1><noscript>JavaScript is required</noscript>" + bundle,
       Evidence::needs_scripts},
      {"meta refresh", "<meta http-equiv=refresh content='0;url=/x'>" + article,
       Evidence::needs_scripts},
      {"Next with server rendering", "<div id=\"__next\">" + article + "</div>" + bundle,
       Evidence::unsure},
      {"Vue with server rendering",
       "<div id=app data-server-rendered=true>" + article + "</div>" + bundle, Evidence::unsure},
      {"static page with a counter", article + "<script>count()</script>", Evidence::unsure},
      {"noscript trap: rendered by the server, and asking all the same",
       "<div id=root>" + article + "</div><noscript>Enable JavaScript</noscript>" + bundle,
       Evidence::unsure},
      {"a list that scripts fill", article + "<ul id=results></ul>" + bundle, Evidence::unsure},
  };
  return all;
}

TEST(FetchEvidence, IsFoundInTheDocument) {
  for (const Sample& sample : samples()) {
    const Judgement judgement = judge(read_html(sample.html));
    EXPECT_EQ(judgement.evidence, sample.evidence) << sample.name << ": " << judgement.reason;
    EXPECT_FALSE(judgement.reason.empty()) << sample.name;
  }
}

TEST(FetchEvidence, NamesTheEmptyRoot) {
  EXPECT_THAT(judge(read_html("<div id=app></div><script src=a></script>")).reason,
              HasSubstr("#app"));
}

TEST(TextLoss, CountsTheWordsThatAreMissing) {
  EXPECT_EQ(compare_text("a b c", "c b a").lost, 0U);
  EXPECT_EQ(compare_text("a b", "a b b c").lost, 2U);
  EXPECT_EQ(compare_text("a b", "a b b c").words, 4U);
  EXPECT_EQ(compare_text("a b c d", "a").lost, 0U) << "more is no loss";
  EXPECT_FALSE(compare_text("", "").is_loss());
  EXPECT_TRUE(compare_text("", "a").is_loss());
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "word ";
  EXPECT_FALSE(compare_text(many, many + "12:00").is_loss()) << "a clock";
  EXPECT_TRUE(compare_text(many, many + "12:00 today again").is_loss());
}

constexpr Verification no_loss{100, 0};
constexpr Verification loss{100, 50};

TEST(FetchDecisions, FollowTheDocumentWhereItIsClear) {
  FetchDecision decision;
  EXPECT_FALSE(decision.choose("http://a:80", read_html(article)).render);
  EXPECT_TRUE(
      decision.choose("http://a:80", read_html("<div id=root></div><script src=a></script>"))
          .render);
}

TEST(FetchDecisions, ATemplateIsTrustedWhenItsSamplesLackedNothing) {
  FetchDecision decision;
  const HtmlFacts page = read_html(article + "<script src=/a.js?v=1></script>");
  for (int i = 0; i < FetchDecision::samples; ++i) {
    const auto choice = decision.choose("http://a:80", page);
    EXPECT_TRUE(choice.render && choice.sample) << i;
    decision.learn(choice.template_key, no_loss);
  }
  EXPECT_FALSE(decision.choose("http://a:80", page).render);
  EXPECT_FALSE(
      decision.choose("http://a:80", read_html(article + "<script src=/a.js?v=2></script>")).render)
      << "another version of the script";
  EXPECT_TRUE(decision.choose("http://b:80", page).render) << "another host";
  EXPECT_TRUE(
      decision.choose("http://a:80", read_html(article + "<script src=/b.js></script>")).render)
      << "another template";
}

TEST(FetchDecisions, ATemplateThatLackedTextIsRenderedFromThenOn) {
  FetchDecision decision;
  const HtmlFacts page = read_html(article + "<ul id=list></ul><script src=/a.js></script>");
  const auto first = decision.choose("http://a:80", page);
  decision.learn(first.template_key, no_loss);
  decision.learn(first.template_key, loss);
  for (int i = 0; i < 5; ++i) {
    const auto choice = decision.choose("http://a:80", page);
    EXPECT_TRUE(choice.render);
    EXPECT_FALSE(choice.sample);
    decision.learn(first.template_key, no_loss);
  }
}

TEST(FetchDecisions, ATrustedTemplateIsLookedAtAgainNowAndThen) {
  FetchDecision decision;
  const HtmlFacts page = read_html(article + "<script src=/a.js></script>");
  int rendered = 0;
  for (int i = 0; i < 3 * FetchDecision::check_every; ++i) {
    const auto choice = decision.choose("http://a:80", page);
    rendered += choice.render ? 1 : 0;
    if (choice.sample) decision.learn(choice.template_key, no_loss);
  }
  EXPECT_EQ(rendered, FetchDecision::samples + 2);
  const auto choice = decision.choose("http://a:80", page);
  decision.learn(choice.template_key, loss);
  EXPECT_TRUE(decision.choose("http://a:80", page).render);
}

TEST(FetchDecisions, ManyTemplatesAreForgottenRatherThanKept) {
  FetchDecision decision;
  for (int i = 0; i < 25'000; ++i) {
    const auto choice = decision.choose(
        "http://a:80", read_html(article + "<script src=/" + std::to_string(i) + "></script>"));
    EXPECT_TRUE(choice.render);
  }
}

}  // namespace
}  // namespace cdp
