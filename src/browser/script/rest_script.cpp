#include "browser/script/rest_script.hpp"

#include "browser/script/document_script.hpp"

#include <string_view>

namespace cdp {
namespace {

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
  let jobsEnded = 0, jobRounds = 0;
  const grow = () => { touch(); grown = changed; moves = idleRounds = jobRounds = 0; };
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
  let stores = false;
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
  const timers = (lines) => lines.filter(([kind]) => kinds[kind]).map(([kind, delay, left, fired]) =>
      ({kind: kinds[kind], delay: +delay, left: +left, fired: +fired}));
  const jobs = (lines) => lines.filter(([kind]) => kind === 'p').map(([, age, waits, begun, name]) =>
      ({name, age: +age, waits: waits === '1', begun: +begun}));
  const countEnded = (lines) => lines.filter(([kind]) => kind === 'e').reduce((sum, [, count]) => sum + +count, 0);

  // A scroller that moves tells so for every frame, and tells its end.
  let scrolled = -Infinity, scrollEnded = 0;
  const scrollSpan = 200;
  window.addEventListener('scroll', () => { scrolled = now(); }, {capture: true, passive: true});
  window.addEventListener('scrollend', () => { scrollEnded = now(); touch(); }, {capture: true, passive: true});
  const scrolls = () => scrolled > scrollEnded && now() - scrolled < scrollSpan;
  const askWatch = () => {
    const paper = new Text((grew ? '+' : '') + turned);
    grew = false;
    performance.dispatchEvent(new FocusEvent('SECRET', {relatedTarget: paper}));
    const text = CharacterData.prototype.substringData.call(paper, 0, paper.length);
    return text.startsWith(';') ? text.split(';').map((line) => line.split(':')) : null;
  };

  observer.observe(document, everything);
  return (anew) => {
    if (anew) grow();
    take(observer.takeRecords());
    const answer = askWatch(), lines = answer ?? [], ended = countEnded(lines);
    const look = {scripted: answer !== null, timers: timers(lines), jobs: jobs(lines), busy: [], scrolling: scrolls()};
    if (ended !== jobsEnded) { jobsEnded = ended; if (++jobRounds < rounds) touch(); }
    awaitFrame();
    if (look.scripted) {
      watchShadows();
      awaitIdle();
      if (turns < turnCount) awaitTurn();
      look.timers.push(...motions());
      if (globalThis.indexedDB && !answered('stores', askStores)) look.busy.push('databases');
      if (globalThis.scheduler && !answered('tasks', askTasks)) look.busy.push('tasks');
      if (look.timers.some((timer) => timer.left <= 0)) awaitTurn();
    }
    const time = now();
    return Object.assign(look, {changed: time - changed, grown: time - grown, frames, moves, turns, idles,
                                drawing, idleAsked, stores});
  };
})())(true))js";

}  // namespace

const std::string& first_look_expression() {
  static const std::string& expression = *new std::string(with_document_secret(probe));
  return expression;
}

std::string next_look_expression() {
  return "cdpScrapeLook(false)";
}

}  // namespace cdp
