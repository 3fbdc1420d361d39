// Pages that do one thing so often that their browser has no time for others.
#include "behaviour_pages.hpp"

#include <string>

namespace cdp::test {
namespace {

std::string page(const std::string& script) {
  return "<!DOCTYPE html><html><head><title>t</title></head><body><p id=there>text</p><script>"
         "function add(id) { const p = document.createElement('p'); p.id = id; "
         "document.body.append(p); }" +
         script + "</script></body></html>";
}

const std::string frames_in_frames =
    "for (let i = 0; i < 3; ++i) { const f = document.createElement('iframe'); "
    "f.src = '/b/frames-in-frames?' + Math.random(); document.body.append(f); }";

/// Itself, once: as a player or a printable version does.
const std::string page_in_page =
    "if (location.search === '') { onmessage = () => add('inner'); "
    "const f = document.createElement('iframe'); f.src = '/b/page-in-page?inner'; "
    "document.body.append(f); } else parent.postMessage(1, '*');";

const std::string three_hundred_frames =
    "for (let i = 0; i < 300; ++i) { const f = document.createElement('iframe'); "
    "f.src = '/b/frame-tells?' + i; document.body.append(f); }";

const std::string sixty_frames =
    "let told = 0; onmessage = () => { if (++told === 60) add('all'); };"
    "for (let i = 0; i < 60; ++i) { const f = document.createElement('iframe'); "
    "f.src = '/b/frame-tells?' + i; document.body.append(f); }";

}  // namespace

void add_flood_pages(TestServer& server) {
  const auto add = [&](const std::string& path, std::string html) {
    server.on(path, [html = std::move(html)](const Request&) { return Response{.body = html}; });
  };
  add("/b/flood-of-urls", page("for (let i = 1; i <= 1000; ++i) history.pushState(0, '', '?' + i);"
                               "add(location.search === '?1000' ? 'unbounded' : 'bounded')"));
  add("/b/flood-of-urls-for-ever",
      page("setInterval(() => { for (let i = 0; i < 20; ++i) history.pushState(0, '', '?' + "
           "Math.random()); there.textContent = Date.now(); }, 1)"));
  add("/b/frames-in-frames", page(frames_in_frames));
  add("/b/page-in-page", page(page_in_page));
  add("/b/300-frames", page(three_hundred_frames));
  add("/b/routes-of-an-app",
      page("for (let n = 1; n <= 50; ++n) history.pushState(0, '', '/b/route/' + n);"
           "add('at-' + location.pathname.slice(9))"));
  add("/b/sixty-frames", page(sixty_frames));
  add("/b/frame-tells", "<!DOCTYPE html><p>frame<script>parent.postMessage(1, '*')</script>");
}

}  // namespace cdp::test
