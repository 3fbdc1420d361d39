// Pages that go somewhere, or want to: below /b/.
#include "behaviour_pages.hpp"

#include <string>
#include <string_view>

namespace cdp::test {
namespace {

constexpr std::string_view helpers =
    "function put(id) { const p = document.createElement('p'); p.id = id; document.body.append(p); "
    "}"
    "function submit() { const f = document.createElement('form'); f.action = '/static'; "
    "document.body.append(f); f.submit(); }";

struct Page {
  std::string_view path;
  std::string_view head = {};
  std::string_view body = {};
  std::string_view script = {};
  std::string_view policy = {};
};

std::string html_of(const Page& page) {
  std::string html = "<!DOCTYPE html><html><head><title>t</title>";
  html.append(page.head).append("</head><body><p id=there></p>").append(page.body);
  html.append("<script>").append(helpers).append(page.script).append("</script></body></html>");
  return html;
}

constexpr Page pages[] = {
    // Loading that is stopped.
    {"/b/stop", "", "<img src='/slow?ms=1500'>", "put('done'); window.stop()"},
    {"/b/stop-in-head",
     "<script>window.stop(); document.documentElement.innerHTML = '<body><p id=done></p>'"
     "</script>"},
    {"/b/stop-late", "", "<img src='/hang?i'>",
     "setTimeout(() => { window.stop(); put('done'); }, 300)"},
    {"/b/stop-parsed", "", "<img src='/hang?i'>",
     "document.addEventListener('DOMContentLoaded', () => { window.stop(); put('done'); })"},
    {"/b/stop-and-go", "", "", "window.stop(); location.href = '/static?title=gone'"},
    {"/b/form-forbidden", "", "", "put('done'); submit()", "form-action 'none'"},
    {"/b/form-forbidden-late", "", "", "put('done'); setTimeout(submit, 100)",
     "form-action 'none'"},
    // URLs of other programs.
    {"/b/app", "", "", "put('done'); location.href = 'myapp://open/1'"},
    {"/b/tel", "", "", "put('done'); onload = () => { location.href = 'tel:123' }"},
    {"/b/mailto", "", "", "put('done'); setTimeout(() => { location.href = 'mailto:a@b.c' }, 100)"},
    {"/b/app-refresh", "<meta http-equiv=refresh content='0;url=myapp://x'>", "", "put('done')"},
    // Navigations that come to nothing.
    {"/b/two-ways", "", "",
     "location.href = '/slow?ms=900&first'; setTimeout(() => { location.href = "
     "'/static?title=second' }, 100)"},
    {"/b/go-and-stop", "", "",
     "put('done'); onload = () => { location.href = '/slow?ms=900'; setTimeout(() => "
     "window.stop(), 100) }"},
    {"/b/to-no-content", "", "", "put('done'); onload = () => { location.href = '/no-content' }"},
    {"/b/to-srcdoc", "", "", "location.href = 'about:srcdoc'"},
    {"/b/to-refused", "", "", "location.href = 'http://127.0.0.1:2/'"},
    {"/b/to-nowhere", "", "", "put('done'); setTimeout(() => { location.href = '/hang?to' }, 100)"},
    // Files.
    {"/b/starts-download", "<meta http-equiv=refresh content='1;url=/download'>", "",
     "put('done')"},
    {"/b/download-by-script", "", "", "put('done'); location.href = '/download'"},
    {"/b/download-by-link", "", "<a id=file download href='/static'>x</a>",
     "put('done'); onload = () => file.click()"},
    // Again and again.
    {"/b/reload", "", "", "onload = () => location.reload()"},
    // Pages that have a word in every promise and property.
    {"/b/thenable", "", "",
     "Object.prototype.then = function (f) { f(42) }; Object.prototype.toJSON = () => 'bent'; "
     "put('done')"},
    {"/b/never-thenable", "", "", "Object.prototype.then = function () {}; put('done')"},
    // Frames.
    {"/b/frames-without-document", "",
     "<iframe src='/no-content'></iframe><div style='height: 20000px'></div>"
     "<iframe loading=lazy src='/static?lazy'></iframe><iframe srcdoc='&lt;p&gt;own'></iframe>"},
    {"/b/deep-tree", "", "",
     "document.documentElement.style.display = 'none'; let e = document.body; for (let i = 0; i < "
     "3000; i++) e = e.appendChild(document.createElement('div')); e.id = 'done'"},
};

void add_xml(TestServer& server, const std::string& path, std::string type, std::string body) {
  server.on(path, [type = std::move(type), body = std::move(body)](const Request&) {
    return Response{.headers = {{"Content-Type", type}}, .body = body};
  });
}

}  // namespace

void add_navigation_pages(TestServer& server) {
  for (const Page& page : pages) {
    server.on(std::string(page.path), [page](const Request&) {
      Response response{.body = html_of(page)};
      if (!page.policy.empty())
        response.headers.push_back({"Content-Security-Policy", std::string(page.policy)});
      return response;
    });
  }
  const std::string feed =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss><title>F\u00fctter</title></rss>";
  add_xml(server, "/b/rss", "application/rss+xml", feed);
  add_xml(server, "/b/xml", "text/xml", "<?xml version=\"1.0\"?><!--c--><a b=\"1\">x<c/></a>");
  add_xml(server, "/b/xml-with-style", "application/xml",
          "<?xml-stylesheet type=\"text/css\" href=\"data:text/css,a{}\"?><a><b>x</b></a>");
}

}  // namespace cdp::test
