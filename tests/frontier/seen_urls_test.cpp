// URLs that are the same, and those that are left out.
#include "frontier/seen_urls.hpp"

#include "frontier/robots.hpp"
#include "frontier/robots_cache.hpp"
#include "frontier/url_filter.hpp"
#include "frontier/url_normal_form.hpp"
#include "frontier/url_queue.hpp"
#include "sample_input.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cdp {
namespace {

using test::input_of;
using testing::HasSubstr;

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

}  // namespace
}  // namespace cdp
