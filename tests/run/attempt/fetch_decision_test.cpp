// Does a page need its scripts?
#include "run/attempt/fetch_decision.hpp"

#include "fetch/html_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

using testing::HasSubstr;

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
