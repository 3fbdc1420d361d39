// What is read is what is there.
#include "support/chromium/browser_test.hpp"

namespace cdp::test {
namespace {

using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ContentTest : public BrowserTest {
 protected:
  /// Goes to each path in turn, with one page, and hands what it holds to `check`.
  template <class Check>
  void read(std::vector<std::string> paths, Check check) {
    with_browser([&](Browser& browser) -> Task<void> {
      Page page = co_await browser.new_page();
      for (const std::string& path : paths) {
        const std::string url = server().url(path);
        co_await page.navigate(url);
        const Content content = co_await page.capture(patience);
        check(content);
      }
    });
  }

  /// Serves `body` and returns what the page made of it.
  std::string html_of(std::string body) {
    server().on("/given", [body](const Request&) { return Response{.body = body}; });
    std::string html;
    read({"/given"}, [&html](const Content& content) { html = content.html; });
    return html;
  }
};

int count(std::string_view text, std::string_view part) {
  int found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
    ++found;
  return found;
}

/// Without printing megabytes when they differ.
void expect_same(const std::string& got, const std::string& expected) {
  if (got == expected) return;
  const auto [at, there] = std::mismatch(got.begin(), got.end(), expected.begin(), expected.end());
  ADD_FAILURE() << got.size() << " instead of " << expected.size() << " bytes, different from "
                << at - got.begin() << " on: '" << std::string(at, std::min(at + 60, got.end()))
                << "'";
}

TEST_F(ContentTest, doctypes_are_kept) {
  for (const std::string doctype : {"<!DOCTYPE html>", "",
                                    "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\" "
                                    "\"http://www.w3.org/TR/html4/strict.dtd\">"}) {
    const std::string page = "<html><head><title>t</title></head><body><p>p</p></body></html>";
    EXPECT_EQ(html_of(doctype + page), doctype + page);
  }
}

TEST_F(ContentTest, comments_outside_of_the_root_are_kept_in_their_places) {
  const std::string page =
      "<!--first--><!DOCTYPE html><!--second--><html><head></head><body>x</body></html>"
      "<!--last &amp; <b> -->";
  EXPECT_EQ(html_of(page), page);
}

TEST_F(ContentTest, what_scripts_did_is_in_it) {
  read({"/page/3"}, [](const Content& content) {
    EXPECT_EQ(count(content.html, "<li>Page 3, item "), 50);
    EXPECT_EQ(content.title, "Page 3");
  });
}

TEST_F(ContentTest, a_document_without_a_root_is_empty) {
  EXPECT_EQ(html_of("<!DOCTYPE html><!--left--><script>document.documentElement.remove()</script>"),
            "<!DOCTYPE html><!--left-->");
}

TEST_F(ContentTest, encodings_become_utf_8) {
  for (const std::string name : {"shift_jis", "gb18030", "windows-1252", "utf-16le"}) {
    read({"/charset/" + name}, [&name](const Content& content) {
      EXPECT_THAT(content.html, HasSubstr("<p id=\"text\">" + charset_text(name) + "</p>")) << name;
      std::string encoding = name;
      if (name == "shift_jis") encoding = "Shift_JIS";
      if (name == "utf-16le") encoding = "UTF-16LE";
      EXPECT_EQ(content.charset, encoding);
    });
  }
  read({"/charset/broken-utf8"}, [](const Content& content) {
    EXPECT_THAT(content.html, HasSubstr("<p id=\"text\">" + charset_text("broken-utf8") + "</p>"));
  });
}

TEST_F(ContentTest, documents_that_are_no_html) {
  read({"/text"}, [](const Content& content) {
    EXPECT_THAT(content.html, HasSubstr("plain &lt;text&gt; &amp; more\n</pre>"));
    EXPECT_EQ(content.content_type, "text/plain");
  });
  read({"/json"}, [](const Content& content) {
    EXPECT_THAT(content.html, HasSubstr(R"({"name": "json", "values": [1, 2, 3]})"));
    EXPECT_EQ(content.content_type, "application/json");
  });
  read({"/svg"}, [](const Content& content) {
    EXPECT_THAT(content.html, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    EXPECT_THAT(content.html, EndsWith("<circle r=\"4\"/></svg>"));
    EXPECT_EQ(content.title, "svg");
    EXPECT_EQ(content.content_type, "image/svg+xml");
  });
  read({"/xhtml"}, [](const Content& content) {
    EXPECT_THAT(content.html, HasSubstr("<p id=\"text\">xhtml</p>"));
    EXPECT_EQ(content.content_type, "application/xhtml+xml");
  });
  read({"/xhtml?broken"},
       [](const Content& content) { EXPECT_THAT(content.html, HasSubstr("parsererror")); });
  read({"/image"}, [](const Content& content) { EXPECT_THAT(content.html, HasSubstr("<img ")); });
}

TEST_F(ContentTest, framesets_and_shadow_roots) {
  read({"/frameset", "/shadow"}, [](const Content& content) {
    EXPECT_THAT(content.html, StartsWith("<!DOCTYPE html><html><head>"));
    EXPECT_THAT(content.html, AnyOf(HasSubstr("<frame src=\"/static?title=left\">"),
                                    HasSubstr("<div id=\"closed\"></div>")));
  });
}

TEST_F(ContentTest, scripts_of_the_page_cannot_bend_it) {
  read({"/overrides"}, [](const Content& content) {
    EXPECT_THAT(content.html, StartsWith("<!DOCTYPE html><html>"));
    EXPECT_THAT(content.html, HasSubstr("<p id=\"intact\">still here</p>"));
    EXPECT_THAT(content.html, EndsWith("</body></html>"));
    EXPECT_EQ(content.title, "overrides");
  });
}

TEST_F(ContentTest, names_of_elements_do_not_get_in_the_way) {
  const std::string page =
      "<!DOCTYPE html><html><head></head><body><form name=\"documentElement\"></form>"
      "<img name=\"childNodes\"><img name=\"URL\"><form id=\"title\"></form></body></html>";
  EXPECT_EQ(html_of(page), page);
}

TEST_F(ContentTest, a_policy_against_scripts_does_not_stop_the_reading) {
  read({"/csp"}, [](const Content& content) {
    EXPECT_THAT(content.html, HasSubstr("<p id=\"state\">intact</p>"));
  });
}

TEST_F(ContentTest, lone_surrogates_become_replacement_characters) {
  read({"/surrogates"}, [](const Content& content) {
    EXPECT_EQ(count(content.html, "\ufffd"), 3001) << "3000 in the body, one in the title";
    EXPECT_EQ(count(content.html, "y whole \U0001F600</p>"), 1000);
    EXPECT_THAT(content.html,
                HasSubstr("<p data-lone=\"\ufffd&quot;999\">high \ufffdx low \ufffdy whole"));
    EXPECT_THAT(content.html,
                HasSubstr("<p id=\"emoji\">\U0001F600 \U0001F469\u200d\U0001F680</p>"));
    EXPECT_EQ(content.title, "lone \ufffd title \U0001F600");
  });
}

/// Large texts come in slices of 2^20 UTF-16 units: whichever way the pairs lie, none may be cut.
TEST_F(ContentTest, slices_do_not_cut_characters) {
  for (const std::string shift : {"", "x"}) {
    std::string page = "<html><head></head><body>" + shift;
    for (int i = 0; i < 1'300'000; ++i)
      page += "\U0001F600";
    page += "</body></html>";
    server().on("/emoji", [page](const Request&) {
      return Response{.headers = {{"Content-Type", "text/html; charset=utf-8"}}, .body = page};
    });
    read({"/emoji"}, [&page](const Content& content) { expect_same(content.html, page); });
  }
}

/// Lone surrogates where the slices meet: the last unit of one, the first of the next.
TEST_F(ContentTest, lone_surrogates_survive_the_seams) {
  server().on("/seams", [](const Request&) {
    return Response{.body =
                        "<html><head></head><body hidden><script>document.body.textContent ="
                        "'\\ud83dx'.repeat(700000) + '\\ude00'.repeat(9)</script>"};
  });
  std::string expected = "<html><head></head><body hidden=\"\">";
  for (int i = 0; i < 700'000; ++i)
    expected += "\ufffdx";
  for (int i = 0; i < 9; ++i)
    expected += "\ufffd";
  expected += "</body></html>";
  read({"/seams"}, [&expected](const Content& content) { expect_same(content.html, expected); });
}

TEST_F(ContentTest, forty_megabytes_arrive_while_other_pages_run) {
  with_browser([this](Browser& browser) -> Task<void> {
    std::string latin;
    std::string surrogates;
    std::vector<std::string> titles;
    const auto read_into = [&browser](std::string url, std::string& html) -> Task<void> {
      Page page = co_await open_at(browser, std::move(url));
      html = co_await page.content();
    };
    const auto run_others = [&]() -> Task<void> {
      for (int i = 0; i < 10; ++i) {
        Page page = co_await open_at(browser, server().url("/page/" + std::to_string(i)));
        const Content content = co_await page.capture(patience);
        titles.push_back(content.title);
      }
    };
    std::vector<Task<void>> all;
    all.push_back(read_into(server().url("/big?mb=40"), latin));
    all.push_back(read_into(server().url("/surrogates"), surrogates));
    all.push_back(run_others());
    co_await gather(std::move(all));
    expect_same(latin, big_page(40, BigText::latin));
    EXPECT_EQ(count(surrogates, "\ufffd"), 3001);
    EXPECT_EQ(titles.size(), 10U);
  });
}

TEST_F(ContentTest, twelve_megabytes_of_chinese) {
  read({"/big-cjk?mb=12"},
       [](const Content& content) { expect_same(content.html, big_page(12, BigText::cjk)); });
}

TEST_F(ContentTest, what_the_page_does_meanwhile_is_not_torn) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/big?mb=8"));
    const std::string before = big_page(8, BigText::latin);
    Session session = page.session();
    json nowhere = json::object();
    nowhere["expression"] = "document.body.remove()";
    Task<std::string> reading = page.content();
    std::string html;
    const auto read_it = [&]() -> Task<void> { html = co_await std::move(reading); };
    const auto empty_it = [&]() -> Task<void> {
      co_await session.call("Runtime.evaluate", nowhere);
    };
    std::vector<Task<void>> both;
    both.push_back(read_it());
    both.push_back(empty_it());
    co_await gather(std::move(both));
    if (html.find("<body>") == html.npos) {
      EXPECT_LT(html.size(), 200U) << "it was read when the body was gone";
    } else {
      expect_same(html, before);
    }
  });
}

TEST_F(ContentTest, a_page_that_navigates_while_it_is_read_is_read_where_it_went) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string next = server().url("/static?title=next");
    for (int i = 0; i < 5; ++i) {
      Page page = co_await open_at(browser, server().url("/big?mb=8"));
      std::string html;
      const auto read_it = [&]() -> Task<void> { html = co_await page.content(); };
      const auto leave_it = [&]() -> Task<void> {
        json params = json::object();
        params["url"] = next;
        co_await page.session().call("Page.navigate", std::move(params));
      };
      std::vector<Task<void>> both;
      both.push_back(read_it());
      both.push_back(leave_it());
      co_await gather(std::move(both));
      if (html.size() < 1000) {
        EXPECT_THAT(html, HasSubstr("<h1 id=\"title\">next</h1>"));
      } else {
        expect_same(html, big_page(8, BigText::latin));
      }
    }
  });
}

TEST_F(ContentTest, the_reading_leaves_no_trace_in_the_page) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/big?mb=4"));
    const std::string first = co_await page.content();
    const json names =
        co_await evaluate(page, "Object.keys(window).filter(name => /scrape/i.test(name))");
    EXPECT_EQ(names, json::array());
    const std::string second = co_await page.content();
    expect_same(first, second);
  });
}

}  // namespace
}  // namespace cdp::test
