// The tables of docs/cli.md and docs/record.md against the program's own.
#include "cli/options/arguments.hpp"
#include "cli/process/exit_code.hpp"
#include "output/record_line.hpp"
#include <cdp/error.hpp>
#include <cdp/record.hpp>
#include <cdp/version.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace cdp::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

using Row = std::vector<std::string>;

std::string read_file(const std::string& name) {
  std::ifstream file(std::filesystem::path(CDP_SCRAPE_SOURCE) / name);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name << " cannot be read";
  return text.str();
}

/// `| a | b |`, where `\|` is no border.
Row cells_of(const std::string& line) {
  Row cells{""};
  for (std::size_t at = 1; at + 1 < line.size(); ++at) {
    if (line[at] == '\\' && line[at + 1] == '|') {
      cells.back() += line[++at];
    } else if (line[at] == '|') {
      cells.emplace_back();
    } else {
      cells.back() += line[at];
    }
  }
  for (std::string& cell : cells)
    cell = std::regex_replace(cell, std::regex("^ +| +$"), "");
  return cells;
}

/// The rows of the first table below a heading, without their own heading.
std::vector<Row> table_below(const std::string& document, const std::string& heading) {
  std::istringstream lines(read_file("docs/" + document));
  std::vector<Row> rows;
  bool found = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) {
      if (found) break;
      found = line == heading;
    } else if (found && line.starts_with('|')) {
      rows.push_back(cells_of(line));
    } else if (!rows.empty()) {
      break;
    }
  }
  EXPECT_GE(rows.size(), 3U) << document << " has no table below '" << heading << "'";
  rows.erase(rows.begin(), rows.begin() + std::min<std::ptrdiff_t>(2, std::ssize(rows)));
  return rows;
}

/// What stands between backquotes.
std::vector<std::string> code_in(const std::string& cell) {
  const std::regex code("`([^`]*)`");
  std::vector<std::string> found;
  for (std::sregex_iterator match(cell.begin(), cell.end(), code), end; match != end; ++match)
    found.push_back((*match)[1]);
  return found;
}

std::vector<std::string> code_in_first_cells(const std::vector<Row>& rows) {
  std::vector<std::string> found;
  for (const Row& row : rows) {
    const std::vector<std::string> code = code_in(row.front());
    EXPECT_FALSE(code.empty()) << row.front();
    found.insert(found.end(), code.begin(), code.end());
  }
  return found;
}

/// `-c, --concurrency N`
std::string headline_of(const cli::OptionDescription& option) {
  std::string text = option.short_name.empty() ? "" : option.short_name + ", ";
  text += option.long_name;
  return option.value.empty() ? text : text + " " + option.value;
}

TEST(Docs, EveryOptionStandsInTheTableOnce) {
  std::vector<std::string> expected{"URL..."};
  for (const cli::OptionDescription& option : cli::describe_command_line().options)
    expected.push_back(headline_of(option));
  EXPECT_THAT(code_in_first_cells(table_below("cli.md", "## Options")),
              UnorderedElementsAreArray(expected));
}

/// What cannot be told in a word is told in other words there.
TEST(Docs, PlainDefaultsAreThoseOfTheHelp) {
  std::map<std::string, std::string> usual;
  for (const cli::OptionDescription& option : cli::describe_command_line().options)
    if (std::regex_match(option.usual, std::regex("[a-z0-9]+")))
      usual[headline_of(option)] = option.usual;
  EXPECT_THAT(usual, Contains(std::pair<const std::string, std::string>("--retries N", "2")));
  for (const Row& row : table_below("cli.md", "## Options")) {
    const std::vector<std::string> options = code_in(row.front());
    if (options.size() != 1 || !usual.contains(options.front())) continue;
    ASSERT_EQ(row.size(), 3U) << row.front();
    std::string cell = row.back();
    cell.erase(std::remove(cell.begin(), cell.end(), '`'), cell.end());
    EXPECT_THAT(cell, StartsWith(usual[options.front()])) << row.front();
  }
}

