#include "browser/page_script.hpp"

#include "protocol/codec.hpp"

#include <fmt/format.h>

namespace cdp {
namespace {

/// A window that no script has opened cannot be closed by one (HTML Standard, `close()`); but one
/// whose history has a single entry can, in Chromium, and that is every page of ours.
///
/// A timer counts when it is due within two seconds and was not set by one that was set by one…: a
/// page that sets its next timer in the last one for ever is not getting anywhere. Requests for
/// animation frames all count: what waits for them bounds them.
constexpr std::string_view timer_watch = R"js((() => {
  const key = Symbol.for('cdp-scrape.timers');
  if (window !== window.top || window[key]) return;
  window.close = new Proxy(window.close, {apply() {}});
  const longest = 2000, deepest = 4;
  const waiting = new Set();
  let depth = 0;
  const watched = (handler, id, level) => function (...given) {
    waiting.delete(id());
    const before = depth;
    depth = level;
    try {
      return Reflect.apply(handler, this, given);
    } finally {
      depth = before;
    }
  };
  const later = window.setTimeout;
  window.setTimeout = new Proxy(later, {
    apply(target, self, given) {
      const [handler, delay, ...rest] = given;
      const counts = typeof handler === 'function' && !(delay > longest) && depth < deepest;
      if (!counts) return Reflect.apply(target, self, given);
      let id;
      id = Reflect.apply(target, self, [watched(handler, () => id, depth + 1), delay, ...rest]);
      waiting.add(id);
      return id;
    },
  });
  const drawing = new Set();
  const draw = window.requestAnimationFrame;
  window.requestAnimationFrame = new Proxy(draw, {
    apply(target, self, given) {
      const [handler] = given;
      if (typeof handler !== 'function') return Reflect.apply(target, self, given);
      let id;
      id = Reflect.apply(target, self, [function (...times) {
        drawing.delete(id);
        return Reflect.apply(handler, this, times);
      }]);
      drawing.add(id);
      return id;
    },
  });
  const forget = (name, counted) => {
    window[name] = new Proxy(window[name], {
      apply(target, self, given) {
        counted.delete(given[0]);
        return Reflect.apply(target, self, given);
      },
    });
  };
  forget('clearTimeout', waiting);
  forget('clearInterval', waiting);
  forget('cancelAnimationFrame', drawing);
  Object.defineProperty(window, key, {value: {waiting, later, drawing, draw}});
})())js";

/// Runs in the page's own world, where the timers are counted. Time alone proves nothing on a
/// machine that has none to spare: rest is also so many turns of the page's own event loop. Changes
/// of style and class, and requests for animation frames, are waited for as long as they may be an
/// animation that ends.
constexpr std::string_view settle = R"js((async () => {{
  const limit = {0}, quiet = 50, quietTurns = 3, frameLimit = 1000, animationLimit = 1000, step = 15;
  const {{waiting, later, drawing, draw}} = window[Symbol.for('cdp-scrape.timers')] ??
      {{waiting: new Set(), later: window.setTimeout, drawing: new Set(), draw: window.requestAnimationFrame}};
  const nextFrame = (callback) => Reflect.apply(draw, window, [callback]);
  const started = performance.now();
  let changed = started, grown = started, frames = 0, turns = 0, over = false;
  const isDecoration = (record) =>
      record.type === 'attributes' && (record.attributeName === 'style' || record.attributeName === 'class');
  const observer = new MutationObserver((records) => {{
    const now = performance.now();
    if (!records.every(isDecoration)) grown = now;
    if (now - grown > animationLimit) return;
    changed = now;
    frames = turns = 0;
  }});
  observer.observe(document, {{subtree: true, childList: true, characterData: true, attributes: true}});
  const frame = () => {{ ++frames; if (!over) nextFrame(frame); }};
  nextFrame(frame);
  const verdict = () => {{
    const now = performance.now();
    if (now - started >= limit) return 'limit';
    const drawn = frames >= 2 || now - changed >= frameLimit;
    const animates = drawing.size > 0 && now - grown <= animationLimit;
    const rested = now - changed >= quiet && turns >= quietTurns && waiting.size === 0;
    return drawn && rested && !animates ? 'quiet' : '';
  }};
  while (!verdict()) {{
    await new Promise((done) => Reflect.apply(later, window, [done, step]));
    ++turns;
  }}
  over = true;
  observer.disconnect();
  return verdict();
}})())js";

/// Applications often keep the page still, and scroll its largest part.
constexpr std::string_view scroll = R"js((() => {{
  const page = document.scrollingElement ?? document.documentElement;
  const below = (element) => element.scrollHeight - element.clientHeight;
  const scrolls = (element) => below(element) > 0 && /auto|scroll/.test(getComputedStyle(element).overflowY);
  const area = (element) => element.clientWidth * element.clientHeight;
  const largest = () => Array.from(document.querySelectorAll('*')).filter(scrolls)
      .reduce((best, element) => area(element) > area(best) ? element : best);
  const scroller = () => {{
    if (below(page) > 0) return page;
    try {{ return largest(); }} catch {{ return page; }}
  }};
  const element = scroller();
  const before = element.scrollTop;
  element.scrollTo({{top: {}, behavior: 'instant'}});
  return element.scrollTop !== before;
}})())js";

constexpr std::string_view make_way = R"js((() => {{
  const ends = ['beforeunload', 'pagehide', 'unload', 'visibilitychange'];
  const waits = (target) => {{
    const listeners = getEventListeners(target);
    return ends.some((end) => end in listeners);
  }};
  if (window.name !== '' || waits(window) || waits(document)) return null;
  history.replaceState(null, '', {});
  return location.href;
}})())js";

}  // namespace

std::string_view timer_watch_script() {
  return timer_watch;
}

std::string settle_expression(long limit_ms) {
  return fmt::format(settle, limit_ms);
}

std::string make_way_expression(const std::string& url) {
  return fmt::format(make_way, protocol::quoted(url));
}

std::string selector_expression(const std::string& selector) {
  return fmt::format(R"js(new Promise((done) => {{
  const selector = {};
  const look = () => document.querySelector(selector) !== null;
  if (look()) return done(true);
  const observer = new MutationObserver(() => {{
    if (!look()) return;
    observer.disconnect();
    done(true);
  }});
  observer.observe(document, {{subtree: true, childList: true, characterData: true, attributes: true}});
}}))js",
                     protocol::quoted(selector));
}

std::string scroll_down_expression() {
  return fmt::format(scroll, "before + Math.max(element.clientHeight, 1)");
}

std::string scroll_back_expression() {
  return fmt::format(scroll, "0");
}

std::string function_expression(const std::string& function) {
  return fmt::format(R"js((async () => {{
  const holds = async () => {{
    const value = await ({}
    );
    return Boolean(typeof value === 'function' ? await value() : value);
  }};
  while (!await holds()) await new Promise((done) => requestAnimationFrame(() => done()));
  return true;
}})())js",
                     function);
}

}  // namespace cdp
