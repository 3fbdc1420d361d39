#include "browser/script/document_script.hpp"

#include "browser/script/serialise_script.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <random>

namespace cdp {
namespace {

/// Everything that is called later is taken before the page can replace it, and no object of ours
/// has a prototype that the page could add members to.
///
/// A replaced function is a proxy of the original. Three things tell it from that, and are put
/// right: its text, our frames in the stacks of errors, which have the secret for a name, and that
/// it could be its own prototype's prototype.
///
/// Frames of the same origin belong together: they know each other's replaced functions, and the
/// top frame asks for their timers. They find each other by an event of the top's clock, whose name
/// is a secret.
///
/// A window that no script has opened cannot be closed by one (HTML Standard, `close()`); but one
/// whose history has a single entry can, in Chromium, and that is every page of ours.
constexpr std::string_view replacing = R"js(
  const call = Reflect.apply, describe = Object.getOwnPropertyDescriptor, define = Object.defineProperty;
  const NativeProxy = Proxy, native = Function.prototype.toString, nothing = [];
  const NativeError = Error, Fault = TypeError, nativeStack = describe(new Error(), 'stack') ?? {};
  const capture = Error.captureStackTrace, protoOf = Object.getPrototypeOf, setProto = Reflect.setPrototypeOf;
  const indexOf = ''.indexOf, lastIndexOf = ''.lastIndexOf, slice = ''.slice;
  const without = (text) => {
    for (let at; (at = call(indexOf, text, ['SECRET'])) >= 0;) {
      const end = call(indexOf, text, ['\n', at]);
      text = call(slice, text, [0, call(lastIndexOf, text, ['\n', at])]) + (end < 0 ? '' : call(slice, text, [end]));
    }
    return text;
  };
  const hide = (error, ours) => {
    if (typeof error !== 'object' || error === null) return error;
    const stack = describe(error, 'stack');
    if (!stack || stack.get !== nativeStack.get) return error;
    if (typeof describe(NativeError, 'prepareStackTrace')?.value === 'function') {
      call(capture, NativeError, [error, ours]);
    } else if (stack.get) {
      call(stack.set, error, [without(call(stack.get, error, nothing))]);
    } else if (typeof stack.value === 'string' && stack.writable) {
      error.stack = without(stack.value);
    }
    return error;
  };
  const named = (made) => define(made, 'name', {__proto__: null, value: 'SECRET'});
  const trap = (act) => {
    named(act);
    const ours = named((target, self, given) => {
      try { return act(target, self, given); } catch (error) { throw hide(error, ours); }
    });
    return ours;
  };
  const append = (list, value) =>
      define(list, list.length, {__proto__: null, value, writable: true, enumerable: true, configurable: true});
  const shown = [], deepest = 1000;
  const replaced = (original, act) => {
    const setPrototypeOf = trap((target, proto) => {
      for (let one = proto, depth = 0; one !== null && depth < deepest; one = protoOf(one), ++depth)
        if (one === made) throw new Fault('Cyclic __proto__ value');
      return setProto(target, proto);
    });
    const made = new NativeProxy(original, {__proto__: null, apply: trap(act), setPrototypeOf});
    append(shown, [made, call(native, original, nothing)]);
    return made;
  };
  const replace = (owner, name, act) => {
    const property = describe(owner, name);
    if (!property) return;
    property.value = replaced(property.value, act);
    define(owner, name, property);
  };
  let kin = [shown];
  const textOf = (given) => {
    for (let of = 0; of < kin.length; ++of)
      for (let i = 0; i < kin[of].length; ++i) if (kin[of][i][0] === given) return kin[of][i][1];
    return null;
  };
  const own = window, isTop = own === own.top, frames = [];
  const membership = {__proto__: null, shown, kin, report: null};
  if (isTop) {
    const detail = describe(CustomEvent.prototype, 'detail').get;
    call(EventTarget.prototype.addEventListener, performance, ['SECRET+', (event) => {
      const member = call(detail, event, nothing);
      append(kin, member.shown);
      append(frames, member);
      member.kin = kin;
    }]);
  } else {
    try {
      const clock = call(describe(own, 'performance').get, own.top, nothing);
      call(EventTarget.prototype.dispatchEvent, clock, [new CustomEvent('SECRET+', {__proto__: null, detail: membership})]);
    } catch { return; }
    kin = membership.kin;
  }
  replace(Function.prototype, 'toString', (target, self, given) => textOf(self) ?? call(target, self, given));
  const isOurs = (self) => self === own || self === undefined;
  if (isTop) replace(own, 'close', (target, self, given) => isOurs(self) ? undefined : call(target, self, given));
)js";

/// Counts how often timers of a kind have been over, for those that come again and again; where the
/// page grew meanwhile, short ones start over. A timer is over when a turn of the event loop that
/// began after its time is: callbacks are not wrapped. Reports `kind:delay:left:fired;…`, in
/// milliseconds.
constexpr std::string_view watch = R"js(
  const clock = performance, read = clock.now;
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

