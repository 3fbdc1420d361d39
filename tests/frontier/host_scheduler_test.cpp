// Which host may be asked when.
#include "frontier/host_scheduler.hpp"

#include "frontier/robots.hpp"
#include "frontier/robots_cache.hpp"
#include "frontier/url_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using Kind = HostScheduler::Kind;
using Time = HostScheduler::Time;
using testing::ElementsAre;

constexpr HostScheduler::Id any_page = ~HostScheduler::Id{0};
const Time start = Time{} + 1000s;

/// The ids that may be started now, one after the other.
std::vector<HostScheduler::Id> startable(HostScheduler& scheduler, Time now) {
  std::vector<HostScheduler::Id> ids;
  while (const auto next = scheduler.next(now, any_page).start)
    ids.push_back(next->id);
  return ids;
}

TEST(HostScheduler, WithoutLimitsGivesUrlsInTheOrderOfTheInput) {
  HostScheduler scheduler({}, 1);
  for (const HostScheduler::Id id : {4U, 0U, 3U, 1U, 2U})
    scheduler.add_page(id, id % 2 == 0 ? "even" : "odd");
  EXPECT_EQ(scheduler.waiting(), 5U);
  EXPECT_TRUE(scheduler.has_page(start));
  EXPECT_THAT(startable(scheduler, start), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_FALSE(scheduler.has_page(start));
  for (HostScheduler::Id id = 0; id < 5; ++id)
    scheduler.finish(id, start);
  EXPECT_EQ(scheduler.hosts(), 0U) << "nothing is kept of hosts that are done";
}

TEST(HostScheduler, BoundsThePagesOfAHost) {
  HostScheduler scheduler({.pages_at_once = 2}, 1);
  for (HostScheduler::Id id = 0; id < 4; ++id)
    scheduler.add_page(id, "a");
  scheduler.add_page(4, "b");
  EXPECT_THAT(startable(scheduler, start), ElementsAre(0, 1, 4));
  scheduler.finish(1, start);
  EXPECT_THAT(startable(scheduler, start), ElementsAre(2));
}

TEST(HostScheduler, StartsNoPageAboveTheLast) {
  HostScheduler scheduler({}, 1);
  scheduler.add_page(5, "a");
  scheduler.add_request(9, "b");
  EXPECT_EQ(scheduler.next(start, std::nullopt).start->id, 9U) << "requests are no pages";
  EXPECT_FALSE(scheduler.next(start, std::nullopt).start);
  EXPECT_FALSE(scheduler.next(start, 4).start);
  EXPECT_EQ(scheduler.next(start, 5).start->id, 5U);
}

TEST(HostScheduler, CountsTheDelayFromTheAnswer) {
  HostScheduler scheduler({.delay = 100ms}, 1);
  scheduler.add_page(0, "a");
  scheduler.add_page(1, "a");
  EXPECT_THAT(startable(scheduler, start), ElementsAre(0));
  EXPECT_THAT(startable(scheduler, start + 10min), ElementsAre()) << "nothing was sent yet";
  EXPECT_EQ(scheduler.next(start + 10min, any_page).ask_again, Time::max());
  scheduler.note_sent(0, start + 10min);
  scheduler.note_answered(0, start + 10min + 40ms);
  EXPECT_EQ(scheduler.next(start + 10min + 139ms, any_page).ask_again, start + 10min + 140ms);
  EXPECT_THAT(startable(scheduler, start + 10min + 140ms), ElementsAre(1))
      << "0 is still under way";
}

TEST(HostScheduler, DoesNotWaitForAnswersForEver) {
  HostScheduler scheduler({.delay = 100ms}, 1);
  for (HostScheduler::Id id = 0; id < 3; ++id)
    scheduler.add_page(id, "a");
  EXPECT_THAT(startable(scheduler, start), ElementsAre(0));
  scheduler.note_sent(0, start);
  EXPECT_THAT(startable(scheduler, start + 1099ms), ElementsAre());
  EXPECT_THAT(startable(scheduler, start + 1100ms), ElementsAre(1));
  scheduler.note_answered(0, start + 1101ms);  // late: 1 counts now
  EXPECT_THAT(startable(scheduler, start + 10s), ElementsAre());
  scheduler.note_sent(1, start + 10s);
  scheduler.note_answered(1, start + 10s);
  EXPECT_THAT(startable(scheduler, start + 10s + 100ms), ElementsAre(2));
}

TEST(HostScheduler, TheEndOfAPageCountsWhenNothingElseWasSeenOfIt) {
  HostScheduler scheduler({.delay = 100ms}, 1);
  scheduler.add_page(0, "a");
  EXPECT_THAT(startable(scheduler, start), ElementsAre(0));
  scheduler.finish(0, start + 5s);
  scheduler.add_page(1, "a");
  EXPECT_THAT(startable(scheduler, start + 5s + 99ms), ElementsAre());
  EXPECT_THAT(startable(scheduler, start + 5s + 100ms), ElementsAre(1));
}

TEST(HostScheduler, PagesUnderWayAskForAnotherTurn) {
  HostScheduler scheduler({.pages_at_once = 1, .delay = 100ms}, 1);
  scheduler.add_page(0, "a");
  scheduler.add_page(1, "a");
  EXPECT_THAT(startable(scheduler, start), ElementsAre(0));
  scheduler.note_answered(0, start);
  scheduler.add_request(0, "a");
  EXPECT_THAT(startable(scheduler, start + 50ms), ElementsAre());
  const auto turn = scheduler.next(start + 100ms, any_page);
  ASSERT_TRUE(turn.start);
  EXPECT_EQ(turn.start->id, 0U) << "before the host's other pages, and beside the limit";
  EXPECT_EQ(turn.start->kind, Kind::request);
  scheduler.note_answered(0, start + 100ms);
  scheduler.add_request(0, "a");
  scheduler.withdraw_request(0, "a", start + 100ms);
  scheduler.finish(0, start + 150ms);
  EXPECT_THAT(startable(scheduler, start + 199ms), ElementsAre());
  EXPECT_THAT(startable(scheduler, start + 200ms), ElementsAre(1));
}

TEST(HostScheduler, AHostMayWantMoreTimeThanTheRunGivesIt) {
  HostScheduler scheduler({.delay = 100ms}, 1);
  scheduler.set_least_delay("a", 2s);
  scheduler.add_page(0, "a");
  scheduler.add_page(1, "a");
  EXPECT_THAT(startable(scheduler, start), ElementsAre(0));
  scheduler.note_answered(0, start);
  EXPECT_THAT(startable(scheduler, start + 1999ms), ElementsAre());
  EXPECT_THAT(startable(scheduler, start + 2s), ElementsAre(1));
}

TEST(HostScheduler, LeavesARefusingHostAlone) {
  HostScheduler scheduler({}, 1);
  for (HostScheduler::Id id = 0; id < 5; ++id)
    scheduler.add_page(id, "a");
  EXPECT_EQ(scheduler.next(start, 0).start->id, 0U);
  EXPECT_EQ(scheduler.refuse(0, 7s, start), 7s);
  scheduler.finish(0, start);
  scheduler.add_page(5, "b");
  EXPECT_THAT(startable(scheduler, start), ElementsAre(5)) << "the other host goes on";
  EXPECT_EQ(scheduler.next(start, any_page).ask_again, start + 7s);
  EXPECT_THAT(startable(scheduler, start + 7s), ElementsAre(1)) << "one, to see";
  scheduler.accept(1, start + 8s);
  EXPECT_THAT(startable(scheduler, start + 8s), ElementsAre(2, 3, 4));
}

TEST(HostScheduler, PausesGrowAndAreBounded) {
  HostScheduler scheduler({}, 1);
  scheduler.add_page(0, "a");
  startable(scheduler, start);
  std::vector<HostScheduler::Span> pauses;
  for (int i = 0; i < 12; ++i)
    pauses.push_back(scheduler.refuse(0, std::nullopt, start));
  EXPECT_GE(pauses[0], 500ms);
  EXPECT_LE(pauses[0], 1500ms);
  EXPECT_GE(pauses[11], 30s);
  EXPECT_LE(*std::max_element(pauses.begin(), pauses.end()), 90s);
  EXPECT_EQ(scheduler.refuse(0, 1'000'000'000s, start), 10min);
  EXPECT_EQ(scheduler.refuse(0, 0s, start), 1s);
}

/// Plays a run with hosts, servers of any speed and any luck. What must hold: the gaps a server
/// sees, the pages of a host at once, and that all ends.
void play(unsigned seed) {
  std::mt19937 random(seed);
  const auto some = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  const HostScheduler::Limits limits{static_cast<std::size_t>(some(4)), some(2) * 50ms * some(4)};
  HostScheduler scheduler(limits, seed);
  struct Event {
    Time at;
    int kind;  // 0: sent and seen, 1: answered, 2: done
    HostScheduler::Id id;
  };
  std::vector<Event> events;
  std::map<HostScheduler::Id, std::string> host_of;
  std::map<std::string, Time> seen;
  std::map<std::string, std::size_t> running;
  constexpr HostScheduler::Id total = 60;
  for (HostScheduler::Id id = 0; id < total; ++id) {
    host_of[id] = std::string(1, static_cast<char>('a' + some(5)));
    scheduler.add_page(id, host_of[id]);
  }
  Time now = start;
  std::size_t done = 0;
  for (int turns = 0; done < total; ++turns) {
    ASSERT_LT(turns, 100'000) << "locked up, seed " << seed;
    const auto choice = scheduler.next(now, any_page);
    if (choice.start) {
      const auto id = choice.start->id;
      const std::string& host = host_of[id];
      ASSERT_TRUE(limits.pages_at_once == 0 || running[host] < limits.pages_at_once);
      ++running[host];
      // A browser takes its time, a request at most a second to get there.
      const Time sent = now + some(3000) * 1ms;
      const Time there = sent + some(900) * 1ms;
      const Time answered = there + some(4000) * 1ms;
      events.push_back({sent, 0, id});
      events.push_back({there, 3, id});
      if (some(4) != 0) events.push_back({answered, 1, id});
      events.push_back({answered + some(1000) * 1ms, 2, id});
      continue;
    }
    const auto next = std::min_element(events.begin(), events.end(),
                                       [](auto& a, auto& b) { return a.at < b.at; });
    if (next == events.end() || choice.ask_again <= next->at) {
      ASSERT_NE(choice.ask_again, Time::max()) << "nothing will happen, seed " << seed;
      now = std::max(now, choice.ask_again);
      continue;
    }
    const Event event = *next;
    events.erase(next);
    now = event.at;
    const std::string& host = host_of[event.id];
    if (event.kind == 0) scheduler.note_sent(event.id, now);
    if (event.kind == 1) scheduler.note_answered(event.id, now);
    if (event.kind == 3) {
      const Time earliest = seen.contains(host) ? seen[host] + limits.delay : start;
      ASSERT_GE(now, earliest) << "seed " << seed;
      seen[host] = now;
    }
    if (event.kind == 2) {
      --running[host];
      ++done;
      scheduler.finish(event.id, now);
    }
  }
  scheduler.next(now + 1h, any_page);
  EXPECT_EQ(scheduler.hosts(), 0U) << "seed " << seed;
}

TEST(HostScheduler, WhateverHappensServersSeeTheDelay) {
  for (unsigned seed = 0; seed < 300; ++seed)
    ASSERT_NO_FATAL_FAILURE(play(seed));
}

}  // namespace
}  // namespace cdp
