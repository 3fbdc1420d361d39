#include "cli/options/option_text.hpp"

#include "base/ascii.hpp"
#include "frontier/fetch_rules.hpp"
#include "frontier/request_header.hpp"
#include "run/attempt/cookie_file.hpp"
#include <cdp/error.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace cdp::cli {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  milliseconds length;
};

constexpr std::array units = {Unit{"ms", milliseconds(1)}, Unit{"s", std::chrono::seconds(1)},
                              Unit{"m", std::chrono::minutes(1)}, Unit{"h", std::chrono::hours(1)}};

/// In the largest unit that it is a whole number of.
std::string duration_text(milliseconds duration) {
  std::string text = "0";
  for (const Unit& unit : units) {
    if (duration >= unit.length && duration % unit.length == milliseconds(0))
      text = fmt::format("{}{}", duration / unit.length, unit.name);
  }
  return text;
}

std::optional<milliseconds> parse_duration(std::string_view text, milliseconds usual_unit) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  const std::string_view name(rest, static_cast<std::size_t>(end - rest));
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [&](const Unit& candidate) { return candidate.name == name; });
  if (!name.empty() && unit == units.end()) return std::nullopt;
  const milliseconds length = name.empty() ? usual_unit : unit->length;
  const double count = number * static_cast<double>(length.count());
  constexpr double most = 1e15;  // far above all limits, and far below what overflows
  return milliseconds(static_cast<std::int64_t>(std::clamp(count, -most, most)));
}

}  // namespace

std::string read_duration(const std::string& text, DurationLimits limits, milliseconds& value) {
  const auto duration = parse_duration(text, limits.unit);
  const bool in_seconds = limits.unit == std::chrono::seconds(1);
  if (!duration) {
    return fmt::format(
        "'{}' is not a time; write a number of {}, or one with its unit: 500ms, 30s, 2m", text,
        in_seconds ? "seconds" : "milliseconds");
  }
  if (*duration < limits.least || *duration > limits.most) {
    return fmt::format("'{}' is not a time from {} to {}", text, duration_text(limits.least),
                       duration_text(limits.most));
  }
  value = *duration;
  return {};
}

std::string read_header_value(const std::string& text, std::string& value) {
  if (!is_header_value(text)) return "a line break or another control character is in it";
  value = text;
  return {};
}

std::string read_locale(const std::string& text, std::string& locale) {
  const auto is_part = [](std::string_view part) {
    constexpr std::size_t longest = 8;
    return !part.empty() && part.size() <= longest &&
           std::all_of(part.begin(), part.end(), is_alphanumeric);
  };
  std::string_view rest = text;
  bool valid = text.size() > 1 && is_letter(text.front());
  while (valid && !rest.empty()) {
    const std::size_t end = std::min(rest.find('-'), rest.size());
    valid = is_part(rest.substr(0, end)) && end + 1 != rest.size();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!valid) return "'" + text + "' is not a locale; write one such as de or de-DE";
  locale = text;
  return {};
}

std::string read_statuses(const std::string& text, std::vector<StatusRange>& statuses) {
  const auto read = [](std::string_view part) -> std::optional<StatusRange> {
    constexpr int hundred = 100;
    constexpr int first = 1;
    constexpr int last = 5;
    constexpr std::size_t digits = 3;
    const auto number = [](std::string_view digits_of) {
      int value = 0;
      const char* const end = digits_of.data() + digits_of.size();
      const auto [rest, error] = std::from_chars(digits_of.data(), end, value);
      return error == std::errc() && rest == end ? value : -1;
    };
    if (part.size() == digits && part.substr(1) == "xx") {
      const int group = number(part.substr(0, 1));
      if (group < first || group > last) return std::nullopt;
      return StatusRange{group * hundred, group * hundred + hundred - 1};
    }
    const std::size_t dash = std::min(part.find('-'), part.size());
    const int from = number(part.substr(0, dash));
    const int to = dash == part.size() ? from : number(part.substr(dash + 1));
    if (from < hundred || to < from || to >= 10 * hundred) return std::nullopt;
    return StatusRange{from, to};
  };
  statuses.clear();
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const auto range = read(trimmed(rest.substr(0, end), " "));
    if (!range)
      return "'" + text + "' is not a list of statuses; write some such as 404 or 4xx,5xx";
    statuses.push_back(*range);
    if (end == rest.size()) return {};
    rest.remove_prefix(end + 1);
  }
}

