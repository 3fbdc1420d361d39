// How options read their values.
#pragma once

#include "cli/options/option_text.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cdp::cli {

/// Reads the text of an option. @return what is wrong with it, or nothing
using Reader = std::function<std::string(const std::string&)>;

/// What an option takes, and where it puts it.
struct OptionType {
  enum class Kind {
    one,      ///< a value: the last one given counts, so that aliases and wrappers can be overruled
    every,    ///< a value, that may be given several times and holds every time
    toggle,   ///< no value: on, once it is given
    count,    ///< no value: counts how often it is given
    config,   ///< --config
    help,     ///< --help
    version,  ///< --version
  };
  Kind kind = Kind::one;
  std::string value = {};                 ///< as the help shows it, such as `N`; empty: none
  std::vector<std::string> choices = {};  ///< the values it takes, when they can be listed
  Reader read = {};                       ///< of `one` and `every`
  bool* toggle = nullptr;                 ///< of `toggle`
  int* count = nullptr;                   ///< of `count`

  bool takes_value() const { return !value.empty(); }
};

/// Names of values, in the order in which they are shown.
template <class Value>
using Names = std::vector<std::pair<std::string, Value>>;

OptionType one(std::string value, Reader read);
OptionType every(std::string value, Reader read);
OptionType toggle(bool& target);
OptionType count(int& target);

/// Text as it is, but not an empty one.
OptionType word(std::string value, std::string& target);
OptionType words(std::string value, std::vector<std::string>& target);

/// A time with a unit (`500ms`, `30s`, `2m`, `1h`), or a number of `limits.unit`.
OptionType duration(std::chrono::milliseconds& target, DurationLimits limits);

/// @param set takes the number
template <class Number, class Set>
OptionType number(std::string value, Number least, Number most, Set set) {
  return one(std::move(value), [least, most, set](const std::string& text) {
    Number number{};
    std::string fault = read_number(text, least, most, number);
    if (fault.empty()) set(number);
    return fault;
  });
}

/// The texts between which `separator` stands.
std::string joined(const std::vector<std::string>& texts, std::string_view separator);

/// One of the names of a table; when there is another, all of them are told.
template <class Value>
OptionType choice(Value& target, Names<Value> names) {
  std::vector<std::string> choices;
  for (const auto& [name, ignored] : names)
    choices.push_back(name);
  const auto read = [names = std::move(names), &target,
                     list = joined(choices, ", ")](const std::string& text) {
    for (const auto& [name, value] : names) {
      if (name != text) continue;
      target = value;
      return std::string();
    }
    return "invalid value '" + text + "', expected one of " + list;
  };
  OptionType type = one(joined(choices, "|"), read);
  type.choices = std::move(choices);
  return type;
}

}  // namespace cdp::cli
