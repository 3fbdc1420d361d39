// What HTML tells without a browser.
#include "fetch/html_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

}  // namespace
}  // namespace cdp
