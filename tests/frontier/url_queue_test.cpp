// Which URL may be started next.
#include "frontier/url_queue.hpp"

#include "frontier/host_scheduler.hpp"
#include "frontier/robots_cache.hpp"
#include "sample_input.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::input_of;
using Kind = HostScheduler::Kind;
using Time = HostScheduler::Time;
using testing::HasSubstr;

const Time start = Time{} + 1000s;

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
