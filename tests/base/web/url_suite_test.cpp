// The suite of web-platform-tests for URLs; see tests/peers/urls.sh.
#include "base/text/json_text.hpp"
#include "base/web/web_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

namespace cdp::test {
namespace {

using Json = nlohmann::json;

Json read_suite(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  repair_lone_surrogates(text);
  return Json::parse(text);
}

std::optional<WebUrl> parse(const Json& entry) {
  const Json& base = entry["base"];
  if (!base.is_string()) return parse_web_url(entry["input"].get<std::string>());
  const auto parsed = parse_web_url(base.get<std::string>());
  if (!parsed) return std::nullopt;
  return parse_web_url(entry["input"].get<std::string>(), &*parsed);
}

/// Whether the case is one of those that the program resolves itself.
bool is_ours(const Json& entry) {
  if (!entry.is_object()) return false;  // a comment
  if (entry.contains("href")) {
    const std::string protocol = entry["protocol"];
    return protocol == "http:" || protocol == "https:";
  }
  const std::string input = entry["input"];
  const std::string base = entry["base"].is_string() ? entry["base"] : Json("");
  return input.starts_with("http:") || input.starts_with("https:") ||
         (base.starts_with("http") && input.find(':') == input.npos);
}

TEST(UrlSuite, IsPassedForHttpAndHttps) {
  const char* const path = std::getenv("CDP_SCRAPE_URLTESTDATA");
  if (path == nullptr) GTEST_SKIP() << "CDP_SCRAPE_URLTESTDATA names no file";
  int count = 0;
  for (const Json& entry : read_suite(path)) {
    if (!is_ours(entry)) continue;
    ++count;
    const auto url = parse(entry);
    const std::string expected = entry.contains("href") ? entry["href"] : Json("no URL");
    EXPECT_EQ(url ? url->text() : "no URL", expected) << entry["input"] << " on " << entry["base"];
  }
  RecordProperty("cases", count);
  EXPECT_GT(count, 300);
}

}  // namespace
}  // namespace cdp::test
