#include "frontier/retry_after.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <ctime>
#include <string>

namespace cdp {
namespace {

/// More than anybody waits.
constexpr std::chrono::seconds longest = std::chrono::hours(24 * 365);

std::optional<std::chrono::seconds> parse_number(std::string_view text) {
  const bool is_number =
      !text.empty() &&
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  if (!is_number) return std::nullopt;
  std::int64_t seconds = 0;
  for (const char c : text)
    seconds = std::min<std::int64_t>(seconds * 10 + (c - '0'), longest.count());
  return std::chrono::seconds(seconds);
}

std::optional<std::time_t> parse_date(const std::string& text) {
  constexpr std::array forms = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                "%a %b %d %H:%M:%S %Y"};
  for (const char* const form : forms) {
    std::tm date{};
    const char* const end = ::strptime(text.c_str(), form, &date);
    if (end != nullptr && *end == '\0') return ::timegm(&date);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::system_clock::time_point now) {
  if (const auto seconds = parse_number(text)) return seconds;
  const auto date = parse_date(std::string(text));
  if (!date) return std::nullopt;
  const auto span =
      std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::from_time_t(*date) - now);
  return std::clamp(span, std::chrono::seconds(0), longest);
}

bool is_refusal(int status, std::string_view retry_after) {
  constexpr int too_many_requests = 429;
  constexpr int unavailable = 503;
  return status == too_many_requests || (status == unavailable && !retry_after.empty());
}

}  // namespace cdp
