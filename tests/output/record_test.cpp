// The text of a record.
#include "sample_record.hpp"
#include <cdp/record.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::record_of;

TEST(Records, AreOneLineOfJsonWithEveryMember) {
  Record record = record_of(7, 3);
  record.url = "http://a/\n";
  record.outcome = RecordOutcome::ok;
  record.status = 200;
  record.redirects = {{"http://b/", 301}};
  record.timings.navigate = 1500us;
  const std::string line = to_json_line(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const json parsed = json::parse(line);
  for (const char* member :
       {"v",          "seq",          "url",          "final_url",  "outcome",    "error",
        "status",     "redirects",    "content_type", "charset",    "title",      "html",
        "html_bytes", "partial",      "fetch",        "wait",       "attempts",   "dialogs",
        "popups",     "fetch_reason", "verify",       "timings_ms", "started_at", "browser"}) {
    EXPECT_TRUE(parsed.contains(member)) << member;
  }
  EXPECT_EQ(parsed["v"], 1);
  EXPECT_EQ(parsed["seq"], 7);
  EXPECT_EQ(parsed["outcome"], "ok");
  EXPECT_EQ(parsed["html"], "xxx");
  EXPECT_EQ(parsed["html_bytes"], 3);
  EXPECT_EQ(parsed["redirects"], json({{{"url", "http://b/"}, {"status", 301}}}));
  EXPECT_EQ(parsed["timings_ms"]["navigate"], 1.5);
  EXPECT_TRUE(parsed["error"].is_null());
}

TEST(Records, HoldsTheHtmlOfAFailedPageOnlyWhereItWasRead) {
  Record record;
  record.outcome = RecordOutcome::failed;
  record.error = RecordError{errc::too_many_redirects, Phase::wait, "again and again", {}};
  record.html = "<p>\"there\"";
  EXPECT_TRUE(json::parse(to_json_line(record)).at("html").is_null());
  record.partial = true;
  EXPECT_EQ(json::parse(to_json_line(record)).at("html"), "<p>\"there\"");
}

TEST(Records, ListsWhereThePageDidNotGo) {
  Record record;
  record.not_followed.push_back({"tel:123", "external", 0, {}});
  record.not_followed.push_back({"http://a/x.zip", "download", 200, "application/zip"});
  const json all = json::parse(to_json_line(record)).at("not_followed");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], json({{"url", "tel:123"},
                          {"why", "external"},
                          {"status", nullptr},
                          {"content_type", nullptr}}));
  EXPECT_EQ(all[1].at("status"), 200);
  EXPECT_EQ(all[1].at("content_type"), "application/zip");
}

TEST(Records, OfFailuresCarryTheirErrorAndNoHtml) {
  Record record = record_of(0, 3);
  record.error = RecordError{errc::dns_error, Phase::navigate, "no such host", "ERR_X"};
  const json parsed = json::parse(to_json_line(record));
  EXPECT_EQ(parsed["outcome"], "failed");
  EXPECT_EQ(parsed["error"], json({{"code", "dns_error"},
                                   {"phase", "navigate"},
                                   {"detail", "no such host"},
                                   {"net_error", "ERR_X"}}));
  EXPECT_TRUE(parsed["html"].is_null());
  EXPECT_TRUE(parsed["status"].is_null());
}

TEST(Records, AreUtf8WhateverWasPutIntoThem) {
  Record record = record_of(0);
  record.outcome = RecordOutcome::ok;
  record.url = "http://a/\xff";
  record.title = "\xc3";
  record.html = "\xed\xa0\x80";
  const std::string line = to_json_line(record);
  EXPECT_NO_THROW(json::parse(line).dump());
}

}  // namespace
}  // namespace cdp
