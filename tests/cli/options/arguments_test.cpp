// What the command line comes to.
#include "cli/options/arguments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cdp::test {
namespace {

cli::Parsed parse(std::vector<const char*> words) {
  words.insert(words.begin(), "cdp-scrape");
  return cli::parse_arguments(static_cast<int>(words.size()), words.data());
}

LogLevel log_level_of(const std::vector<const char*>& words) {
  std::vector<const char*> all = words;
  all.push_back("http://host/");
  const cli::Parsed parsed = parse(all);
  EXPECT_FALSE(parsed.end.has_value());
  return parsed.arguments.log_level;
}

TEST(ArgumentsTest, VerboseIsALogLevel) {
  EXPECT_EQ(log_level_of({}), LogLevel::info);
  EXPECT_EQ(log_level_of({"-v"}), LogLevel::debug);
  EXPECT_EQ(log_level_of({"--verbose", "--verbose"}), LogLevel::trace);
  EXPECT_EQ(log_level_of({"-vv"}), LogLevel::trace);
  EXPECT_EQ(log_level_of({"-vq", "--quiet=false"}), LogLevel::debug);
  EXPECT_EQ(log_level_of({"-v", "--log-level", "trace"}), LogLevel::trace);
  EXPECT_EQ(log_level_of({"-v", "--log-level", "error"}), LogLevel::debug);
  EXPECT_EQ(log_level_of({"-q"}), LogLevel::error);
  EXPECT_EQ(parse({"-q", "-v", "http://host/"}).end, cli::ExitCode::usage);
}

TEST(ArgumentsTest, ValuesGoWhereTheTableSays) {
  const cli::Parsed parsed =
      parse({"http://host/", "--screenshot", "--output-dir", "d", "--block", "image,font",
             "--block", "media", "--chrome-arg", "--mute-audio", "--renderers", "0",
             "--browser-disk", "7", "http://other/"});
  ASSERT_FALSE(parsed.end.has_value());
  const cli::Arguments& arguments = parsed.arguments;
  EXPECT_EQ(arguments.urls, (std::vector<std::string>{"http://host/", "http://other/"}));
  EXPECT_TRUE(arguments.scrape.pictures.screenshots);
  EXPECT_EQ(arguments.scrape.pictures.directory, "d");
  EXPECT_EQ(arguments.scrape.page.blocked_types,
            (std::vector<std::string>{"image", "font", "media"}));
  EXPECT_EQ(arguments.scrape.launch.chrome_args, std::vector<std::string>{"--mute-audio"});
  EXPECT_FALSE(arguments.scrape.share_renderers);
  EXPECT_EQ(arguments.scrape.limits.disk, 7U << 20U);
}

TEST(ArgumentsTest, WhatBelongsTogetherIsAskedFor) {
  EXPECT_EQ(parse({"http://host/", "--pdf"}).end, cli::ExitCode::usage);
  EXPECT_EQ(parse({"http://host/", "--retry-failed", "-o", "x"}).end, cli::ExitCode::usage);
  EXPECT_EQ(parse({"http://host/", "--output-dir", "d", "-o", "x"}).end, cli::ExitCode::usage);
}

/// Else one word would do two things.
TEST(ArgumentsTest, NamesAreUnique) {
  std::vector<std::string> names;
  for (const cli::OptionDescription& option : cli::describe_command_line().options) {
    for (const std::string& name : {option.long_name, option.short_name}) {
      if (name.empty()) continue;
      EXPECT_EQ(std::count(names.begin(), names.end(), name), 0) << name;
      names.push_back(name);
    }
    EXPECT_FALSE(option.help.empty()) << option.long_name;
    EXPECT_FALSE(option.group.empty()) << option.long_name;
  }
}

}  // namespace
}  // namespace cdp::test
