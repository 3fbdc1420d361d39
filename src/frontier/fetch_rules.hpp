// Which pages are rendered, and which are not.
#pragma once

#include <cdp/options.hpp>
#include <cdp/scrape.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// `browser`, `http`, `auto`
std::optional<FetchMode> parse_fetch_mode(std::string_view name);

/// What is asked for that only a browser has, by the name of its option: pictures, and what is
/// waited for; empty: nothing. @param wait of the URL in question
std::string_view what_needs_browser(const ScrapeOptions& options, const WaitOptions& wait);

/// Knows how each URL is to be fetched. No I/O.
class FetchRules {
 public:
  /// @param otherwise for URLs that no rule fits
  /// @throws Error invalid_argument naming the pattern that is not a regular expression
  FetchRules(FetchMode otherwise, const std::vector<FetchRule>& rules);

  /// By the first rule that fits.
  FetchMode mode_of(std::string_view url) const;

 private:
  struct Rule;

  FetchMode otherwise_;
  std::shared_ptr<const std::vector<Rule>> rules_;
};

}  // namespace cdp