  if (typeof AbortSignal === 'function') {
    replace(AbortSignal, 'timeout', (target, self, given) => {
      const signal = call(target, self, given);
      note('a' + ++jobs, 't', span(given, 0));
      return signal;
    });
  }
  if (typeof Scheduler === 'function') {
    replace(Scheduler.prototype, 'postTask', (target, self, given) => {
      const options = given.length > 1 ? given[1] : null;
      const delay = typeof options === 'object' && options !== null ? describe(options, 'delay') : undefined;
      const job = call(target, self, given);
      if (delay && typeof delay.value === 'number') note('p' + ++jobs, 't', delay.value);
      return job;
    });
  }
)js";

/// What the browser does for the page and tells by a promise: computing, decoding, and what waits
/// for others. The page gets a promise that follows the browser's own, which nobody else sees: so
/// whether the page takes care of a rejection stays the page's affair. The own member `constructor`
/// keeps `then` from asking the page's `Promise` what to make. Promises that are the same at every
/// call (`FontFace.load`, `Navigator.getBattery`) are left alone: the page would see two.
/// Reports `p:age:waits:begun:name;…` and how many have ended, `e:count;`.
constexpr std::string_view jobs = R"js(
  const promised = Promise.prototype, then = promised.then, mostJobs = 1000;
  let pending = {__proto__: null}, begun = {__proto__: null}, open = 0, numbers = 0, ended = 0;
  const begin = (name, waits) => {
    const number = ++numbers;
    pending[number] = {__proto__: null, name, waits, since: now()};
    ++open;
    begun[name] = (begun[name] ?? 0) + 1;
    return () => { if (pending[number]) { delete pending[number]; --open; ++ended; } };
  };
  const follow = (promise, name, waits) => {
    if (typeof promise !== 'object' || promise === null || protoOf(promise) !== promised) return promise;
    if (open >= mostJobs || describe(promise, 'constructor')) return promise;
    const end = begin(name, waits);
    const formats = () => typeof describe(NativeError, 'prepareStackTrace')?.value === 'function';
    const fail = (error) => { end(); throw formats() ? error : hide(error); };
    define(promise, 'constructor', {__proto__: null, value: undefined});
    return call(then, promise, [(value) => { end(); return value; }, fail]);
  };
  const reportJobs = (time) => {
    let text = 'e:' + ended + ';';
    for (const number in pending) {
      const job = pending[number];
      text += 'p:' + (time - job.since) + ':' + job.waits + ':' + begun[job.name] + ':' + job.name + ';';
    }
    return text;
  };
  const computes = 0, waits = 1;
  const followAll = (owner, names, waits) => {
    const holder = typeof window[owner] === 'function' ? window[owner].prototype : window[owner];
    if (typeof holder !== 'object') return;
    for (const name of names.split(' ')) {
      if (typeof describe(holder, name)?.value !== 'function') continue;
      replace(holder, name, (target, self, given) => follow(call(target, self, given), owner + '.' + name, waits));
    }
  };
  const listen = EventTarget.prototype.addEventListener;
  for (const name of ['readAsArrayBuffer', 'readAsBinaryString', 'readAsDataURL', 'readAsText']) {
    replace(FileReader.prototype, name, (target, self, given) => {
      const result = call(target, self, given);
      if (open < mostJobs) call(listen, self, ['loadend', begin('FileReader.' + name, computes), {__proto__: null, once: true}]);
      return result;
    });
  }
  followAll('SubtleCrypto', 'encrypt decrypt sign verify digest generateKey deriveKey deriveBits importKey exportKey wrapKey unwrapKey', computes);
  followAll('WebAssembly', 'compile instantiate compileStreaming instantiateStreaming', computes);
  followAll('Worklet', 'addModule', computes);
  followAll('HTMLImageElement', 'decode', computes);
  followAll('ImageDecoder', 'decode', computes);
  followAll('OffscreenCanvas', 'convertToBlob', computes);
  followAll('BaseAudioContext', 'decodeAudioData', computes);
  followAll('OfflineAudioContext', 'startRendering', computes);
  followAll('Blob', 'arrayBuffer text bytes', computes);
  followAll('Response', 'arrayBuffer blob bytes formData json text', waits);
  followAll('CacheStorage', 'open match has delete keys', computes);
  followAll('Cache', 'match matchAll add addAll put delete keys', waits);
  followAll('StorageManager', 'estimate getDirectory', computes);
  followAll('FileSystemDirectoryHandle', 'getFileHandle getDirectoryHandle removeEntry', computes);
  followAll('FileSystemFileHandle', 'getFile createWritable', computes);
  followAll('FileSystemWritableFileStream', 'write truncate', computes);
  followAll('LockManager', 'request query', waits);
  followAll('CookieStore', 'get getAll set delete', computes);
  followAll('Permissions', 'query', computes);
  followAll('MediaCapabilities', 'decodingInfo encodingInfo', computes);
  followAll('NavigatorUAData', 'getHighEntropyValues', computes);
  followAll('RTCPeerConnection', 'createOffer createAnswer setLocalDescription setRemoteDescription', waits);
  followAll('ServiceWorkerContainer', 'register getRegistration getRegistrations', waits);
  followAll('GPU', 'requestAdapter', waits);
  replace(window, 'createImageBitmap', (target, self, given) => follow(call(target, self, given), 'createImageBitmap', computes));
  replace(Atomics, 'waitAsync', (target, self, given) => {
    const result = call(target, self, given);
    if (result.async) result.value = follow(result.value, 'Atomics.waitAsync', waits);
    return result;
  });
)js";

