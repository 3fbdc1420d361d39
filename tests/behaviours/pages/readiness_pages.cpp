#include "readiness_pages.hpp"

#include <array>
#include <string>

namespace cdp::test {
namespace {

constexpr std::array pages = {
    BuiltinPage{"performance.now", "performance.now = () => 0"},
    BuiltinPage{"Performance.prototype", "Performance.prototype.now = () => 0"},
    BuiltinPage{"performance", "Object.defineProperty(window, 'performance', {value: {}})"},
    BuiltinPage{"Date", "Date = function () {}; Date.now = () => 0"},
    BuiltinPage{"MutationObserver", "window.MutationObserver = undefined"},
    BuiltinPage{"observe", "MutationObserver.prototype.observe = () => {}"},
    BuiltinPage{"takeRecords", "MutationObserver.prototype.takeRecords = () => []"},
    BuiltinPage{"MutationRecord",
                "Object.defineProperty(MutationRecord.prototype, 'type', {get: () => 0})"},
    BuiltinPage{"Reflect", "window.Reflect = undefined"},
    BuiltinPage{"Reflect.apply", "Reflect.apply = () => { throw 1 }"},
    BuiltinPage{"Proxy", "window.Proxy = undefined"},
    BuiltinPage{"Promise", "window.Promise = function () {}"},
    BuiltinPage{"then", "Promise.prototype.then = function () {}"},
    BuiltinPage{"Object.then", "Object.prototype.then = () => {}"},
    BuiltinPage{"Object.value",
                "Object.prototype.value = Object.prototype.get = Object.prototype"
                ".apply = () => { throw 1 }"},
    BuiltinPage{"Object.delay",
                "Object.prototype.delay = Object.prototype.due = Object.prototype"
                ".kind = 1e9"},
    BuiltinPage{"Object.number",
                "Object.defineProperty(Object.prototype, '1', {get: () => { throw 1 }})"},
    BuiltinPage{"defineProperty",
                "Object.defineProperty = Object.getOwnPropertyDescriptor = () => {}"},
    BuiltinPage{"toJSON", "Object.prototype.toJSON = Array.prototype.toJSON = () => 1"},
    BuiltinPage{"JSON", "JSON.stringify = JSON.parse = () => { throw 1 }"},
    BuiltinPage{"Array",
                "for (const name of ['push', 'map', 'forEach', 'every', 'filter', 'some'])"
                " Array.prototype[name] = () => { throw 1 }"},
    BuiltinPage{"iterator", "Array.prototype[Symbol.iterator] = () => { throw 1 }"},
    BuiltinPage{"Array.from", "Array.from = Array.isArray = () => null"},
    BuiltinPage{"String",
                "for (const name of ['split', 'startsWith', 'indexOf', 'slice'])"
                " String.prototype[name] = () => { throw 1 }"},
    BuiltinPage{"Number", "Number.prototype.toString = Number.isFinite = () => { throw 1 }"},
    BuiltinPage{"Math", "Math.max = Math.min = () => { throw 1 }"},
    BuiltinPage{"Symbol", "window.Symbol = undefined"},
    BuiltinPage{"Set", "window.Set = undefined"},
    BuiltinPage{"Set.prototype", "Set.prototype.has = Set.prototype.add = () => { throw 1 }"},
    BuiltinPage{"Map", "window.Map = window.WeakMap = undefined"},
    BuiltinPage{"Map.prototype", "Map.prototype.get = Map.prototype.set = () => { throw 1 }"},
    BuiltinPage{"Function.prototype",
                "Function.prototype.call = Function.prototype.apply = "
                "Function.prototype.bind = () => { throw 1 }"},
    BuiltinPage{"Function.toString", "Function.prototype.toString = () => { throw 1 }"},
    BuiltinPage{"requestAnimationFrame", "window.requestAnimationFrame = () => 0"},
    BuiltinPage{"requestIdleCallback", "window.requestIdleCallback = () => 0"},
    BuiltinPage{"clearTimeout", "window.clearTimeout = window.clearInterval = () => {}"},
    BuiltinPage{"getComputedStyle", "window.getComputedStyle = () => null"},
    BuiltinPage{"addEventListener", "EventTarget.prototype.addEventListener = () => { throw 1 }"},
    BuiltinPage{"dispatchEvent", "EventTarget.prototype.dispatchEvent = () => { throw 1 }"},
    BuiltinPage{"Event", "window.Event = window.FocusEvent = window.CustomEvent = undefined"},
    BuiltinPage{"relatedTarget",
                "Object.defineProperty(FocusEvent.prototype, 'relatedTarget', {get: () => null})"},
    BuiltinPage{"CharacterData",
                "Object.defineProperty(CharacterData.prototype, 'data', {get: () "
                "=> '', set() {}}); window.Text = undefined"},
    BuiltinPage{"querySelectorAll", "Document.prototype.querySelectorAll = () => []"},
    BuiltinPage{"shadowRoot",
                "Object.defineProperty(Element.prototype, 'shadowRoot', {get: () => { throw 1 }})"},
    BuiltinPage{"scheduler", "Scheduler.prototype.postTask = () => { throw 1 }"},
    BuiltinPage{"crypto", "SubtleCrypto.prototype.deriveBits = () => { throw 1 }"},
    BuiltinPage{"indexedDB", "IDBFactory.prototype.databases = () => { throw 1 }"},
    BuiltinPage{"globalThis", "globalThis.cdpScrapeLook = () => ({})"},
    BuiltinPage{"named-elements",
                "onload = () => document.body.insertAdjacentHTML('beforeend', '<form name="
                "querySelectorAll></form><form name=body></form>')"},
};

/// Its own functions are taken first, for some are gone when they are needed.
std::string html_of(const BuiltinPage& page) {
  return "<!DOCTYPE html><html><head><title>t</title><script>const real = setTimeout, body = () => "
         "document.documentElement.lastChild; " +
         std::string(page.script) +
         "</script></head><body><script>real(() => { body().innerHTML +="
         " '<p>done-' + '" +
         std::string(page.name) + "</p>' }, 150)</script></body></html>";
}

void add_script(TestServer& server, const std::string& name, const std::string& script,
                const std::string& body = "") {
  const std::string html =
      "<!DOCTYPE html><html><head><title>t</title></head><body>" + body +
      "<script>const add = (id) => { const p = document.createElement('p'); p.id = id; "
      "document.body.append(p) };" +
      script + "</script></body></html>";
  server.on("/b/late/" + name, [html](const Request&) { return Response{.body = html}; });
}

void add_late_pages(TestServer& server) {
  add_script(server, "text-timer", "go = () => add('done'); setTimeout('go()', 200)");
  add_script(server, "interval",
             "const t = setInterval(() => { clearInterval(t); add('done') }, 200)");
  add_script(server, "typing",
             "let n = 0; (function type() { add('c' + n); if (++n < 10) setTimeout(type, 70); else "
             "add('done') })()");
  add_script(server, "database",
             "const r = indexedDB.open('x' + Math.random()); r.onupgradeneeded = () => "
             "r.result.createObjectStore('s'); r.onsuccess = () => { const t = "
             "r.result.transaction('s', 'readwrite'); t.objectStore('s').put(1, 1); t.oncomplete = "
             "() => add('done') }");
  add_script(server, "cryptography",
             "(async () => { const z = new Uint8Array(8); const k = await crypto.subtle.importKey("
             "'raw', z, 'PBKDF2', false, ['deriveBits']); await crypto.subtle.deriveBits({name: "
             "'PBKDF2', hash: 'SHA-256', salt: z, iterations: 700000}, k, 256); add('done') })()");
  add_script(server, "task", "scheduler.postTask(() => add('done'), {priority: 'background'})");
  add_script(server, "timer-in-frame", "onmessage = () => add('done')",
             "<iframe srcdoc='<script>setTimeout(() => parent.postMessage(1, `*`), 1500)</script>'>"
             "</iframe>");
  add_script(server, "timer-of-frame",
             "const f = document.createElement('iframe'); document.body.append(f); "
             "f.contentWindow.setTimeout(() => add('done'), 1200)");
  add_script(server, "frame-removed-with-timer",
             "const f = document.createElement('iframe'); document.body.append(f); "
             "f.contentWindow.setTimeout(() => {}, 1900); f.remove(); add('done')");
  add_script(server, "aborted",
             "AbortSignal.timeout(1500).addEventListener('abort', () => add('done'))");
  add_script(server, "delayed-task", "scheduler.postTask(() => add('done'), {delay: 200})");
  add_script(server, "channel",
             "const c = new MessageChannel(); let n = 0; c.port1.onmessage = () => { const e = "
             "performance.now() + 1; while (performance.now() < e); if (++n < 150) "
             "c.port2.postMessage(0); else add('done') }; c.port2.postMessage(0)");
  add_script(server, "worker",
             "const w = new Worker(URL.createObjectURL(new Blob(['onmessage = () => { const e = "
             "Date.now() + 300; while (Date.now() < e); postMessage(1) }']))); w.onmessage = () => "
             "add('done'); w.postMessage(1)");
  add_script(server, "frames",
             "let n = 0; const f = () => { if (++n < 20) requestAnimationFrame(f); else "
             "add('done') }; requestAnimationFrame(f); requestIdleCallback(() => add('idle'))");
  add_script(server, "busy-frames",
             "const f = () => { const e = performance.now() + 40; while (performance.now() < e); "
             "requestAnimationFrame(f) }; requestAnimationFrame(f); setTimeout(() => add('done'), "
             "200)");
  add_script(server, "shadow",
             "const s = document.querySelector('x-l').attachShadow({mode: 'open'}); let n = 0; "
             "const t = setInterval(() => { s.innerHTML = '<p>' + n + '</p>'; if (++n > 9) { "
             "clearInterval(t); document.title = s.innerHTML = 'done-' + 'shadow' } }, 40)",
             "<x-l></x-l>");
  add_script(server, "arguments",
             "setTimeout(function (a, b) { if (this === window && arguments.length === 2) "
             "add(a + b) }, 50, 'do', 'ne')");
  add_script(server, "opened",
             "setTimeout(() => { setTimeout(() => add('done'), 300); document.open(); "
             "document.write('<body><p>new'); document.close() }, 50)");
  add_script(
      server, "looks-native",
      "const frame = document.createElement('iframe'); document.body.append(frame); const "
      "other = frame.contentWindow.Function.prototype.toString; const names = ['setTimeout',"
      " 'setInterval', 'clearTimeout', 'clearInterval', 'close', 'requestAnimationFrame']; "
      "const functions = names.map((name) => window[name]).concat("
      "Function.prototype.toString, other, frame.contentWindow.setTimeout, AbortSignal.timeout, "
      "Scheduler.prototype.postTask, crypto.subtle.digest, WebAssembly.compile, Atomics.waitAsync, "
      "createImageBitmap, Response.prototype.text, FileReader.prototype.readAsText); const "
      "isNative = (f) => [f.toString(), "
      "Function.prototype.toString.call(f), other.call(f)].every((text) => text === "
      "`function ${f.name}() { [native code] }`); const plain = (f) => !('prototype' in f) "
      "&& Object.getOwnPropertyNames(f).join() === 'length,name'; const same = "
      "Object.getOwnPropertyNames(window).filter((name) => /scrape|cdp/i.test(name)); "
      "const stack = (act) => { try { act() } catch (e) { return e.stack } }; "
      "const depth = (act) => stack(act).split('\\n').length; "
      "const stacks = [() => { throw new Error() }, () => setTimeout.call({}), "
      "() => setInterval(), () => clearTimeout(Symbol()), () => close.call({}), "
      "() => setTimeout({toString() { null.x }}), () => Function.prototype.toString.call({}), "
      "() => Object.setPrototypeOf(setTimeout, Object.create(setTimeout))].map(depth); "
      "Error.prepareStackTrace = (e, sites) => sites.map((s) => s.getFunctionName()).join('\\n'); "
      "const names2 = stack(() => setTimeout.call({})); Error.prepareStackTrace = undefined; "
      "if (functions.every(isNative) && functions.every(plain) && !same.length && "
      "Object.getOwnPropertySymbols(window).length === 0 && "
      "stacks.join() === [0, 0, 0, 0, 0, 1, 1, 1].map((more) => stacks[0] + more).join() && "
      "!/apply|[0-9a-f]{32}/.test(names2)) add('done'); else add('no-' + stacks + names2)");
  add_script(server, "frame-chain",
             "let n = 0; const f = () => { if (++n < 80) requestAnimationFrame(f); else "
             "add('done') }; requestAnimationFrame(f)");
  add_script(server, "frames-for-ever",
             "const f = () => requestAnimationFrame(f); f(); add('done')");
  add_script(
      server, "key",
      "crypto.subtle.generateKey({name: 'RSA-OAEP', modulusLength: 2048, publicExponent: "
      "new Uint8Array([1, 0, 1]), hash: 'SHA-256'}, true, ['encrypt', 'decrypt']).then(() => "
      "setTimeout(() => add('done')))");
  add_script(server, "bitmaps",
             "const c = new OffscreenCanvas(2000, 2000); c.getContext('2d').fillRect(0, 0, 9, 9); "
             "c.convertToBlob().then(async (b) => { for (let i = 0; i < 8; ++i) await "
             "createImageBitmap(b); add('done') })");
  const std::string shared =
      "const m = new Int32Array(new WebAssembly.Memory({initial: 1, maximum: 1, shared: true})"
      ".buffer); ";
  add_script(server, "wait-async",
             shared + "Atomics.waitAsync(m, 0, 0, 600).value.then(() => add('done'))");
  add_script(server, "wait-for-ever",
             shared + "Atomics.waitAsync(m, 0, 0).value.then(() => add('never')); add('done')");
  add_script(server, "worklet",
             "new OfflineAudioContext(1, 9, 44100).audioWorklet.addModule('data:text/javascript,"
             "const e = Date.now() + 500; while (Date.now() < e);').then(() => add('done'))");
  add_script(server, "file-reader",
             "const r = new FileReader(); r.onload = () => add('done'); "
             "r.readAsDataURL(new Blob([new Uint8Array(3e7)]))");
  add_script(server, "smooth",
             "addEventListener('scrollend', () => add('done')); "
             "scrollTo({top: 5000, behavior: 'smooth'})",
             "<div style='height: 9000px'></div>");
  // What is followed is still the page's: its rejections, and what it looks like.
  add_script(server, "rejections",
             "let unhandled = []; addEventListener('unhandledrejection', (e) => "
             "unhandled.push(e.promise)); const digest = () => crypto.subtle.digest('X', new "
             "Uint8Array(1)); const left = digest(); digest().catch((e) => { const own = new "
             "Error(); setTimeout(() => { const keys = Reflect.ownKeys(left).length; if "
             "(unhandled.length === 1 && unhandled[0] === left && keys === 0 && left.constructor "
             "=== Promise && e.name === 'NotSupportedError' && !/[0-9a-f]{32}/.test(e.stack)) "
             "add('done'); else add(unhandled.length + e.stack) }, 50) })");
  add_script(server, "far-redirect", "setTimeout(() => { location = '/static' }, 2500)");
  add_script(server, "far-refresh", "", "<meta http-equiv=refresh content='60;url=/static'>");
  add_script(server, "picture", "add('done')", "<img src='/hang'>");
  add_script(server, "frame", "add('done')", "<iframe src='/hang'></iframe>");
  add_script(server, "defined",
             "setTimeout(() => customElements.define('my-app', class extends HTMLElement { "
             "connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<p class=inner>"
             "</p>'; document.body.dataset.state = 'ready' } }), 2300)",
             "<my-app></my-app>");
  add_script(server, "scroller",
             "const r = document.querySelector('x-s').attachShadow({mode: 'open'}); r.innerHTML = "
             "'<div style=\"height: 100vh; overflow: auto\"><div style=\"height: 300vh\"></div>"
             "</div>'; let n = 0; r.firstChild.onscroll = () => { if (++n === 2) add('done') }",
             "<style>body { margin: 0; overflow: hidden }</style><x-s></x-s>");
}

void add_sandboxed_pages(TestServer& server) {
  const auto add = [&](const std::string& name, const std::string& type, const std::string& body) {
    server.on("/b/sandboxed/" + name, [type, body](const Request&) {
      return Response{.headers = {{"Content-Type", type},
                                  {"Content-Security-Policy", "default-src 'none'; sandbox"}},
                      .body = body};
    });
  };
  add("html", "text/html", "<!DOCTYPE html><title>t</title><p>sandboxed html</p>");
  add("text", "text/plain", "sandboxed text\n");
  add("svg", "image/svg+xml",
      "<svg xmlns='http://www.w3.org/2000/svg'><text>sandboxed svg</text></svg>");
}

}  // namespace

std::span<const BuiltinPage> builtin_pages() {
  return pages;
}

void add_readiness_pages(TestServer& server) {
  std::string paths;
  for (const BuiltinPage& page : pages) {
    const std::string html = html_of(page);
    const std::string path = "/b/builtin/" + std::string(page.name);
    server.on(path, [html](const Request&) { return Response{.body = html}; });
    paths += path + '\n';
  }
  server.on("/b/builtins", [paths](const Request&) { return Response{.body = paths}; });
  add_late_pages(server);
  add_sandboxed_pages(server);
}

}  // namespace cdp::test
