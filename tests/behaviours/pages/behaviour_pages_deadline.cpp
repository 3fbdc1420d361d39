// Pages that are never done.
#include "behaviour_pages.hpp"

#include <string>

namespace cdp::test {
namespace {

std::string page(const std::string& script, const std::string& head = "") {
  return "<!DOCTYPE html><html><head><title>t</title>" + head +
         "</head><body><p id=there>text</p><b id=b></b><script>" + script +
         "</script></body></html>";
}

}  // namespace

void add_endless_pages(TestServer& server) {
  const auto add = [&](const std::string& path, std::string html, Headers headers = {}) {
    headers.emplace_back("Content-Type", "text/html");
    server.on(path, [html = std::move(html), headers](const Request&) {
      return Response{.headers = headers, .body = html};
    });
  };
  add("/b/clock", page("setInterval(() => { b.textContent = Date.now(); }, 20)"));
  add("/b/frame-counter", page("let n = 0; const f = () => { b.textContent = ++n; "
                               "requestAnimationFrame(f); }; f()"));
  add("/b/blocked-form",
      page("setTimeout(() => { const f = document.createElement('form'); "
           "f.action = '/static'; document.body.append(f); f.submit(); }, 100)"),
      {{"Content-Security-Policy", "form-action 'none'"}});
  add("/b/refreshes-itself", page("", "<meta http-equiv=refresh content=2>"));
  add("/b/goes-to-nobody", page("setTimeout(() => { location.href = '/hang'; }, 100)"));
}

}  // namespace cdp::test
