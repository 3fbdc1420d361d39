// Which URL may be started when: hosts, robots.txt, duplicates.
#include "frontier/robots.hpp"

#include "frontier/host_scheduler.hpp"
#include "frontier/retry_after.hpp"
#include "frontier/robots_cache.hpp"
#include "frontier/seen_urls.hpp"
#include "frontier/url_filter.hpp"
#include "frontier/url_normal_form.hpp"
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
using testing::HasSubstr;

constexpr HostScheduler::Id any_page = ~HostScheduler::Id{0};
const Time start = Time{} + 1000s;

// ---- the scheduler ----

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

// ---- Retry-After ----

TEST(RetryAfter, IsSecondsOrADate) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);  // 06 Nov 1994 08:49:37
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after("0", now), 0s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:07 GMT", now), 30s);
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:50:07 GMT", now), 30s);
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:50:07 1994", now), 30s);
  EXPECT_EQ(parse_retry_after("Sat, 05 Nov 1994 08:50:07 GMT", now), 0s);
  EXPECT_EQ(parse_retry_after("99999999999999999999999", now), 24h * 365);
  for (const char* text : {"", "-5", "soon", "1.5", "12 s", "Sun, 06 Nov 1994"})
    EXPECT_EQ(parse_retry_after(text, now), std::nullopt) << text;
}

TEST(RetryAfter, NotEvery503IsARefusal) {
  EXPECT_TRUE(is_refusal(429, ""));
  EXPECT_TRUE(is_refusal(503, "5"));
  EXPECT_FALSE(is_refusal(503, ""));
  EXPECT_FALSE(is_refusal(200, "5"));
}

// ---- robots.txt ----

bool allowed(std::string_view file, std::string_view path,
             const std::string& agent = "cdp-scrape") {
  return RobotsRules(file, {agent}).allows(path);
}

TEST(Robots, WithoutRulesEverythingIsAllowed) {
  for (const char* file : {"", "\n\n", "# nothing", "User-agent: *", "Disallow: /",
                           "User-agent: *\nDisallow:", "User-agent: other\nDisallow: /",
                           "<html><p>no such page", "Sitemap: http://a/b\nDisallow: /"})
    EXPECT_TRUE(allowed(file, "/any")) << file;
}

TEST(Robots, TheGroupForUsWinsOverThatForAll) {
  const char* const file =
      "User-agent: *\nDisallow: /\n\nUser-Agent: CDP-Scrape/2.0 (x)\nDisallow: /private";
  EXPECT_TRUE(allowed(file, "/public"));
  EXPECT_FALSE(allowed(file, "/private/x"));
  EXPECT_FALSE(allowed(file, "/public", "another"));
  EXPECT_TRUE(RobotsRules(file, {"another", "cdp-scrape"}).allows("/public"));
}

TEST(Robots, GroupsOfOneNameBelongTogether) {
  const char* const file =
      "user-agent: a\nuser-agent: cdp-scrape\ndisallow: /1\nuser-agent: b\ndisallow: /2\n"
      "user-agent: cdp-scrape\nsitemap: x\ndisallow: /3\n";
  EXPECT_FALSE(allowed(file, "/1"));
  EXPECT_TRUE(allowed(file, "/2"));
  EXPECT_FALSE(allowed(file, "/3"));
}

TEST(Robots, TheLongestRuleWinsAndATieAllows) {
  const char* const file =
      "User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"
      "Disallow: /tie\nAllow: /tie\nDisallow: /\nAllow: /$";
  EXPECT_TRUE(allowed(file, "/example/page/"));
  EXPECT_FALSE(allowed(file, "/example/page/disallowed.gif"));
  EXPECT_TRUE(allowed(file, "/tie/x"));
  EXPECT_FALSE(allowed(file, "/other"));
  EXPECT_TRUE(allowed(file, "/"));
  EXPECT_TRUE(allowed(file, "/robots.txt"));
}

