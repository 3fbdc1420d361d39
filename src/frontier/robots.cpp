#include "frontier/robots.hpp"

#include "base/ascii.hpp"
#include "frontier/url_normal_form.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace cdp {
namespace {

std::string_view trimmed(std::string_view text) {
  return cdp::trimmed(text, " \t");
}

/// Of which product tokens are made.
bool is_token_char(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

/// The product token that a line names, in lower case; `*` for everybody.
std::string agent_of(std::string_view value) {
  if (value.starts_with('*')) return "*";
  const auto end = std::find_if_not(value.begin(), value.end(), is_token_char);
  return lower(value.substr(0, static_cast<std::size_t>(end - value.begin())));
}

std::optional<std::chrono::milliseconds> delay_of(std::string_view value) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  if (!std::isfinite(seconds) || seconds < 0) return std::nullopt;
  constexpr auto most = RobotsRules::longest_delay;
  const double bounded = std::min(seconds, static_cast<double>(most.count()));
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(bounded * 1000)));
}

/// Whether a pattern, in which `*` is any text and `$` at the end the end, fits the path.
bool fits(std::string_view pattern, std::string_view path) {
  const bool to_the_end = pattern.ends_with('$');
  if (to_the_end) pattern.remove_suffix(1);
  std::size_t star = pattern.find('*');
  const std::string_view head = pattern.substr(0, star);
  if (!path.starts_with(head)) return false;
  path.remove_prefix(head.size());
  if (star == pattern.npos) return !to_the_end || path.empty();
  // Each text between two stars at the first place where it stands leaves the most for the next.
  for (;;) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    const std::string_view text = pattern.substr(0, star);
    if (star == pattern.npos && to_the_end) return path.ends_with(text);
    const std::size_t found = path.find(text);
    if (found == path.npos) return false;
    if (star == pattern.npos) return true;
    path.remove_prefix(found + text.size());
  }
}

/// What has a meaning in a pattern is encoded in a path.
std::string path_for_matching(std::string_view path) {
  std::string result;
  for (const char c : normal_percent_encoding(path)) {
    if (c == '*') {
      result += "%2A";
    } else if (c == '$') {
      result += "%24";
    } else {
      result += c;
    }
  }
  return result;
}

/// A pattern of a rule: but for the end, `$` has no meaning in it.
std::string normal_pattern(std::string_view pattern) {
  const bool to_the_end = pattern.ends_with('$');
  if (to_the_end) pattern.remove_suffix(1);
  std::string result;
  for (const char c : normal_percent_encoding(pattern)) {
    if (c == '$') {
      result += "%24";
    } else {
      result += c;
    }
  }
  if (to_the_end) result += '$';
  return result;
}

/// The lines of a file that ends them as it likes.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = std::min(rest_.find_first_of("\r\n"), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }

 private:
  std::string_view rest_;
};

}  // namespace

/// The rules for one name.
struct RobotsRules::Group {
  std::string name;  ///< in lower case; `*`: everybody
  std::vector<Rule> rules{};
  std::chrono::milliseconds delay{0};
  bool exists = false;    ///< the file names it
  bool is_meant = false;  ///< by the user-agent lines above the current line
};

/// Reads a file line by line, and keeps what concerns us. A name may stand in more than one group:
/// their rules belong together.
class RobotsRules::Reader {
 public:
  explicit Reader(const std::vector<std::string>& agents) {
    for (const std::string& agent : agents)
      groups_.push_back({.name = lower(agent)});
    groups_.push_back({.name = "*"});
  }

  void read(std::string_view line) {
    line = line.substr(0, line.find('#'));
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return;
    const std::string key = lower(trimmed(line.substr(0, colon)));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (key == "user-agent") take_agent(agent_of(value));
    if (key == "allow" || key == "disallow") take_rule(value, key == "allow");
    if (key == "crawl-delay") take_delay(value);
  }

  /// The first of the names that the file has.
  Group* find() {
    const auto found = std::find_if(groups_.begin(), groups_.end(),
                                    [](const Group& group) { return group.exists; });
    return found == groups_.end() ? nullptr : &*found;
  }

 private:
  /// The first of these lines after a rule begins another group.
  void take_agent(const std::string& name) {
    for (Group& group : groups_) {
      const bool is_named = group.name == name;
      group.is_meant = is_named || (group.is_meant && !in_rules_);
      group.exists = group.exists || is_named;
    }
    in_rules_ = false;
  }

  void take_rule(std::string_view pattern, bool allow) {
    in_rules_ = true;
    if (pattern.empty()) return;
    for (Group& group : groups_)
      if (group.is_meant) group.rules.push_back({normal_pattern(pattern), allow});
  }

  /// Not of the RFC, so it ends no lines of names.
  void take_delay(std::string_view value) {
    for (Group& group : groups_)
      if (group.is_meant) group.delay = delay_of(value).value_or(group.delay);
  }

  std::vector<Group> groups_;
  bool in_rules_ = false;
};

RobotsRules::RobotsRules(std::string_view file, const std::vector<std::string>& agents) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  file = file.substr(0, most_bytes);
  if (file.starts_with(byte_order_mark)) file.remove_prefix(byte_order_mark.size());
  Reader reader(agents);
  for (Lines lines(file); const auto line = lines.next();)
    reader.read(*line);
  if (Group* const ours = reader.find()) take(*ours);
}

void RobotsRules::take(Group& group) {
  rules_ = std::move(group.rules);
  delay_ = group.delay;
  // The first that fits decides.
  std::stable_sort(rules_.begin(), rules_.end(), [](const Rule& a, const Rule& b) {
    return a.pattern.size() != b.pattern.size() ? a.pattern.size() > b.pattern.size()
                                                : a.allow && !b.allow;
  });
}

bool RobotsRules::allows(std::string_view path) const {
  if (rules_.empty()) return true;
  const std::string matched = path_for_matching(path);
  if (matched == "/robots.txt") return true;
  const auto rule = std::find_if(rules_.begin(), rules_.end(),
                                 [&](const Rule& one) { return fits(one.pattern, matched); });
  return rule == rules_.end() || rule->allow;
}

std::size_t RobotsRules::bytes() const {
  std::size_t bytes = sizeof *this + rules_.capacity() * sizeof(Rule);
  for (const Rule& rule : rules_)
    bytes += rule.pattern.capacity();
  return bytes;
}

std::optional<std::string> product_token(std::string_view user_agent) {
  const auto end = std::find_if_not(user_agent.begin(), user_agent.end(), is_token_char);
  std::string token(user_agent.substr(0, static_cast<std::size_t>(end - user_agent.begin())));
  if (token.empty() || lower(token) == "mozilla") return std::nullopt;
  return token;
}

}  // namespace cdp
