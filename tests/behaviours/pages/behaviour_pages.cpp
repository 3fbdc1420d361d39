#include "behaviour_pages.hpp"

#include <string>
#include <string_view>

namespace cdp::test {
namespace {

std::string page(std::string_view body) {
  return "<!DOCTYPE html><html><head><title>t</title></head><body>" + std::string(body) +
         "</body></html>";
}

std::string script(std::string_view text) {
  return page("<p>before</p><script>" + std::string(text) + "</script>");
}

void add_page(TestServer& server, const std::string& path, std::string html) {
  server.on(path, [html = std::move(html)](const Request&) { return Response{.body = html}; });
}

constexpr std::string_view add_paragraph =
    "function add(id) { const p = document.createElement('p'); p.id = id; document.body.append(p); "
    "}";

std::string adding(std::string_view text) {
  return script(std::string(add_paragraph) + std::string(text));
}

}  // namespace

void add_behaviour_pages(TestServer& server) {
  add_endless_pages(server);
  add_flood_pages(server);
  add_page(server, "/b/timer-chain",
           adding("let n = 0; (function next() { if (++n < 4) setTimeout(next, 100); else "
                  "add('done'); })()"));
  add_page(server, "/b/timer-poll",
           adding("add('done'); (function poll() { setTimeout(poll, 40); })()"));
  add_page(server, "/b/timer-far",
           adding("add('done'); setTimeout(() => add('tenseconds'), 10000)"));
  add_page(server, "/b/interval-mutates", adding("setInterval(() => add('tick'), 10)"));
  add_page(server, "/b/interval-style",
           adding("add('done'); setInterval(() => { document.body.style.left = Math.random() + "
                  "'px'; }, 10)"));
  add_page(server, "/b/promise", adding("Promise.resolve().then(() => add('done'))"));
  add_page(
      server, "/b/fetch-chain",
      adding(
          "fetch('/slow?ms=150&a').then(() => fetch('/slow?ms=150&b')).then(() => add('done'))"));
  add_page(server, "/b/idle-callback", adding("requestIdleCallback(() => add('done'))"));
  add_page(server, "/b/dynamic-script",
           script("const s = document.createElement('script'); s.src = '/b/late.js'; "
                  "document.head.append(s)"));
  server.on("/b/late.js", [](const Request&) {
    return Response{.headers = {{"Content-Type", "text/javascript"}},
                    .body = "document.body.insertAdjacentHTML('beforeend', '<p id=done></p>')",
                    .delay = std::chrono::milliseconds(300)};
  });
  add_page(server, "/b/module",
           page("<script type=module>await new Promise(r => setTimeout(r, 200)); document.body.id "
                "= 'done'</script>"));
  add_page(server, "/b/close-itself", script("window.close()"));
  add_page(server, "/b/document-write",
           script("addEventListener('load', () => setTimeout(() => document.write('<p "
                  "id=written></p>'), 20))"));
  add_page(server, "/b/document-open",
           script("addEventListener('load', () => { document.open(); document.write('<p "
                  "id=written></p>'); document.close(); })"));
  add_page(server, "/b/debugger", script("debugger; document.body.id = 'done'"));
  add_page(
      server, "/b/console",
      script(
          "for (let i = 0; i < 20000; i++) console.log('line', i, {}); document.body.id = 'done'"));
  add_page(server, "/b/print", script("window.print(); document.body.id = 'done'"));
  add_page(server, "/b/permission",
           script("Notification.requestPermission().then(v => document.body.id = 'got-' + v); "
                  "navigator.geolocation.getCurrentPosition(() => {}, () => {})"));
  add_page(server, "/b/js-loop", script("location.href = '/b/js-loop?' + Math.random()"));
  server.on("/b/meta-loop", [](const Request&) {
    return Response{
        .body =
            "<!DOCTYPE html><meta http-equiv=refresh content='0;url=/b/meta-loop'><p>again</p>"};
  });
  add_page(server, "/b/meta-far",
           "<!DOCTYPE html><meta http-equiv=refresh content='30;url=/static'><p id=stays></p>");
  add_page(server, "/b/redirect-late",
           script("setTimeout(() => { location.href = '/static?title=late' }, 300)"));
  add_page(server, "/b/hash", script("location.hash = 'there'; document.body.id = 'done'"));
  add_page(server, "/b/form",
           page("<form action='/static'><input name=title "
                "value=form></form><script>document.forms[0].submit()</script>"));
  add_page(server, "/b/image-hangs", page("<p id=there></p><img src='/hang'>"));
  add_page(server, "/b/script-hangs",
           page("<p id=there></p><script src='/hang?s'></script><p id=never></p>"));
  add_page(
      server, "/b/long-poll",
      script("addEventListener('load', () => fetch('/hang?poll')); document.body.id = 'done'"));
  add_page(
      server, "/b/websocket",
      script("new WebSocket('ws://' + location.host + '/hang?ws'); document.body.id = 'done'"));
  add_page(server, "/b/spin-handler",
           script("document.body.id = 'done'; setTimeout(() => { for (;;); }, 10)"));
  add_page(server, "/b/popup-storm",
           script("for (let i = 0; i < 30; i++) window.open('/static?title=' + i); "
                  "document.body.id = 'done'"));
  add_page(server, "/b/popup-noopener",
           script("window.open('/static', '_blank', 'noopener'); document.body.id = 'done'"));
  add_page(server, "/b/confirm", script("document.body.id = confirm('?') ? 'yes' : 'no'"));
  add_page(server, "/b/prompt",
           script("document.body.id = prompt('?') === null ? 'none' : 'some'"));
  add_page(server, "/b/frames-many",
           script("for (let i = 0; i < 30; i++) { const f = document.createElement('iframe'); "
                  "f.srcdoc = 'x'; document.body.append(f); } document.body.id = 'done'"));
  add_page(server, "/b/frame-late",
           page("<script>document.write(\"<iframe src='http://localhost:\" + location.port + "
                "\"/b/frame-late-inner'></iframe>\")</script>"));
  add_page(
      server, "/b/frame-late-inner",
      script(
          "fetch('/slow?ms=900').then(r => r.text()).then(() => { document.body.id = 'late' })"));
  add_page(server, "/b/frame-hangs", page("<p id=there></p><iframe src='/hang?f'></iframe>"));
  add_page(server, "/b/named",
           page("<img name=documentElement><form name=childNodes></form><p id=done></p>"));
  add_page(server, "/b/comments",
           "<!--first--><!DOCTYPE html><!--second--><html><body><p "
           "id=done></p></body></html><!--last-->");
  add_page(server, "/b/quirks", "<p id=done>no doctype");
  add_page(server, "/b/focus",
           script("document.body.id = document.hasFocus() ? 'focused' : 'blurred'; "
                  "document.body.className = document.visibilityState"));
  add_page(server, "/b/worker",
           script("new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))).onmessage = () => "
                  "document.body.id = 'done'"));
  add_page(server, "/b/timeout-native",
           script("document.body.id = /native code/.test(setTimeout.toString()) && setTimeout.name "
                  "=== 'setTimeout' && setTimeout.length === 1 ? 'native' : 'bent'"));
  add_page(
      server, "/b/timeout-this",
      adding("setTimeout(function (a, b) { if (this === window && a === 1 && b === 2) add('done'); "
             "}, 1, 1, 2); const id = setTimeout(() => add('cancelled'), 50); clearTimeout(id)"));
  add_page(
      server, "/b/service-worker",
      script(
          "navigator.serviceWorker.register('/b/sw.js').finally(() => document.body.id = 'done'); "
          "fetch('/slow?ms=1000&registered')"));
  server.on("/b/sw.js", [](const Request&) {
    return Response{.headers = {{"Content-Type", "text/javascript"}},
                    .body = "onfetch = e => e.respondWith(new Response('hijacked'))"};
  });
  add_page(server, "/b/deep",
           script("let e = document.body; for (let i = 0; i < 1500; i++) e = "
                  "e.appendChild(document.createElement('div')); e.id = 'done'"));
  add_page(server, "/b/too-deep",
           script("let e = document.body; for (let i = 0; i < 5000; i++) e = "
                  "e.appendChild(document.createElement('div'))"));
  add_page(server, "/b/title", script("document.title = '\\u001b[31m evil \\u202e'"));
  add_page(
      server, "/b/ua",
      script("document.body.id = navigator.userAgent.replace(/[^a-zA-Z]/g, ''); "
             "document.body.className = navigator.language + "
             "Intl.DateTimeFormat().resolvedOptions().timeZone + innerWidth + 'x' + innerHeight"));
  add_page(
      server, "/b/frame-removed",
      script("const f = document.createElement('iframe'); document.body.append(f); f.remove(); "
             "document.body.id = 'done'"));
  add_page(
      server, "/b/shadow-nested",
      page("<div id=host></div><script>const outer = host.attachShadow({mode: 'closed'}); "
           "const b = outer.appendChild(document.createElement('span')); b.attachShadow({mode: "
           "'closed'}).innerHTML = '<i>inner</i>'</script>"));
  add_page(
      server, "/b/controls",
      page("<input type=date><video controls></video><details><summary>s</summary></details>"));
  add_page(
      server, "/b/scroller",
      page("<style>body { overflow: hidden; margin: 0 } #box { height: 100vh; overflow-y: auto "
           "} #tall { height: 4000px }</style><div id=box><div id=tall></div><p "
           "id=end>end</p></div><script>new IntersectionObserver(([e]) => { if "
           "(e.isIntersecting) end.className = 'seen'; }).observe(end); box.onscroll = () => "
           "{ document.body.className = 'top-' + box.scrollTop }</script>"));
  add_page(
      server, "/b/endless-list",
      page("<style>p { height: 300px }</style><script>let n = 0; const more = () => { const p = "
           "document.createElement('p'); p.textContent = ++n; document.body.append(p) }; "
           "for (let i = 0; i < 5; i++) more(); onscroll = () => { if (innerHeight + scrollY > "
           "document.body.scrollHeight - 500) more() }</script>"));
  add_page(server, "/b/image",
           page("<img id=i src='/image'><script>addEventListener('load', () => document.body.id = "
                "i.naturalWidth ? 'shown' : 'blocked')</script>"));
}

}  // namespace cdp::test
