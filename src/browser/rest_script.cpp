#include "browser/rest_script.hpp"

#include <fmt/format.h>

#include <random>
#include <string_view>

namespace cdp {
namespace {

/// Everything it calls is taken before the page can replace it, and none of its objects has a
/// prototype that the page could add members to.
///
/// A window that no script has opened cannot be closed by one (HTML Standard, `close()`); but one
/// whose history has a single entry can, in Chromium, and that is every page of ours.
///
/// Counts how often timers of a kind have been over, for those that come again and again; where the
/// page grew meanwhile, short ones begin anew. A timer is over when a turn of the event loop that
/// began after its time is: callbacks are not wrapped. Reports `kind:delay:left:fired;…`, in
/// milliseconds.
constexpr std::string_view watch = R"js((() => {
  const call = Reflect.apply, describe = Object.getOwnPropertyDescriptor, nothing = [];
  const NativeProxy = Proxy, native = Function.prototype.toString;
  const shown = [];
  const replaced = (original, apply) => {
    const made = new NativeProxy(original, {__proto__: null, apply});
    shown[shown.length] = [made, call(native, original, nothing)];
    return made;
  };
  const replace = (owner, name, apply) => {
    const property = describe(owner, name);
    if (!property) return;
    property.value = replaced(property.value, apply);
    Object.defineProperty(owner, name, property);
  };
  const textOf = (given) => {
    for (let i = 0; i < shown.length; ++i) if (shown[i][0] === given) return shown[i][1];
    return null;
  };
  if (window !== window.top) {
    try {
      const theirs = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'close'];
      for (let i = 0; i < theirs.length; ++i) {
        const text = call(native, window[theirs[i]], nothing);
        shown[shown.length] = [window.top[theirs[i]], text];
      }
      shown[shown.length] = [window.top.Function.prototype.toString, call(native, native, nothing)];
    } catch { return; }
  }
  replace(Function.prototype, 'toString', (target, self, given) => textOf(self) ?? call(target, self, given));
  if (window !== window.top) return;
  replace(window, 'close', () => undefined);

  const clock = performance, read = clock.now, own = window;
  const now = () => call(read, clock, nothing);
  const farthest = 30000, shortest = 500, most = 1000;
  let timers = {__proto__: null}, fired = {__proto__: null}, set = 0, delays = 0, jobs = 0;
  const span = (given, at) => {
    const delay = given.length > at ? given[at] : 0;
    const kind = typeof delay;
    const number = kind === 'number' || kind === 'string' ? +delay : 0;
    return number > 0 ? number : 0;
  };
  const note = (id, kind, delay) => {
    if (delay > farthest) return;
    if (++set > most) { sweep(now() - most); if (set > most) { timers = {__proto__: null}; set = 0; } }
    timers[id] = {__proto__: null, kind, delay, due: now() + delay, ticks: 0};
  };
  const forget = (id) => { if (timers[id]) { delete timers[id]; --set; } };
  const ticked = (timer) => {
    if (timer.kind === 'i') { ++timer.ticks; timer.due += timer.delay > 1 ? timer.delay : 1; return; }
    if (fired[timer.delay] === undefined && ++delays > most) { fired = {__proto__: null}; delays = 1; }
    fired[timer.delay] = (fired[timer.delay] ?? 0) + 1;
  };
  const sweep = (time) => {
    for (const id in timers) {
      const timer = timers[id];
      if (timer.due > time) continue;
      if (timer.kind !== 'i') forget(id);
      ticked(timer);
      while (timer.kind === 'i' && timer.due <= time && timer.ticks < 100) ticked(timer);
      if (timer.due <= time) timer.due = time + timer.delay;
    }
  };
  const setBack = (counted) => {
    for (const key in counted) {
      const timer = counted[key];
      if (counted === fired && key <= shortest) counted[key] = 0;
      if (counted === timers && timer.delay <= shortest) timer.ticks = 0;
    }
  };
  const isOurs = (self) => self === own || self === undefined;
  const noting = (kind) => (target, self, given) => {
    const id = call(target, self, given);
    if (isOurs(self) && id > 0) note(id, kind, span(given, 1));
    return id;
  };
  const clearing = (target, self, given) => {
    if (isOurs(self) && given.length > 0 && typeof given[0] !== 'object') forget(given[0]);
    return call(target, self, given);
  };
  replace(window, 'setTimeout', noting('t'));
  replace(window, 'setInterval', noting('i'));
  replace(window, 'clearTimeout', clearing);
  replace(window, 'clearInterval', clearing);

