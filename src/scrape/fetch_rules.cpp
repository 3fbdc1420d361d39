#include "scrape/fetch_rules.hpp"

#include <cdp/error.hpp>

#include <fmt/format.h>

#include <regex>

namespace cdp {

struct FetchRules::Rule {
  std::regex pattern;
  FetchMode mode;
};

std::optional<FetchMode> parse_fetch_mode(std::string_view name) {
  if (name == "browser") return FetchMode::browser;
  if (name == "http") return FetchMode::http;
  if (name == "auto") return FetchMode::automatic;
  return std::nullopt;
}

FetchRules::FetchRules(FetchMode otherwise, const std::vector<FetchRule>& rules)
    : otherwise_(otherwise) {
  std::vector<Rule> compiled;
  for (const FetchRule& rule : rules) {
    try {
      compiled.push_back({std::regex(rule.pattern, std::regex::ECMAScript), rule.mode});
    } catch (const std::regex_error& error) {
      throw Error(errc::invalid_argument,
                  fmt::format("'{}' is no regular expression: {}", rule.pattern, error.what()));
    }
  }
  rules_ = std::make_shared<const std::vector<Rule>>(std::move(compiled));
}

FetchMode FetchRules::mode_of(std::string_view url) const {
  constexpr std::size_t searched = 8192;
  url = url.substr(0, searched);
  for (const Rule& rule : *rules_) {
    if (std::regex_search(url.begin(), url.end(), rule.pattern)) return rule.mode;
  }
  return otherwise_;
}

}  // namespace cdp
