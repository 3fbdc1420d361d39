// What becomes of pages that go somewhere, or want to.
#include "behaviours.hpp"
#include "behaviours/pages/behaviour_pages.hpp"

namespace cdp::test {
namespace {

/// The page itself, whole, wherever else it wanted to go.
Expected stays() {
  return {.status = 200,
          .partial = false,
          .redirects = 0,
          .content_type = "text/html",
          .html = {"id=\"done\""}};
}

Expected stays_besides(std::string why) {
  Expected expected = stays();
  expected.not_followed = std::move(why);
  return expected;
}

Expected fails(std::string code) {
  return {.outcome = "failed", .code = std::move(code)};
}

/// Fails with what it had got to.
Expected fails_readable(std::string code, std::string text) {
  return {.outcome = "failed",
          .code = std::move(code),
          .status = 200,
          .partial = true,
          .html = {std::move(text)}};
}

BehaviourGroup without_rest(std::string wait) {
  return {{"--timeout", "20", "--wait", wait},
          {{"stopped, " + wait, "/b/stop", stays()},
           {"stopped when parsed, " + wait, "/b/stop-parsed", stays()},
           {"stopped and gone, " + wait,
            "/b/stop-and-go",
            {.status = 200, .final_path = "/static?title=gone", .redirects = 1}},
           {"forbidden form, " + wait, "/b/form-forbidden", stays_besides("not_begun")},
           {"another program, " + wait, "/b/app", stays_besides("external")},
           {"telephone, " + wait, "/b/tel", stays()}}};
}

BehaviourGroup staying() {
  return {
      {"--timeout", "20"},
      {{"stopped", "/b/stop", stays()},
       {"stopped in its head", "/b/stop-in-head", stays()},
       {"stopped late", "/b/stop-late", stays()},
       {"stopped when parsed", "/b/stop-parsed", stays()},
       {"stopped and gone",
        "/b/stop-and-go",
        {.status = 200, .final_path = "/static?title=gone", .redirects = 1}},
       {"forbidden form", "/b/form-forbidden", stays_besides("not_begun")},
       {"forbidden form, late", "/b/form-forbidden-late", stays_besides("not_begun")},
       {"another program", "/b/app", stays_besides("external")},
       {"telephone", "/b/tel", stays_besides("external")},
       {"mail", "/b/mailto", stays_besides("external")},
       {"refresh to another program", "/b/app-refresh", stays_besides("external")},
       {"two ways",
        "/b/two-ways",
        {.status = 200,
         .final_path = "/static?title=second",
         .redirects = 1,
         .not_followed = "superseded"}},
       {"goes and stops", "/b/go-and-stop", stays_besides("aborted")},
       {"to no content", "/b/to-no-content", stays_besides("no_content")},
       {"to a source that is none", "/b/to-srcdoc", fails("invalid_url")},
       {"to a closed port", "/b/to-refused", fails("connect_error")},
       {"starts a download", "/b/starts-download", stays_besides("download")},
       {"download by script", "/b/download-by-script", stays_besides("download")},
       {"download by link", "/b/download-by-link", stays_besides("download")},
       {"reloads for ever", "/b/reload", fails_readable("too_many_redirects", "id=\"there\"")},
       {"thenable objects", "/b/thenable", stays()},
       {"objects that never come", "/b/never-thenable", stays()},
       {"RSS",
        "/b/rss",
        {.content_type = "application/rss+xml",
         .charset = "UTF-8",
         .html = {"<rss><title>F\u00fctter</title></rss>"},
         .no_html = {"<pre"}}},
       {"XML", "/b/xml", {.content_type = "text/xml", .html = {"<!--c--><a b=\"1\">x<c/></a>"}}},
       {"XML with style", "/b/xml-with-style", {.html = {"<a><b>x</b></a>"}}}}};
}

BehaviourGroup functions_on_odd_pages() {
  return {{"--timeout", "15", "--wait-function", "() => ({a: 1})"},
          {{"function, thenable objects", "/b/thenable", {.ended_by = "function"}},
           {"function, objects that never come", "/b/never-thenable", {.ended_by = "function"}}}};
}

/// Has a longer time-out than it needs, and uses it up.
BehaviourGroup unanswered() {
  return {{"--timeout", "4", "-c", "8"},
          {{"to nowhere",
            "/b/to-nowhere",
            {.status = 200,
             .ended_by = "timeout",
             .partial = true,
             .redirects = 0,
             .html = {"id=\"done\""},
             .not_followed = "unanswered"}}}};
}

BehaviourGroup whole_trees() {
  return {{"--timeout", "20", "--iframes", "--shadow"},
          {{"deep tree", "/b/deep-tree", {.status = 200, .html = {"id=\"done\""}}},
           {"frameset with its documents", "/frameset", {.html = {"<frame ", "srcdoc=\""}}},
           {"frames without a document",
            "/b/frames-without-document",
            {.html = {"<iframe src=\"/no-content\"></iframe>", "src=\"/static?lazy\"></iframe>",
                      "srcdoc=\"&lt;html&gt;&lt;head&gt;&lt;/head&gt;&lt;body&gt;&lt;p&gt;own"}}}}};
}

}  // namespace

std::vector<BehaviourGroup> navigation_behaviours(TestServer& server) {
  add_navigation_pages(server);
  return {staying(),    without_rest("load"), without_rest("networkidle"), functions_on_odd_pages(),
          unanswered(), whole_trees()};
}

}  // namespace cdp::test
