#include "browser/readiness.hpp"

#include "base/async/deadline.hpp"
#include "browser/script/page_script.hpp"
#include "browser/script/rest_script.hpp"
#include "engine/page_rest.hpp"
#include <cdp/error.hpp>
#include <cdp/race.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// How long the network has to be idle for `networkidle`.
constexpr std::chrono::milliseconds idle_span = 500ms;

/// How much longer than its own limit a page may take to answer, before its script counts as hung.
constexpr std::chrono::milliseconds answer_span = 1s;

/// How long a page that has announced another document may take to begin with it.
constexpr std::chrono::milliseconds announced_span = 4s;

/// What is left of a page's time for its last answer, when the time ends before the page is idle.
constexpr std::chrono::milliseconds last_answer_span = 500ms;

/// A wait observes its deadline itself, and knows best what it waited for. If it has not
/// ended this long after it, it is cancelled from outside, whatever it does.
constexpr std::chrono::milliseconds grace = 250ms;

/// How often a page is asked whether a condition holds.
constexpr std::chrono::milliseconds question_span = 50ms;

enum class Verdict { quiet, limit, late, hung, navigated };

/// What a look at a page and its workers shows.
PageRest judge_page(PageState& page, const nlohmann::json& json) {
  Look look = Look::from(json);
  if (!page.workers_rest()) look.busy.emplace_back("a worker");
  PageRest rest = judge(look);
  page.note_rest(rest);
  return rest;
}

/// Looks at a page until it is idle. Each look is short, and runs in a world of its own.
Task<Verdict> look_until_quiet(std::shared_ptr<PageState> page, Deadline limit, Deadline deadline) {
  const Deadline answer = std::min(deadline, limit + answer_span);
  const World world = co_await page->isolated_world(answer);
  std::string expression = first_look_expression();
  for (;;) {
    const nlohmann::json look = co_await world.evaluate(std::move(expression), answer);
    if (!look.is_object() || !look.contains("scripted"))
      co_return Verdict::quiet;  // a document without a DOM to watch
    const PageRest rest = judge_page(*page, look);
    if (rest.is_quiet) co_return Verdict::quiet;
    if (has_passed(limit)) co_return Verdict::limit;
    co_await sleep_until(std::min(deadline_in(rest.next_look), limit));
    expression = next_look_expression();
  }
}

/// Waits until the page's DOM is idle. A missing answer means that a script blocks the page.
Task<Verdict> settle_dom(std::shared_ptr<PageState> page, Deadline limit, Deadline deadline) {
  std::optional<Error> failure;
  try {
    co_return co_await look_until_quiet(page, limit, deadline);
  } catch (const Error& error) {
    failure = error;
  }
  if (failure->code() == errc::protocol_timeout)
    co_return limit + answer_span <= deadline ? Verdict::hung : Verdict::late;
  if (failure->code() == errc::script_error)
    co_return Verdict::quiet;  // a document without a DOM to watch
  if (failure->code() != errc::protocol_error) throw *failure;
  page->forget_isolated_world();
  co_return Verdict::navigated;
}

/// Waits until the page's network has been idle for a span. @return false when the limit came first
Task<bool> rest_network(std::shared_ptr<PageState> page, Clock::duration span, Deadline limit) {
  const int documents = page->navigation().documents();
  while (page->network().quiet_for(Clock::now()) < span) {
    const Clock::time_point now = Clock::now();
    if (now >= limit) co_return false;
    if (page->navigation().documents() != documents) co_return true;
    const bool quiet = page->network().is_quiet(now);
    const Clock::time_point next = quiet ? now + (span - page->network().quiet_for(now))
                                         : std::max(page->network().next_change(now), now + 1ms);
    co_await page->wait_for_change(std::min(next, limit));
  }
  co_return true;
}

/// One wait: a page, what it should reach, and how long that may take.
class Readiness {
 public:
  Readiness(std::shared_ptr<PageState> page, WaitOptions options, Deadline deadline,
            std::chrono::milliseconds limit)
      : page_(std::move(page)), options_(std::move(options)), deadline_(deadline), limit_(limit) {}

  Task<Document> wait() {
    co_await wait_for_events();
    if (page_->navigation().has_document()) {
      if (options_.goes_beyond_events()) page_->hurry_frames();
      co_await wait_for_rest();
      co_await scroll();
      co_await wait_for_conditions();
    }
    Document document = page_->document();
    document.ended_by = ended_by_;
    co_return document;
  }

 private:
  WaitUntil event() const {
    return options_.until == WaitUntil::domcontentloaded || gave_up_loading_
               ? WaitUntil::domcontentloaded
               : WaitUntil::load;
  }

  /// The document's own event; or, where what it loads has got stuck, the one before that.
  Task<void> wait_for_event() {
    gave_up_loading_ = false;
    if (event() == WaitUntil::load) gave_up_loading_ = co_await gets_stuck();
    co_await page_->wait_for_document(event(), deadline_, limit_);
  }