  if (typeof Scheduler === 'function') {
    replace(Scheduler.prototype, 'postTask', (target, self, given) => {
      const options = given.length > 1 ? given[1] : null;
      const delay = typeof options === 'object' && options !== null ? describe(options, 'delay') : undefined;
      const job = call(target, self, given);
      if (delay && typeof delay.value === 'number') note('p' + ++jobs, 't', delay.value);
      return job;
    });
  }

  const asker = describe(FocusEvent.prototype, 'relatedTarget').get;
  const data = describe(CharacterData.prototype, 'data');
  call(EventTarget.prototype.addEventListener, clock, ['SECRET', (event) => {
    const paper = call(asker, event, nothing), told = call(data.get, paper, nothing);
    sweep(+told);
    if (told[0] === '+') { setBack(fired); setBack(timers); }
    const time = now();
    let text = ';';
    for (const id in timers) {
      const timer = timers[id];
      const count = timer.kind === 'i' ? timer.ticks : fired[timer.delay] ?? 0;
      text += timer.kind + ':' + timer.delay + ':' + (timer.due - time) + ':' + count + ';';
    }
    call(data.set, paper, [text]);
  }]);
})())js";

/// Named elements hide members of `document`, in every world; those of others they do not.
///
/// The ids that `requestAnimationFrame` and `requestIdleCallback` give out are counted for all
/// worlds of a document together: a gap between two of ours means that the page has asked
/// meanwhile. Their callbacks are called in the order in which they were asked for, so when ours
/// has been called, those of the page have been.
constexpr std::string_view probe = R"js((globalThis.cdpScrapeLook ??= (() => {
  const animation = 1000, frameCount = 30, turnCount = 3, turnSpan = 15, rounds = 30, most = 50000;
  const now = () => performance.now();
  const everything = {subtree: true, childList: true, characterData: true, attributes: true};
  let changed, grown, frames, moves, turns, idles, grew = false;
  const touch = () => { changed = now(); frames = turns = idles = 0; };
  const grow = () => { touch(); grown = changed; moves = idleRounds = 0; };
  const isDecoration = (record) =>
      record.type === 'attributes' && (record.attributeName === 'style' || record.attributeName === 'class');
  const take = (records) => {
    if (records.length === 0) return;
    if (!records.every(isDecoration)) { grew = true; return grow(); }
    if (now() - grown <= animation || moves < frameCount) touch();
  };
  const observer = new MutationObserver(take);
  const roots = new Set([document]);
  const elementsIn = (root) =>
      (root instanceof Document ? Document : DocumentFragment).prototype.querySelectorAll.call(root, '*');
  const shadowOf = Object.getOwnPropertyDescriptor(Element.prototype, 'shadowRoot').get;
  const watchShadows = () => {
    let seen = 0;
    for (const root of roots) {
      for (const element of elementsIn(root)) {
        if (++seen > most) return;
        const shadow = shadowOf.call(element);
        if (!shadow || roots.has(shadow)) continue;
        roots.add(shadow);
        observer.observe(shadow, everything);
        grow();
      }
    }
  };

  let frameId = 0, drawing = false, awaitsFrame = false;
  const awaitFrame = () => {
    if (awaitsFrame) return;
    awaitsFrame = true;
    const id = requestAnimationFrame(() => {
      awaitsFrame = false;
      ++frames; ++moves;
      if (frames < 2 || drawing) awaitFrame();
    });
    drawing = id !== frameId + 1;
    frameId = id;
  };

  let idleId = 0, idleAsked = false, awaitsIdle = false, idleRounds = 0;
  const awaitIdle = () => {
    if (awaitsIdle) return;
    awaitsIdle = true;
    const id = requestIdleCallback(() => { awaitsIdle = false; ++idles; ++idleRounds; });
    if (id !== idleId + 1) { idleAsked = true; if (idleRounds < rounds) idles = 0; }
    idleId = id;
  };

  let turned = 0, awaitsTurn = false;
  const awaitTurn = () => {
    if (awaitsTurn) return;
    awaitsTurn = true;
    const began = now();
    setTimeout(() => {
      awaitsTurn = false;
      turned = began;
      if (++turns < turnCount) awaitTurn();
    }, turnSpan);
  };

  const questions = {};
  const answered = (name, ask) => {
    const question = questions[name] ??= {busy: false, began: -1};
    if (!question.busy && question.began <= changed) {
      question.busy = true;
      question.began = now();
      ask().catch(() => {}).then(() => { question.busy = false; });
    }
    return !question.busy;
  };
  let stores = false, key;
  const secret = new Uint8Array(8);
  const askCrypto = async () => {
    key ??= await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
    await crypto.subtle.deriveBits({name: 'PBKDF2', hash: 'SHA-1', salt: secret, iterations: 1}, key, 160);
  };
  // More than once: a database that is being made is in none of the first answers, and takes as many turns.
  const askStores = async () => {
    for (let turn = 0; turn < 4; ++turn) {
      stores = (await indexedDB.databases()).length > 0;
      if (stores) return;
    }
  };
  const askTasks = async () => scheduler.postTask(() => {}, {priority: 'background'});

  const motions = () => {
    const left = Document.prototype.getAnimations.call(document)
        .filter((one) => one.playState === 'running')
        .map((one) => one.effect.getComputedTiming().endTime - one.currentTime)
        .filter((time) => time > 0 && time < 30000);
    return left.length > 0 ? [{kind: 'animation', delay: 0, left: Math.max(...left), fired: 0}] : [];
  };
  const kinds = {t: 'timer', i: 'interval'};
  const timers = (text) => text.split(';').filter(Boolean).map((line) => {
    const [kind, delay, left, fired] = line.split(':');
    return {kind: kinds[kind], delay: +delay, left: +left, fired: +fired};
  });
  const askWatch = () => {
    const paper = new Text((grew ? '+' : '') + turned);
    grew = false;
    performance.dispatchEvent(new FocusEvent('SECRET', {relatedTarget: paper}));
    const text = CharacterData.prototype.substringData.call(paper, 0, paper.length);
    return text.startsWith(';') ? timers(text) : null;
  };

  observer.observe(document, everything);
  return (anew) => {
    if (anew) grow();
    take(observer.takeRecords());
    const waiting = askWatch();
    const look = {scripted: waiting !== null, timers: waiting ?? [], busy: []};
    awaitFrame();
    if (look.scripted) {
      watchShadows();
      awaitIdle();
      if (turns < turnCount) awaitTurn();
      look.timers.push(...motions());
      if (globalThis.crypto?.subtle && !answered('crypto', askCrypto)) look.busy.push('cryptography');
      if (globalThis.indexedDB && !answered('stores', askStores)) look.busy.push('databases');
      if (globalThis.scheduler && !answered('tasks', askTasks)) look.busy.push('tasks');
      if (look.timers.some((timer) => timer.left <= 0)) awaitTurn();
    }
    const time = now();
    return Object.assign(look, {changed: time - changed, grown: time - grown, frames, moves, turns, idles,
                                drawing, idleAsked, stores});
  };
})())(true))js";

/// A name that no page can guess.
const std::string& secret() {
  static const std::string& name = *new std::string([] {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
  }());
  return name;
}

/// Scripts are sent for every page: without their indentation.
std::string unindented(std::string_view script) {
  std::string text;
  bool at_begin = true;
  for (const char c : script) {
    if (!at_begin || c != ' ') text += c;
    at_begin = c == '\n' || (at_begin && c == ' ');
  }
  return text;
}

std::string with_secret(std::string_view script) {
  constexpr std::string_view mark = "SECRET";
  std::string text = unindented(script);
  text.replace(text.find(mark), mark.size(), secret());
  return text;
}

}  // namespace

const std::string& timer_watch_script() {
  static const std::string& script = *new std::string(with_secret(watch));
  return script;
}

const std::string& first_look_expression() {
  static const std::string& expression = *new std::string(with_secret(probe));
  return expression;
}

std::string next_look_expression() {
  return "cdpScrapeLook(false)";
}

}  // namespace cdp