/// Answers the probe.
constexpr std::string_view answering = R"js(
  const here = document, viewOf = describe(Document.prototype, 'defaultView').get;
  const report = (told) => {
    if (call(viewOf, here, nothing) === null) return '';
    sweep(+told);
    if (told[0] === '+') { setBack(fired); setBack(timers); begun = {__proto__: null}; }
    const time = now();
    let text = reportJobs(time);
    for (const id in timers) {
      const timer = timers[id];
      const count = timer.kind === 'i' ? timer.ticks : fired[timer.delay] ?? 0;
      text += timer.kind + ':' + timer.delay + ':' + (timer.due - time) + ':' + count + ';';
    }
    return text;
  };
  if (!isTop) { membership.report = report; return; }
  const asker = describe(FocusEvent.prototype, 'relatedTarget').get;
  const data = describe(CharacterData.prototype, 'data');
  call(EventTarget.prototype.addEventListener, clock, ['SECRET', (event) => {
    const paper = call(asker, event, nothing), told = call(data.get, paper, nothing);
    let text = ';' + report(told);
    for (let i = 0; i < frames.length; ++i) if (frames[i].report) text += frames[i].report(told);
    call(data.set, paper, [text]);
  }]);
)js";

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

std::string assemble(std::initializer_list<std::string_view> parts) {
  std::string script = "(() => {";
  script.append(replacing);
  for (const std::string_view part : parts)
    script.append(part);
  script.append("})()");
  return with_document_secret(script);
}

}  // namespace

const std::string& document_script(bool watches_timers) {
  static const std::string& watching = *new std::string(assemble({watch, jobs, answering}));
  static const std::string& reading =
      *new std::string(assemble({}) + ";" + unindented(reader_script()));
  return watches_timers ? watching : reading;
}

std::string with_document_secret(std::string_view script) {
  constexpr std::string_view mark = "SECRET";
  std::string text = unindented(script);
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
    text.replace(at, mark.size(), secret());
  return text;
}

}  // namespace cdp
