#include "base/json_text.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace cdp {
namespace {

constexpr std::size_t escape_length = 6;  // \uXXXX

bool may_hold_surrogates(std::string_view json) {
  return json.find("\\ud") != json.npos || json.find("\\uD") != json.npos;
}

/// The code unit of the escape that starts at `at`, if one does.
std::optional<unsigned> escaped_unit(std::string_view json, std::size_t at) {
  if (at + escape_length > json.size() || json[at] != '\\' || json[at + 1] != 'u')
    return std::nullopt;
  unsigned unit = 0;
  const char* digits = json.data() + at + 2;
  const auto [end, error] = std::from_chars(digits, digits + 4, unit, 16);
  if (error != std::errc{} || end != digits + 4) return std::nullopt;
  return unit;
}

bool is_high(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

}  // namespace

std::size_t repair_lone_surrogates(std::string& json) {
  if (!may_hold_surrogates(json)) return 0;
  std::size_t repaired = 0;
  for (std::size_t at = json.find('\\'); at != json.npos; at = json.find('\\', at)) {
    const std::optional<unsigned> unit = escaped_unit(json, at);
    if (!unit) {
      at += 2;  // some other escape, \\ among them
      continue;
    }
    const std::optional<unsigned> next =
        is_high(*unit) ? escaped_unit(json, at + escape_length) : std::nullopt;
    if (next && is_low(*next)) {
      at += 2 * escape_length;
      continue;
    }
    if (is_high(*unit) || is_low(*unit)) {
      json.replace(at + 2, 4, "fffd");
      ++repaired;
    }
    at += escape_length;
  }
  return repaired;
}

}  // namespace cdp
