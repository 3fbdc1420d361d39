#include "engine/page_rest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace cdp {
namespace {

using std::chrono::milliseconds;

/// How long the DOM has to be idle; and longer for pages that work with databases, which take their
/// time.
constexpr double rest = 50;
constexpr double rest_with_databases = 250;

constexpr int frames_drawn = 2;
constexpr double longest_frame = 1'000;  ///< a page that has none by then will not be drawn
constexpr int turns_made = 3;

/// An animation by script: so long, and so many frames.
constexpr double animation = 1'000;
constexpr int animation_frames = 30;

/// How long the page must have been without idle time to go without it.
constexpr double no_idle = 500;

/// Timers that are set to a later time are not waited for, nor those that come again and again.
constexpr double farthest_timer = 2'000;
constexpr int most_timeouts = 4;
constexpr int most_ticks = 3;

constexpr milliseconds shortest_look{15};
constexpr milliseconds longest_look{100};

constexpr std::size_t most_left_out = 5;

bool counts(const PageTimer& timer) {
  if (timer.kind == "animation") return timer.left <= farthest_timer;
  if (timer.delay > farthest_timer) return false;
  if (timer.kind != "interval") return timer.fired < most_timeouts;
  return timer.fired < most_ticks && timer.fired * timer.delay <= farthest_timer;
}

std::string describe(const PageTimer& timer, bool is_counted) {
  const double left = std::max(timer.left, 0.0) / 1'000;
  const char* const mark = is_counted ? "" : ", not waited for";
  if (timer.kind == "interval")
    return fmt::format("interval of {:.1f} s (due in {:.1f} s{})", timer.delay / 1'000, left, mark);
  return fmt::format("{} (due in {:.1f} s{})", timer.kind, left, mark);
}

milliseconds in_ms(double span) {
  return milliseconds(static_cast<long>(std::ceil(span)));
}

/// When a page that only waits for its timers is worth another look.
milliseconds until_timer(const Look& look) {
  double left = static_cast<double>(longest_look.count());
  for (const PageTimer& timer : look.timers) {
    if (counts(timer)) left = std::min(left, timer.left);
  }
  return std::clamp(in_ms(left), shortest_look, longest_look);
}

}  // namespace

Look Look::from(const nlohmann::json& json) {
  Look look;
  look.scripted = json.at("scripted").get<bool>();
  look.changed = json.at("changed").get<double>();
  look.grown = json.at("grown").get<double>();
  look.frames = json.at("frames").get<int>();
  look.moves = json.at("moves").get<int>();
  look.turns = json.at("turns").get<int>();
  look.idles = json.at("idles").get<int>();
  look.drawing = json.at("drawing").get<bool>();
  look.idle_asked = json.at("idleAsked").get<bool>();
  look.stores = json.at("stores").get<bool>();
  look.busy = json.at("busy").get<std::vector<std::string>>();
  for (const nlohmann::json& entry : json.at("timers"))
    look.timers.push_back({entry.at("kind").get<std::string>(), entry.at("delay").get<double>(),
                           entry.at("left").get<double>(), entry.at("fired").get<int>()});
  return look;
}

PageRest judge(const Look& look) {
  PageRest result;
  std::vector<std::string>& awaited = result.awaited;
  const double span = look.stores ? rest_with_databases : rest;
  if (look.changed < span) awaited.emplace_back("changes of the document");
  if (look.frames < frames_drawn && look.changed < longest_frame) awaited.emplace_back("a frame");
  if (look.drawing && (look.grown <= animation || look.moves < animation_frames))
    awaited.emplace_back("animation frames");
  if (look.scripted) {
    if (look.turns < turns_made) awaited.emplace_back("a turn of the event loop");
    if (look.idles == 0 && (look.idle_asked || look.changed < no_idle))
      awaited.emplace_back("an idle callback");
  }
  awaited.insert(awaited.end(), look.busy.begin(), look.busy.end());
  const bool waits_for_more = !awaited.empty();
  for (const PageTimer& timer : look.timers) {
    if (counts(timer)) {
      awaited.push_back(describe(timer, true));
    } else if (result.left_out.size() < most_left_out) {
      result.left_out.push_back(describe(timer, false));
    }
  }
  result.is_quiet = awaited.empty();
  result.next_look = look.changed < span ? std::max(in_ms(span - look.changed), shortest_look)
                     : waits_for_more    ? shortest_look
                                         : until_timer(look);
  return result;
}

}  // namespace cdp