TEST(Robots, StarsAndEnds) {
  const auto matches = [](const std::string& pattern, std::string_view path) {
    return !allowed("User-agent: *\nDisallow: " + pattern, path);
  };
  EXPECT_TRUE(matches("/fish", "/fish.html"));
  EXPECT_FALSE(matches("/fish", "/Fish"));
  EXPECT_TRUE(matches("/fish*", "/fish"));
  EXPECT_TRUE(matches("/*.php", "/folder/a.php?x"));
  EXPECT_FALSE(matches("/*.php$", "/a.php?x"));
  EXPECT_TRUE(matches("/*.php$", "/a.php.php"));
  EXPECT_TRUE(matches("/fish*.php", "/fishheads/catfish.php?x"));
  EXPECT_FALSE(matches("/fish*.php", "/Fish.PHP"));
  EXPECT_TRUE(matches("*/x", "/a/b/x"));
  EXPECT_TRUE(matches("/a*b*c$", "/abbcbc"));
  EXPECT_FALSE(matches("/a*b*c$", "/abbcb"));
  EXPECT_TRUE(matches("/a$b", "/a$b")) << "no end in the middle";
  EXPECT_TRUE(matches("/x?q=*&p", "/x?q=1&p=2"));
}

TEST(Robots, PercentEncodingsAreOneAndTheSame) {
  const auto matches = [](const std::string& pattern, std::string_view path) {
    return !allowed("User-agent: *\nDisallow: " + pattern, path);
  };
  EXPECT_TRUE(matches("/foo/bar/\xE3\x83\x84", "/foo/bar/%E3%83%84"));
  EXPECT_TRUE(matches("/foo/bar/%e3%83%84", "/foo/bar/\xE3\x83\x84"));
  EXPECT_TRUE(matches("/foo/bar/%62%61%7A", "/foo/bar/baz"));
  EXPECT_TRUE(matches("/foo/bar", "/foo/%62ar"));
  EXPECT_FALSE(matches("/a%2Fb", "/a/b"));
  EXPECT_TRUE(matches("/file-with-a-%2A.html", "/file-with-a-*.html"));
  EXPECT_TRUE(matches("/foo-%24", "/foo-$"));
}

TEST(Robots, FilesOfAllSystems) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string file = std::string("\xEF\xBB\xBFUser-agent: * # all") + end +
                             "  DISALLOW :  /no  # not this" + end + end + "Allow: /no/yes";
    EXPECT_FALSE(allowed(file, "/no")) << static_cast<int>(end[0]);
    EXPECT_TRUE(allowed(file, "/no/yes"));
    EXPECT_TRUE(allowed(file, "/other"));
  }
}

TEST(Robots, ReadsFiveHundredKibibytes) {
  std::string file = "User-agent: *\n";
  file += "#" + std::string((std::size_t{500} << 10) - 100 - file.size(), 'x') + "\n";
  EXPECT_FALSE(allowed(file + "Disallow: /in\n", "/in"));
  EXPECT_TRUE(allowed(file + "#" + std::string(200, 'x') + "\nDisallow: /out\n", "/out"));
}