  /// Waits for the load event. @return whether it was given up: nothing has come over the network
  /// for that time, and the page itself is idle
  Task<bool> gets_stuck() {
    while (!page_->navigation().is_over(WaitUntil::load) && !has_passed(deadline_)) {
      const auto idle = page_->network().idle_for(Clock::now());
      if (!page_->navigation().is_over(WaitUntil::domcontentloaded)) {
        co_await page_->wait_for_change(deadline_);
        continue;
      }
      if (idle < options_.load_limit) {
        const auto until = Clock::now() + (options_.load_limit - idle);
        co_await page_->wait_for_change(std::min(deadline_, until));
        continue;
      }
      const Verdict verdict = co_await settle_dom(page_, settle_deadline(), deadline_);
      const bool rests = verdict == Verdict::quiet || verdict == Verdict::limit;
      const bool is_stuck = page_->network().idle_for(Clock::now()) >= options_.load_limit;
      if (rests && is_stuck && !page_->navigation().is_over(WaitUntil::load)) co_return true;
      co_await page_->wait_for_change(std::min(deadline_, deadline_in(question_span)));
    }
    co_return false;
  }

  /// How the wait ended, given that the page was loaded.
  const char* ended_by(const char* name) const { return gave_up_loading_ ? "load_limit" : name; }

  /// How long the page may take to become idle. What ends with its whole time ends a moment
  /// earlier, so that it can still be asked.
  Deadline settle_deadline() const {
    return std::min(last_rest(), deadline_in(options_.settle_limit));
  }

  Deadline last_rest() const {
    constexpr int part = 8;
    return deadline_ - std::min(limit_ / part, last_answer_span);
  }

  /// A page that is not idle at its limit is done anyway, unless that limit was its timeout.
  void end_unrested(Deadline limit, const char* ended_by, const char* awaited) {
    if (limit >= last_rest()) throw timed_out(awaited);
    ended_by_ = ended_by;
  }

  /// Stands in every loop: each of its waits may find what it waits for at once, and for ever.
  void check_time(const char* awaited) const {
    if (has_passed(deadline_)) throw timed_out(awaited);
  }

  /// The document's own event; and that of the next document, where one is announced. One that did
  /// not come in its time is not waited for again.
  Task<void> wait_for_events() {
    co_await wait_for_event();
    const int documents = page_->navigation().documents();
    const Deadline announced = std::min(deadline_, deadline_in(announced_span));
    while (expects_another() && !has_passed(announced))
      co_await page_->wait_for_change(announced);
    if (expects_another()) check_time("document that the page scheduled");
    if (expects_another()) given_up_at_ = page_->navigation().documents();
    if (page_->navigation().documents() != documents || !page_->navigation().is_over(event())) {
      co_await wait_for_event();
    }
    page_->network_mark_loaded();
    ended_by_ = ended_by(event() == WaitUntil::load ? "load" : "domcontentloaded");
    if (page_->navigation().is_stopped_before(event())) ended_by_ = "stopped";
  }

  Task<void> wait_for_rest() {
    if (options_.until == WaitUntil::networkidle) co_await wait_for_idle_network();
    if (options_.until == WaitUntil::automatic) co_await wait_for_quiet_page();
  }

  Task<void> wait_for_idle_network() {
    for (;;) {
      check_time("network to become idle");
      const int documents = page_->navigation().documents();
      const Deadline limit = settle_deadline();
      const bool idle = co_await rest_network(page_, idle_span, limit);
      if (!went_on(documents)) {
        if (idle) {
          ended_by_ = "networkidle";
        } else {
          end_unrested(limit, "networkidle_limit", "network to become idle");
        }
        co_return;
      }
      co_await wait_for_events();
    }
  }

  /// DOM and network rest in turn: what arrives over the network may change the DOM, which may ask
  /// the network for more. Done when neither has anything left.
  Task<void> wait_for_quiet_page() {
    Deadline limit = settle_deadline();
    for (;;) {
      check_time(rest);
      const int documents = page_->navigation().documents();
      const Verdict verdict = co_await settle_dom(page_, limit, deadline_);
      if (verdict == Verdict::navigated || went_on(documents)) {
        co_await wait_for_events();
        limit = settle_deadline();
        continue;
      }
      if (verdict == Verdict::hung) co_return end_script();
      if (verdict == Verdict::late) throw timed_out(rest);
      if (verdict == Verdict::quiet && page_->network().is_quiet(Clock::now())) {
        ended_by_ = ended_by("quiet");
        co_return;
      }
      const bool rested = co_await rest_network(page_, 1ms, limit);
      if (verdict == Verdict::limit || !rested || has_passed(limit))
        co_return end_unrested(limit, "quiet_limit", rest);
    }
  }

