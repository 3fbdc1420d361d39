// How options read their values. For the files that define the command line; they alone pay for
// CLI11.
#pragma once

#include "cli/options/option_text.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cdp::cli {

/// Reads the text of an option. @return what is wrong with it, or nothing
using Reader = std::function<std::string(const std::string&)>;

/// An option with one value: the last one given counts, so that aliases and wrappers can be
/// overruled.
CLI::Option* add_text(CLI::App& app, const std::string& flags, Reader read,
                      const std::string& help);

/// An option that may be given several times, and holds every time.
CLI::Option* add_texts(CLI::App& app, const std::string& flags, Reader read,
                       const std::string& help);

/// Text as it is.
CLI::Option* add_word(CLI::App& app, const std::string& flags, std::string& value,
                      const std::string& help);

/// A time with a unit (`500ms`, `30s`, `2m`, `1h`), or a number of `unit`.
CLI::Option* add_duration(CLI::App& app, const std::string& flags, std::chrono::milliseconds& value,
                          DurationLimits limits, const std::string& help);

template <class Number, class Set>
CLI::Option* add_number(CLI::App& app, const std::string& flags, Number least, Number most, Set set,
                        const std::string& help) {
  const auto read = [least, most, set](const std::string& text) {
    Number number{};
    std::string fault = read_number(text, least, most, number);
    if (fault.empty()) set(number);
    return fault;
  };
  return add_text(app, flags, read, help);
}

/// Accepts the names of a table, and says them all when there is another.
template <class Value>
CLI::Option* add_choice(CLI::App& app, const std::string& flags, Value& value,
                        const std::map<std::string, Value>& names, const std::string& help) {
  std::string choices;
  std::string list;
  for (const auto& [name, ignored] : names) {
    choices += (choices.empty() ? "" : "|") + name;
    list += (list.empty() ? "" : ", ") + name;
  }
  const auto read = [&names, &value, list](const std::string& text) -> std::string {
    const auto found = names.find(text);
    if (found == names.end()) return "invalid value '" + text + "', expected one of " + list;
    value = found->second;
    return {};
  };
  return add_text(app, flags, read, help)->type_name(choices);
}

/// The name that an option goes by: `--header` of `-H,--header`.
std::string long_name(const CLI::Option& option);

/// --log-level → CDP_SCRAPE_LOG_LEVEL
std::string variable_of(const std::string& option);

/// All options of a run, by groups.
void add_options(CLI::App& app, Arguments& arguments);

}  // namespace cdp::cli
