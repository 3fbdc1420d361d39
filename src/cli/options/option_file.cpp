#include "cli/options/option_file.hpp"

#include "base/ascii.hpp"
#include "cli/options/option_parser.hpp"
#include "cli/options/suggestion.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace cdp::cli {
namespace {

std::string value_of_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_set(const std::string& variable) {
  return !value_of_variable(variable.c_str()).empty();
}

bool is_switch(const CLI::Option& option) {
  return option.get_items_expected_max() == 0;
}

/// Quotes around a value keep its blanks.
std::string unquoted(std::string_view value) {
  const bool quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                      value.front() == value.back();
  return std::string(quoted ? value.substr(1, value.size() - 2) : value);
}

}  // namespace

std::string find_switch_fault(const std::string& value) {
  if (value == "true" || value == "false") return {};
  return fmt::format("'{}' is neither true nor false", value);
}

std::vector<CLI::ConfigItem> OptionFile::from_config(std::istream& input) const {
  std::vector<CLI::ConfigItem> entries;
  int number = 0;
  for (std::string line; std::getline(input, line);)
    read_line(line, ++number, entries);
  return entries;
}

void OptionFile::read_line(const std::string& line, int number,
                           std::vector<CLI::ConfigItem>& entries) const {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string_view text = line;
  if (number == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  text = trimmed(text, " \t\r");
  if (text.empty() || text.front() == '#' || text.front() == ';') return;
  const std::string place = fmt::format("{}:{}", path(), number);
  if (text.front() == '[')
    throw CLI::ConfigError(fmt::format("{}: '{}': sections are not known", place, text));
  const std::size_t sign = text.find('=');
  const std::string name(trimmed(text.substr(0, sign), " \t"));
  const CLI::Option* const option = app_.get_option_no_throw("--" + name);
  if (name.starts_with('-')) {
    throw CLI::ConfigError(fmt::format("{}: '{}': names stand here without their dashes: {}", place,
                                       name, text.substr(text.find_first_not_of('-'))));
  }
  if (option == nullptr || !option->get_configurable()) {
    throw CLI::ConfigError(fmt::format("{}: unknown option '{}'{}", place, name,
                                       suggestion("--" + name, option_names(app_))));
  }
  std::string value = sign == text.npos ? "true" : unquoted(trimmed(text.substr(sign + 1), " \t"));
  if (is_switch(*option)) {
    const std::string fault = find_switch_fault(value);
    if (!fault.empty()) throw CLI::ConfigError(fmt::format("{}: {}: {}", place, name, fault));
  } else if (sign == text.npos) {
    throw CLI::ConfigError(fmt::format("{}: {} needs a value: {}=VALUE", place, name, name));
  }
  if (is_set(variable_of(name))) return;
  places_["--" + name] = place;
  // CLI11 takes the first line of each name alone: those that may be repeated come in one.
  const auto former = std::find_if(entries.begin(), entries.end(),
                                   [&](const CLI::ConfigItem& item) { return item.name == name; });
  if (former == entries.end()) {
    entries.push_back({{}, name, {std::move(value)}});
  } else if (is_switch(*option)) {
    former->inputs = {std::move(value)};
  } else {
    former->inputs.push_back(std::move(value));
  }
}

std::string OptionFile::path() const {
  return app_.get_config_ptr()->as<std::string>();
}

std::string OptionFile::place_of(const std::string& option) const {
  const auto place = places_.find(option);
  return place == places_.end() ? "" : place->second;
}

UsualFile usual_option_file() {
  const char* const named = std::getenv("CDP_SCRAPE_CONFIG");
  if (named != nullptr) return {named, *named != '\0'};
  std::string base = value_of_variable("XDG_CONFIG_HOME");
  if (base.empty() || base.front() != '/') {
    const std::string home = value_of_variable("HOME");
    if (home.empty()) return {};
    base = home + "/.config";
  }
  std::string path = base + "/cdp-scrape/config";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return {};
  return {std::move(path), false};
}

std::vector<std::string> add_variables(CLI::App& app) {
  // What is no option, and ours all the same.
  std::vector<std::string> known = {"CDP_SCRAPE_CONFIG", "CDP_SCRAPE_SESSION"};
  for (CLI::Option* option : app.get_options()) {
    const std::string name = long_name(*option);
    if (name.empty() || name == "--help" || name == "--version" || name == "--config") continue;
    option->envname(variable_of(name));
    known.push_back(variable_of(name));
  }
  std::vector<std::string> complaints;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string name(text.substr(0, text.find('=')));
    if (!name.starts_with("CDP_SCRAPE_") ||
        std::find(known.begin(), known.end(), name) != known.end())
      continue;
    complaints.push_back(
        fmt::format("the variable {} is not known, and ignored{}", name, suggestion(name, known)));
  }
  return complaints;
}

}  // namespace cdp::cli