  /// Goes down screen by screen until there is nothing below, or enough is seen; and back.
  Task<void> scroll() {
    for (int screen = 0; screen < options_.scrolls; ++screen) {
      std::string expression = scroll_down_expression();
      const bool moved = co_await scroll_by(std::move(expression));
      if (!moved) break;
      co_await wait_for_quiet_page();
    }
    if (options_.scrolls == 0) co_return;
    std::string expression = scroll_back_expression();
    co_await scroll_by(std::move(expression));
    co_await wait_for_quiet_page();
  }

  /// @return whether the page has moved; not when it is about to become another one
  Task<bool> scroll_by(std::string expression) {
    std::optional<Error> failure;
    try {
      const World world = co_await page_->isolated_world(deadline_);
      const nlohmann::json moved = co_await world.evaluate(std::move(expression), deadline_);
      co_return moved == true;
    } catch (const Error& error) {
      failure = error;
    }
    if (failure->code() == errc::protocol_timeout) throw timed_out("scrolling");
    if (failure->code() != errc::protocol_error) throw *failure;
    page_->forget_isolated_world();
    co_return false;
  }

  /// In a shared process nobody knows whose script it is.
  void end_script() {
    if (page_->is_in_company()) throw Error(errc::page_hung, "the page does not answer any more");
    page_->terminate_script();
    ended_by_ = "script_terminated";
  }

  bool went_on(int documents) const {
    const Navigation& navigation = page_->navigation();
    return navigation.documents() != documents || expects_another() || !navigation.is_over(event());
  }

  bool expects_another() const {
    const Navigation& navigation = page_->navigation();
    return navigation.expects_another() && navigation.documents() != given_up_at_;
  }

  Task<void> wait_for_conditions() {
    if (!options_.selector.empty()) {
      const char* const name = "selector";
      std::string expression = selector_expression(options_.selector);
      co_await hold(name, std::move(expression), true);
    }
    if (!options_.function.empty()) {
      const char* const name = "function";
      std::string expression = function_expression(options_.function);
      co_await hold(name, std::move(expression), false);
    }
    if (options_.delay > 0ms) {
      const Deadline until = deadline_in(options_.delay);
      co_await sleep_until(std::min(until, deadline_));
      if (until > deadline_) throw timed_out("delay");
      ended_by_ = "delay";
    }
  }

  /// Asks again and again: many states change without any event that would tell. A page that
  /// navigates is asked in its new document.
  Task<void> hold(const char* name, std::string expression, bool isolated) {
    int documents = page_->navigation().documents();
    std::optional<World> world;
    while (!has_passed(deadline_)) {
      if (is_at_another(documents)) {
        co_await wait_for_event();
        documents = page_->navigation().documents();
        world.reset();
      }
      std::optional<Error> failure;
      try {
        if (!world && isolated) world = co_await page_->isolated_world(deadline_);
        if (!world) world = page_->own_world();
        const nlohmann::json holds = co_await world->evaluate(expression, deadline_);
        if (holds == true) {
          ended_by_ = name;
          co_return;
        }
      } catch (const Error& error) {
        failure = error;
      }
      if (failure && failure->code() == errc::protocol_timeout) throw timed_out(name);
      if (failure && (failure->code() != errc::protocol_error || !went_on(documents)))
        throw *failure;
      if (failure) page_->forget_isolated_world();
      co_await sleep_until(std::min(deadline_, deadline_in(question_span)));
    }
    throw timed_out(name);
  }

  bool is_at_another(int documents) const {
    const Navigation& navigation = page_->navigation();
    return navigation.documents() != documents || !navigation.is_over(event());
  }

  Error timed_out(const char* name) const {
    return Error(errc::page_timeout,
                 fmt::format("not done after {} ms: waiting for the {}", limit_.count(), name));
  }

  static constexpr const char* rest = "page to become idle";

  std::shared_ptr<PageState> page_;
  WaitOptions options_;
  Deadline deadline_;
  std::chrono::milliseconds limit_;
  std::string ended_by_;
  bool gave_up_loading_ = false;    ///< the present document's load event is not waited for
  std::optional<int> given_up_at_;  ///< the document whose announced successor did not come
};

}  // namespace

Task<Document> wait_until_ready(std::shared_ptr<PageState> page, WaitOptions options,
                                Deadline deadline, std::chrono::milliseconds limit) {
  Readiness readiness(page, std::move(options), deadline, limit);
  const auto slot = detail::make_slot<Document>();
  std::vector<NamedTask<void>> waiting;
  waiting.push_back({std::string(), detail::keep_in(readiness.wait(), slot)});
  const auto ended = co_await detail::join_first(std::move(waiting), deadline + grace);
  if (ended || slot->value) co_return slot->take();
  throw Error(
      page->navigation().has_document() ? errc::page_timeout : errc::nav_timeout,
      fmt::format("not done after {} ms: {}", limit.count(), page->navigation().describe()));
}

}  // namespace cdp
