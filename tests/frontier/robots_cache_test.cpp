// What is known of the robots.txt of many hosts.
#include "frontier/robots_cache.hpp"

#include "frontier/host_scheduler.hpp"
#include "frontier/robots.hpp"
#include "frontier/url_filter.hpp"
#include "frontier/url_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using Time = HostScheduler::Time;

using Verdict = RobotsCache::Verdict;

const Time start = Time{} + 1000s;

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

}  // namespace
}  // namespace cdp