TEST(Robots, PatternsMadeToTakeLongDoNot) {
  std::string pattern = "/";
  for (int i = 0; i < 50'000; ++i)
    pattern += "a*";
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: " + pattern + "b", "/" + std::string(50'000, 'a')));
}

TEST(Robots, ADelayIsBounded) {
  const auto delay = [](const std::string& value) {
    return RobotsRules("User-agent: *\nCrawl-delay: " + value + "\nDisallow: /x", {"cdp-scrape"})
        .delay();
  };
  EXPECT_EQ(delay("0.5"), 500ms);
  EXPECT_EQ(delay("10"), 10s);
  EXPECT_EQ(delay("1e9"), 30s);
  for (const char* nonsense : {"", "-1", "soon", "5s", "nan", "inf"})
    EXPECT_EQ(delay(nonsense), 0ms) << nonsense;
}

TEST(Robots, ProductTokens) {
  EXPECT_EQ(product_token("MyBot/1.0 (+http://x)"), "MyBot");
  EXPECT_EQ(product_token("my-bot_x"), "my-bot_x");
  EXPECT_EQ(product_token("Mozilla/5.0 (X11)"), std::nullopt);
  EXPECT_EQ(product_token(""), std::nullopt);
}

// ---- what is known of robots.txt ----

using Verdict = RobotsCache::Verdict;

TEST(RobotsCache, AHandfulOfUrlsNeedsNoLook) {
  RobotsCache cache(RobotsPolicy::automatic, {"cdp-scrape"});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(cache.ask("http://a:80", "/x", start), Verdict::allowed);
  EXPECT_EQ(cache.ask("http://a:80", "/x", start), Verdict::unknown);
  EXPECT_EQ(cache.ask("http://b:80", "/x", start), Verdict::allowed) << "another origin";
  cache.put("http://a:80", "User-agent: *\nDisallow: /x", start);
  EXPECT_EQ(cache.ask_again("http://a:80", "/x", start), Verdict::disallowed);
  EXPECT_EQ(cache.ask("http://a:80", "/y", start), Verdict::allowed);
}

TEST(RobotsCache, WhatIsKnownGrowsOld) {
  RobotsCache cache(RobotsPolicy::obey, {"cdp-scrape"});
  EXPECT_EQ(cache.ask("a", "/x", start), Verdict::unknown);
  cache.put("a", "", start);
  EXPECT_EQ(cache.ask("a", "/x", start + 23h), Verdict::allowed);
  EXPECT_EQ(cache.ask("a", "/x", start + 24h), Verdict::unknown);
  cache.put_fault("a", "status 503", start + 24h);
  EXPECT_EQ(cache.ask("a", "/x", start + 24h + 9min), Verdict::unreachable);
  EXPECT_EQ(cache.fault_of("a"), "status 503");
  EXPECT_EQ(cache.ask("a", "/x", start + 24h + 10min), Verdict::unknown);
}

TEST(RobotsCache, IsBounded) {
  RobotsCache cache(RobotsPolicy::obey, {"cdp-scrape"});
  std::string file = "User-agent: *\n";
  while (file.size() < 100'000)
    file += "Disallow: /" + std::to_string(file.size()) + "\n";
  for (int i = 0; i < 150; ++i)
    cache.put("http://h" + std::to_string(i), file, start);
  EXPECT_LE(cache.rule_bytes(), RobotsCache::most_rule_bytes);
  EXPECT_EQ(cache.ask("http://h149", "/x", start), Verdict::allowed);
  EXPECT_EQ(cache.ask("http://h0", "/x", start), Verdict::unknown);
  for (std::size_t i = 0; i < RobotsCache::most_origins + 100; ++i)
    cache.ask("http://o" + std::to_string(i), "/", start);
  EXPECT_EQ(cache.origins(), RobotsCache::most_origins);
  EXPECT_EQ(cache.rule_bytes(), 0U);
}

// ---- duplicates ----

TEST(NormalForm, IsTheSameForOneAndTheSameUrl) {
  const std::vector<std::vector<std::string>> same = {
      {"http://example.com/", "HTTP://EXAMPLE.com", "http://example.com:80/#top",
       " http://example.com:080", "http:\\\\example.com\\", "http:example.com",
       "http://example.com/a/..", "http://example.com/./"},
      {"https://a/b?c=d", "https://a:443/b?c=d#x", "https://a/%62?c=%64", "https://a/x/../b?c=d"},
      {"http://a/%C3%A4", "http://a/%c3%a4", "http://a/\xC3\xA4"},
      {"http://a/?q", "http://a?q"},
      {"http://user@a:8080/", "http://user@A:8080"},
      {"http://[::1]/x", "http://[::1]:80/x"}};
  for (const auto& urls : same)
    for (const std::string& url : urls)
      EXPECT_EQ(normal_form(url), normal_form(urls.front())) << url;
  EXPECT_EQ(normal_form("HTTP://EXAMPLE.com"), "http://example.com/");
  EXPECT_EQ(normal_form("http://a/b/../../c/."), "http://a/c/");
}

TEST(NormalForm, KeepsApartWhatAServerMayTellApart) {
  const std::vector<std::string> urls = {
      "http://a/",      "https://a/",   "http://a:81/", "http://b/",         "http://a/x",
      "http://a/X",     "http://a/x/",  "http://a/?",   "http://a/?x=1&y=2", "http://a/?y=2&x=1",
      "http://a/a%2Fb", "http://a/a/b", "http://a//x",  "http://u@a/",       "http://www.a/"};
  for (std::size_t i = 0; i < urls.size(); ++i)
    for (std::size_t j = i + 1; j < urls.size(); ++j)
      EXPECT_NE(normal_form(urls[i]), normal_form(urls[j])) << urls[i] << " " << urls[j];
}

TEST(NormalForm, KeepsRoutesOfScriptsWherePagesAreCompared) {
  EXPECT_EQ(normal_form_with_route("http://A/x#/about"), "http://a/x#/about");
  EXPECT_EQ(normal_form_with_route("http://a#!about"), "http://a/#!about");
  EXPECT_EQ(normal_form_with_route("http://a/x#part"), "http://a/x");
  EXPECT_EQ(normal_form_with_route("http://a/x"), "http://a/x");
  EXPECT_EQ(normal_form("http://a/x#/about"), "http://a/x");
}

TEST(NormalForm, ItsParts) {
  EXPECT_EQ(host_name(normal_form("https://u:p@Example.com:8443/a?b")), "example.com");
  EXPECT_EQ(host_name(normal_form("http://[::1]:8080/")), "::1");
  EXPECT_EQ(path_and_query(normal_form("http://a?b=/c")), "/?b=/c");
  EXPECT_EQ(path_and_query(normal_form("http://a/x%7ey#f")), "/x~y");
}

TEST(NormalForm, TakesWhateverPassesForAUrl) {
  std::mt19937 random(5);
  const std::string alphabet = "ab/.:?#%2e[]@\\&= ~\xC3\xA4";
  for (int round = 0; round < 20'000; ++round) {
    std::string url = "http:";
    for (auto length = random() % 20; length > 0; --length)
      url += alphabet[random() % alphabet.size()];
    const std::string once = normal_form(url);
    host_name(once);
    path_and_query(once);
  }
}

TEST(SeenUrls, KnowsWhereAUrlStoodFirst) {
  SeenUrls seen;
  for (std::uint64_t i = 0; i < 20'000; ++i)
    ASSERT_FALSE(seen.note("http://a/" + std::to_string(i), i + 7));
  for (std::uint64_t i = 0; i < 20'000; ++i)
    ASSERT_EQ(seen.note("http://a/" + std::to_string(i), 1'000'000), i + 7);
  EXPECT_EQ(seen.size(), 20'000U);
}

TEST(SeenUrls, TakesLittle) {
  SeenUrls seen;
  for (std::uint64_t i = 0; i < 1'000'000; ++i)
    seen.note("http://a/" + std::to_string(i), i);
  EXPECT_EQ(seen.size(), 1'000'000U);
  EXPECT_LE(seen.bytes(), std::size_t{32} << 20);
}

// The paper's vector: the key 00 01 … 0f and the text 00 01 … 0e.
TEST(SeenUrls, TheHashIsSipHash) {
  std::string text;
  for (char c = 0; c < 15; ++c)
    text += c;
  const auto hash = siphash128(text, {0x0706050403020100U, 0x0f0e0d0c0b0a0908U});
  EXPECT_EQ(hash[0], 0x11a8b03399e99354U);
  EXPECT_EQ(siphash128("", {0x0706050403020100U, 0x0f0e0d0c0b0a0908U})[0], 0xe6a825ba047f81a3U);
}

InputUrl input_of(std::string url, std::size_t seq = 0) {
  InputUrl input;
  input.seq = seq;
  input.url = std::move(url);
  return input;
}

TEST(UrlFilter, FaultsAndDuplicatesNeedNoRequest) {
  UrlFilter filter(UrlFilter::Duplicates::skip);
  EXPECT_FALSE(filter.check(input_of("http://a/", 0)));
  EXPECT_FALSE(filter.check(input_of("http://b/", 1)));
  const auto duplicate = filter.check(input_of("HTTP://A:80#x", 2));
  ASSERT_TRUE(duplicate);
  EXPECT_EQ(duplicate->outcome, RecordOutcome::skipped);
  EXPECT_EQ(duplicate->error.code, errc::duplicate);
  EXPECT_THAT(duplicate->error.detail, HasSubstr("seq 0"));
  const auto blocked = filter.check(input_of("ftp://a/", 3));
  ASSERT_TRUE(blocked);
  EXPECT_EQ(blocked->outcome, RecordOutcome::failed);
  EXPECT_EQ(blocked->error.code, errc::blocked_scheme);
  EXPECT_EQ(filter.check(input_of("no url", 4))->error.code, errc::invalid_url);
  EXPECT_EQ(filter.check(input_of("no url", 5))->error.code, errc::invalid_url) << "no duplicate";
  EXPECT_FALSE(UrlFilter(UrlFilter::Duplicates::keep).check(input_of("http://a/", 0)));
}

// ---- the queue ----

QueuedUrl queued(std::size_t seq, const std::string& url) {
  QueuedUrl queued;
  queued.number = seq;
  queued.input = input_of(url);
  return queued;
}

template <class Kind>
bool is(const UrlQueue::Step& step) {
  return std::holds_alternative<Kind>(step);
}

constexpr std::size_t any_seq = ~std::size_t{0};

TEST(UrlQueue, HoldsUrlsBackUntilRobotsTxtIsKnown) {
  ScrapeOptions options;
  options.robots = RobotsPolicy::obey;
  UrlQueue queue(options, 1);
  queue.add(queued(0, "http://a/no"), start);
  queue.add(queued(1, "http://a/yes"), start);
  queue.add(queued(2, "http://b/"), start);
  EXPECT_EQ(queue.waiting(), 3U);
  EXPECT_FALSE(queue.has_step(start)) << "the next URL of the input may be of another host";
  auto step = queue.next(start, any_seq);
  ASSERT_TRUE(is<UrlQueue::FetchRobots>(step));
  EXPECT_EQ(std::get<UrlQueue::FetchRobots>(step).origin, "http://a");
  EXPECT_TRUE(is<UrlQueue::FetchRobots>(queue.next(start, any_seq)));
  EXPECT_TRUE(is<UrlQueue::Wait>(queue.next(start, any_seq)));
  queue.take_robots("http://a", {"User-agent: *\nDisallow: /no", ""}, start);
  queue.take_robots("http://b", {"", "http://b:80/robots.txt: status 500"}, start);
  step = queue.next(start, any_seq);
  ASSERT_TRUE(is<UrlQueue::Refuse>(step));
  EXPECT_EQ(std::get<UrlQueue::Refuse>(step).error.code, errc::robots_disallowed);
  step = queue.next(start, any_seq);
  ASSERT_TRUE(is<UrlQueue::Refuse>(step));
  EXPECT_EQ(std::get<UrlQueue::Refuse>(step).error.code, errc::robots_unreachable);
  EXPECT_THAT(std::get<UrlQueue::Refuse>(step).error.detail, HasSubstr("status 500"));
  step = queue.next(start, any_seq);
  ASSERT_TRUE(is<UrlQueue::StartPage>(step));
  EXPECT_EQ(std::get<UrlQueue::StartPage>(step).url.number, 1U);
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(UrlQueue, FetchesABoundedNumberOfRobotsTxtAtOnce) {
  ScrapeOptions options;
  options.robots = RobotsPolicy::obey;
  UrlQueue queue(options, 1);
  for (std::size_t i = 0; i < 100; ++i)
    queue.add(queued(i, "http://h" + std::to_string(i) + "/"), start);
  std::size_t fetches = 0;
  std::vector<std::string> origins;
  for (auto step = queue.next(start, any_seq); is<UrlQueue::FetchRobots>(step);
       step = queue.next(start, any_seq))
    origins.push_back(std::get<UrlQueue::FetchRobots>(step).origin);
  EXPECT_EQ(origins.size(), UrlQueue::most_fetches);
  for (; !origins.empty(); ++fetches) {
    queue.take_robots(origins.back(), {}, start);
    origins.pop_back();
    for (auto step = queue.next(start, std::nullopt); is<UrlQueue::FetchRobots>(step);
         step = queue.next(start, std::nullopt))
      origins.push_back(std::get<UrlQueue::FetchRobots>(step).origin);
  }
  EXPECT_EQ(fetches, 100U);
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_TRUE(is<UrlQueue::StartPage>(queue.next(start, any_seq)));
}

TEST(UrlQueue, ARefusedUrlComesAgain) {
  UrlQueue queue({}, 1);
  queue.add(queued(0, "http://a/"), start);
  queue.add(queued(1, "http://a/1"), start);
  auto step = queue.next(start, any_seq);
  QueuedUrl url = std::get<UrlQueue::StartPage>(std::move(step)).url;
  EXPECT_EQ(queue.refuse(0, "20", start), 20s);
  url.attempts = 1;
  queue.add_again(std::move(url), start);
  step = queue.next(start + 19s, any_seq);
  ASSERT_TRUE(is<UrlQueue::Wait>(step));
  EXPECT_EQ(std::get<UrlQueue::Wait>(step).ask_again, start + 20s);
  step = queue.next(start + 20s, any_seq);
  ASSERT_TRUE(is<UrlQueue::StartPage>(step));
  EXPECT_EQ(std::get<UrlQueue::StartPage>(step).url.attempts, 1);
}

TEST(UrlQueue, GivesBackAllThatWaits) {
  ScrapeOptions options;
  options.robots = RobotsPolicy::automatic;
  UrlQueue queue(options, 1);
  for (std::size_t i = 0; i < 8; ++i)
    queue.add(queued(i, "http://a/" + std::to_string(i)), start);
  EXPECT_EQ(queue.clear().size(), 8U);
  EXPECT_EQ(queue.waiting(), 0U);
}

}  // namespace
}  // namespace cdp
