#include "engine/page_rest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

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

/// An animation by script: so long, and so many frames. A chain of frames that leads to something
/// may be longer, and slow beside neighbours.
constexpr double animation = 1'000;
constexpr int animation_frames = 30;
constexpr double frame_chain = 3'000;
constexpr int frame_chain_frames = 100;

/// Jobs that wait for others, and those that come again and again, are waited for so long.
constexpr double longest_job = 2'000;
constexpr int most_jobs = 30;

constexpr double longest_scroll = 2'000;

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

bool counts(const PromisedJob& job, const Look& look) {
  if (job.waits && job.age > longest_job) return false;
  return job.begun <= most_jobs || look.grown <= longest_job;
}

std::string describe(const PromisedJob& job, bool is_counted) {
  return fmt::format("{} ({:.1f} s{})", job.name, job.age / 1'000,
                     is_counted ? "" : ", not waited for");
}

bool counts_frames(const Look& look) {
  return look.grown <= animation || look.moves < animation_frames ||
         (look.grown <= frame_chain && look.moves < frame_chain_frames);
}

/// What goes on, and may be waited for or not.
class Sorted {
 public:
  explicit Sorted(PageRest& result) : result_(result) {}

  void add(bool is_counted, const char* what) {
    add(is_counted, fmt::format("{}{}", what, is_counted ? "" : " (not waited for)"));
  }

  void add(bool is_counted, std::string description) {
    if (is_counted) {
      result_.awaited.push_back(std::move(description));
    } else if (result_.left_out.size() < most_left_out) {
      result_.left_out.push_back(std::move(description));
    }
  }

 private:
  PageRest& result_;
};

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
  look.scrolling = json.at("scrolling").get<bool>();
  look.busy = json.at("busy").get<std::vector<std::string>>();
  for (const nlohmann::json& entry : json.at("timers"))
    look.timers.push_back({entry.at("kind").get<std::string>(), entry.at("delay").get<double>(),
                           entry.at("left").get<double>(), entry.at("fired").get<int>()});
  for (const nlohmann::json& entry : json.at("jobs"))
    look.jobs.push_back({entry.at("name").get<std::string>(), entry.at("age").get<double>(),
                         entry.at("waits").get<bool>(), entry.at("begun").get<int>()});
  return look;
}

PageRest judge(const Look& look) {
  PageRest result;
  std::vector<std::string>& awaited = result.awaited;
  const double span = look.stores ? rest_with_databases : rest;
  if (look.changed < span) awaited.emplace_back("changes of the document");
  if (look.frames < frames_drawn && look.changed < longest_frame) awaited.emplace_back("a frame");
  Sorted sorted(result);
  if (look.drawing) sorted.add(counts_frames(look), "animation frames");
  if (look.scrolling) sorted.add(look.grown <= longest_scroll, "scrolling");
  for (const PromisedJob& job : look.jobs)
    sorted.add(counts(job, look), describe(job, counts(job, look)));
  if (look.scripted) {
    if (look.turns < turns_made) awaited.emplace_back("a turn of the event loop");
    if (look.idles == 0 && (look.idle_asked || look.changed < no_idle))
      awaited.emplace_back("an idle callback");
  }
  awaited.insert(awaited.end(), look.busy.begin(), look.busy.end());
  const bool waits_for_more = !awaited.empty();
  for (const PageTimer& timer : look.timers)
    sorted.add(counts(timer), describe(timer, counts(timer)));
  result.is_quiet = awaited.empty();
  result.next_look = look.changed < span ? std::max(in_ms(span - look.changed), shortest_look)
                     : waits_for_more    ? shortest_look
                                         : until_timer(look);
  return result;
}

}  // namespace cdp
