// The texts of options that mean more than a word or a number. Each function returns what is wrong
// with the text, in one line, or nothing.
#pragma once

#include "cli/options/arguments.hpp"
#include <cdp/options.hpp>
#include <cdp/scrape.hpp>

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <limits>
#include <string>
#include <system_error>
#include <type_traits>
#include <vector>

namespace cdp::cli {

/// The times that an option takes.
struct DurationLimits {
  std::chrono::milliseconds unit;  ///< of a number that stands alone
  std::chrono::milliseconds least;
  std::chrono::milliseconds most;
};

/// `30`, `1.5s`, `500ms`, `2m`, `1h`
std::string read_duration(const std::string& text, DurationLimits limits,
                          std::chrono::milliseconds& value);

/// A number that may be no infinity and none of those that are no numbers.
template <class Number>
std::string read_number(const std::string& text, Number least, Number most, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest == end && number >= least && number <= most) return {};
  constexpr const char* kind = std::is_integral_v<Number> ? "a whole number" : "a number";
  // What has no limit but that of its type needs none to be told.
  if (most == std::numeric_limits<Number>::max())
    return fmt::format("'{}' is not {} of {} or more", text, kind, least);
  return fmt::format("'{}' is not {} from {} to {}", text, kind, least, most);
}

/// Text that becomes a header's value: it must not begin a header of its own.
std::string read_header_value(const std::string& text, std::string& value);

/// `de-DE` (BCP 47)
std::string read_locale(const std::string& text, std::string& locale);

/// `404`, `5xx`, `400-499`, and several of them with commas between
std::string read_statuses(const std::string& text, std::vector<StatusRange>& statuses);

/// `Name: value`
std::string read_header(const std::string& text, std::vector<Header>& headers);

/// `1280x800`
std::string read_viewport(const std::string& text, Viewport& viewport);

/// `user:password`, for the origin of each URL.
std::string read_credentials(const std::string& text, PageOptions& page);

/// `REGEX=browser`, cut at the last `=`.
std::string read_rule(const std::string& text, std::vector<FetchRule>& rules);

/// `127.0.0.1:9090`, `[::1]:9090`, `localhost:9090`, `:9090` (loopback)
std::string read_endpoint(const std::string& text, Endpoint& endpoint);

/// The cookies of a file; and a notice for each that is left out.
std::string add_cookies(const std::string& path, Arguments& arguments);

/// What `read_blocked_types` knows.
std::vector<std::string> blockable_types();

/// `image,font`
std::string read_blocked_types(const std::string& text, std::vector<std::string>& types);

}  // namespace cdp::cli
