// The robots.txt of many servers.
#pragma once

#include "frontier/robots.hpp"
#include <cdp/scrape.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cdp {

/// Knows what the robots.txt of each origin says, once it has been fetched, and says when to fetch
/// it. No I/O, no clock: it is told the time.
class RobotsCache {
 public:
  using Time = std::chrono::steady_clock::time_point;

  enum class Verdict {
    allowed,
    disallowed,
    unreachable,  ///< nobody knows: the whole origin is closed (RFC 9309, 2.3.1.4)
    unknown       ///< it is to be fetched first, and told by `put`
  };

  /// URLs of an origin that `RobotsPolicy::automatic` lets pass without a look at robots.txt.
  static constexpr int unasked_urls = 5;

  static constexpr std::chrono::hours shelf_life{24};  // RFC 9309, 2.4
  /// After that, a robots.txt that could not be read is asked for again.
  static constexpr std::chrono::minutes shelf_life_of_a_fault{10};

  /// Bounds of memory: origins that are counted, and what their rules take. What is let go is
  /// counted and fetched again.
  static constexpr std::size_t most_origins = 50'000;
  static constexpr std::size_t most_rule_bytes = std::size_t{32} << 20;

  RobotsCache(RobotsPolicy policy, std::vector<std::string> agents)
      : policy_(policy), agents_(std::move(agents)) {}

  /// About a further URL of the run. @param origin as of `origin_of` @param path with the query
  Verdict ask(std::string_view origin, std::string_view path, Time now) {
    return judge(count(origin), path, now);
  }

  /// About a URL that has been asked about before.
  Verdict ask_again(std::string_view origin, std::string_view path, Time now);

  /// The file of an origin, as the server gave it.
  void put(std::string_view origin, std::string_view file, Time now);

  /// It could not be read. @param reason one line
  void put_fault(std::string_view origin, std::string reason, Time now);

  /// Why it could not be read.
  std::string fault_of(std::string_view origin) const;

  /// The time between two requests that the origin asks for.
  std::chrono::milliseconds delay_of(std::string_view origin) const;

  std::size_t origins() const { return origins_.size(); }
  std::size_t rule_bytes() const { return rule_bytes_; }

 private:
  struct Origin {
    std::string name;
    int urls = 0;  ///< up to `unasked_urls` + 1
    std::optional<RobotsRules> rules;
    std::string fault;
    Time expires{};
  };
  using Origins = std::list<Origin>;  ///< what was asked about last stands first

  Origin& use(std::string_view origin);
  Origin& count(std::string_view origin);
  Verdict judge(const Origin& origin, std::string_view path, Time now) const;
  const Origin* find(std::string_view origin) const;
  void replace(Origin& origin, std::optional<RobotsRules> rules);
  void let_go();

  RobotsPolicy policy_;
  std::vector<std::string> agents_;
  Origins origins_;
  std::unordered_map<std::string_view, Origins::iterator> by_name_;  ///< keys are in `origins_`
  std::size_t rule_bytes_ = 0;
};

}  // namespace cdp
