#include "frontier/fetch_rules.hpp"

#include <cdp/error.hpp>

#include <fmt/format.h>

#include <re2/re2.h>

#include <memory>

namespace cdp {

/// RE2 takes time and memory in proportion to the URL, whatever the pattern.
struct FetchRules::Rule {
  std::unique_ptr<const re2::RE2> pattern;
  FetchMode mode;
};

namespace {

/// RE2 names the part that it does not take.
std::string describe_fault(const std::string& pattern, const re2::RE2& compiled) {
  const std::string& part = compiled.error_arg();
  const std::size_t at = part.empty() || part == pattern ? std::string::npos : pattern.find(part);
  return fmt::format("'{}' is not a regular expression: {}{}", pattern, compiled.error(),
                     at == std::string::npos ? "" : fmt::format(" (from character {} on)", at + 1));
}

}  // namespace

std::optional<FetchMode> parse_fetch_mode(std::string_view name) {
  if (name == "browser") return FetchMode::browser;
  if (name == "http") return FetchMode::http;
  if (name == "auto") return FetchMode::automatic;
  return std::nullopt;
}

std::string_view what_needs_browser(const ScrapeOptions& options, const WaitOptions& wait) {
  if (options.pictures.screenshots) return "screenshot";
  if (options.pictures.pdfs) return "pdf";
  if (!wait.selector.empty()) return "wait-selector";
  if (!wait.function.empty()) return "wait-function";
  if (wait.scrolls > 0) return "scroll";
  return {};
}

FetchRules::FetchRules(FetchMode otherwise, const std::vector<FetchRule>& rules)
    : otherwise_(otherwise) {
  std::vector<Rule> compiled;
  for (const FetchRule& rule : rules) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    auto pattern = std::make_unique<const re2::RE2>(rule.pattern, options);
    if (!pattern->ok()) throw Error(errc::invalid_argument, describe_fault(rule.pattern, *pattern));
    compiled.push_back({std::move(pattern), rule.mode});
  }
  rules_ = std::make_shared<const std::vector<Rule>>(std::move(compiled));
}

FetchMode FetchRules::mode_of(std::string_view url) const {
  for (const Rule& rule : *rules_) {
    if (re2::RE2::PartialMatch({url.data(), url.size()}, *rule.pattern)) return rule.mode;
  }
  return otherwise_;
}

}  // namespace cdp
