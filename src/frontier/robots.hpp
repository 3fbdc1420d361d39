// robots.txt, as RFC 9309 has it.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// What a robots.txt says to one crawler. No I/O.
class RobotsRules {
 public:
  /// What is longer is cut: crawlers must read that much (RFC 9309, 2.5).
  static constexpr std::size_t most_bytes = std::size_t{500} << 10;

  /// Longer delays are shortened to this one.
  static constexpr std::chrono::seconds longest_delay{30};

  /// Without rules everything is allowed.
  RobotsRules() = default;

  /// @param agents product tokens of the crawler. The first for which the file has a group decides;
  /// without any, the groups for `*`
  RobotsRules(std::string_view file, const std::vector<std::string>& agents);

  /// @param path and query of a URL, from the `/`. The longest rule that fits decides, and of two
  /// equally long ones the one that allows
  bool allows(std::string_view path) const;

  /// The time between two requests that the file asks for. Not of the RFC, but in use.
  std::chrono::milliseconds delay() const { return delay_; }

  /// About what it takes in memory.
  std::size_t bytes() const;

 private:
  struct Rule {
    std::string pattern;  ///< percent-encoding in normal form
    bool allow = false;
  };
  struct Group;
  class Reader;

  void take(Group& group);

  std::vector<Rule> rules_;
  std::chrono::milliseconds delay_{0};
};

/// The product token of a User-Agent header (`Bot` of `Bot/1.0 (about it)`), which robots.txt may
/// name; nothing when it names no crawler, as those of browsers.
std::optional<std::string> product_token(std::string_view user_agent);

}  // namespace cdp