std::string read_header(const std::string& text, std::vector<Header>& headers) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return "'" + text + "' is not a header; write 'Name: value'";
  Header header{text.substr(0, colon),
                std::string(trimmed(std::string_view(text).substr(colon + 1), " \t"))};
  std::string fault = find_header_fault(header);
  if (!fault.empty()) return fault;
  set_header(headers, std::move(header));
  return {};
}

std::string read_viewport(const std::string& text, Viewport& viewport) {
  constexpr int largest = 10'000'000;  // Chromium's own limit
  const std::size_t cross = text.find('x');
  const std::string_view all = text;
  const auto read = [&](std::string_view part, int& value) {
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    return error == std::errc{} && end == part.data() + part.size() && value > 0 &&
           value <= largest;
  };
  Viewport size;
  const bool valid = cross != std::string::npos && read(all.substr(0, cross), size.width) &&
                     read(all.substr(cross + 1), size.height);
  if (!valid) return "'" + text + "' is not a size; write WIDTHxHEIGHT, such as 1280x800";
  viewport = size;
  return {};
}

std::string read_credentials(const std::string& text, PageOptions& page) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0) return "write USER:PASS";
  page.credentials = Credentials{"", text.substr(0, colon), text.substr(colon + 1)};
  return {};
}

std::string read_rule(const std::string& text, std::vector<FetchRule>& rules) {
  const std::size_t equals = text.rfind('=');
  const auto mode =
      equals == std::string::npos ? std::nullopt : parse_fetch_mode(text.substr(equals + 1));
  if (!mode || equals == 0)
    return "'" + text + "' is not a rule; write 'REGEX=browser', 'REGEX=http' or 'REGEX=auto'";
  FetchRule rule{text.substr(0, equals), *mode};
  try {
    const FetchRules compiled(FetchMode::browser, {rule});
  } catch (const Error& error) {
    return error.what();
  }
  rules.push_back(std::move(rule));
  return {};
}

std::string read_endpoint(const std::string& text, Endpoint& endpoint) {
  std::string fault = "'" + text + "' is not ADDR:PORT, such as 127.0.0.1:9090";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return fault;
  std::string address = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
  if (error != std::errc() || rest != end) return fault;
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  endpoint.address = address.empty() || address == "localhost" ? "127.0.0.1" : address;
  return {};
}

std::string add_cookies(const std::string& path, Arguments& arguments) {
  try {
    CookieFile file = read_cookie_file(path);
    arguments.cookie_files.push_back(path);
    for (Cookie& cookie : file.cookies)
      arguments.scrape.cookies.push_back(std::move(cookie));
    for (std::string& skipped : file.skipped)
      arguments.notices.push_back({LogLevel::warn, std::move(skipped)});
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

std::vector<std::string> blockable_types() {
  return {"stylesheet", "image",       "media",     "font",     "script", "texttrack", "xhr",
          "fetch",      "eventsource", "websocket", "manifest", "ping",   "other"};
}

std::string read_blocked_types(const std::string& text, std::vector<std::string>& types) {
  const std::vector<std::string> known = blockable_types();
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string type(trimmed(rest.substr(0, end), " "));
    if (std::find(known.begin(), known.end(), type) == known.end()) {
      return fmt::format("invalid value '{}', expected one of {}", type, fmt::join(known, ", "));
    }
    types.push_back(type);
    if (end == rest.size()) return {};
    rest.remove_prefix(end + 1);
  }
}

}  // namespace cdp::cli