TEST(Docs, EveryCommandIsNamed) {
  const std::string text = read_file("docs/cli.md");
  for (const cli::CommandDescription& command : cli::describe_command_line().commands)
    EXPECT_THAT(text, HasSubstr("\ncdp-scrape " + command.name)) << command.name;
}

TEST(Docs, ExitCodesAreThoseOfTheProgram) {
  std::vector<std::string> expected;
  std::vector<std::string> found;
  for (const cli::ExitCode code : cli::exit_codes())
    expected.push_back(fmt::format("{} {}", static_cast<int>(code), cli::meaning_of(code)));
  for (const Row& row : table_below("cli.md", "## Exit codes")) {
    const std::size_t index = found.size();
    std::string text = row.front() + " " + row.at(1);
    // What follows the program's own words explains them.
    if (index < expected.size() && text.starts_with(expected[index])) text = expected[index];
    found.push_back(std::move(text));
  }
  EXPECT_EQ(found, expected);
}

TEST(Docs, MembersAreThoseOfARecord) {
  Record record;
  record.outcome = RecordOutcome::failed;
  record.error = RecordError{};
  record.verification = Verification{};
  const auto line = nlohmann::ordered_json::parse(to_json_line(record));
  std::vector<std::string> expected{"html_file"};
  for (const auto& [name, value] : line.items())
    expected.push_back(name);
  const std::vector<Row> rows = table_below("record.md", "# The record");
  EXPECT_THAT(code_in_first_cells(rows), UnorderedElementsAreArray(expected));
  EXPECT_TRUE(nlohmann::json::parse(to_index_line(record, "a.html")).contains("html_file"));
  // Members of members: {code, phase, …} in the second cell.
  for (const char* name : {"error", "verify", "wait", "timings_ms"}) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& candidate) {
      return candidate.front() == fmt::format("`{}`", name);
    });
    ASSERT_NE(row, rows.end()) << name;
    std::string list;
    for (const auto& [member, value] : line[name].items())
      list += (list.empty() ? "" : ", ") + member;
    std::smatch braces;
    ASSERT_TRUE(std::regex_search(row->at(1), braces, std::regex("`\\{([^}]*)\\}`"))) << name;
    EXPECT_EQ(braces[1], list) << name;
  }
}

TEST(Docs, PhasesAreThoseOfARecord) {
  const std::string text = read_file("docs/record.md");
  const std::size_t begin = text.find("`phase` is where the error happened");
  ASSERT_NE(begin, text.npos);
  const std::string paragraph = text.substr(begin, text.find("\n\n", begin) - begin);
  const std::vector<std::string> found = code_in(paragraph);
  std::vector<std::string> expected{"phase"};
  constexpr int last = static_cast<int>(Phase::close);
  for (int phase = 0; phase <= last; ++phase)
    expected.emplace_back(to_string(static_cast<Phase>(phase)));
  EXPECT_EQ(found, expected);
}

/// These end a run, or are thrown by the library: no record holds them.
const std::vector<std::string> beside_records = {
    "browser_not_found", "launch_failed", "launch_timeout", "sandbox_unavailable",
    "invalid_argument",  "input_error",   "output_error",   "state_error",
    "timeout",           "wrong_loop",    "rate_limited"};

TEST(Docs, ErrorCodesAreThoseOfTheProgram) {
  std::vector<std::string> expected;
  // The last enumerator has no name to be known by: what follows it is called "internal".
  constexpr int far_beyond = 200;
  for (int code = 0; code < far_beyond; ++code) {
    const std::string name(to_string(static_cast<errc>(code)));
    const bool is_one = name != "internal" || static_cast<errc>(code) == errc::internal;
    if (is_one &&
        std::find(beside_records.begin(), beside_records.end(), name) == beside_records.end())
      expected.push_back(name);
  }
  EXPECT_THAT(code_in_first_cells(table_below("record.md", "## Errors")),
              UnorderedElementsAreArray(expected));
}

TEST(Docs, TheImageIsLabelledWithTheVersion) {
  EXPECT_THAT(read_file("Dockerfile"), HasSubstr("ARG VERSION=" CDP_SCRAPE_VERSION "\n"));
}

}  // namespace
}  // namespace cdp::test
