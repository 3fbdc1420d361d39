#include "base/text/json_text.hpp"

#include "base/text/utf8.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>
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

/// What stands for a byte in a string; nothing: the byte itself.
struct Escapes {
  std::array<char, 256> letter{};  ///< after the backslash; `u`: in four digits

  constexpr Escapes() {
    for (std::size_t control = 0; control < ' '; ++control)
      letter[control] = 'u';
    letter['\b'] = 'b';
    letter['\t'] = 't';
    letter['\n'] = 'n';
    letter['\f'] = 'f';
    letter['\r'] = 'r';
    letter['"'] = '"';
    letter['\\'] = '\\';
  }

  char of(char byte) const { return letter[static_cast<unsigned char>(byte)]; }
};

constexpr Escapes escapes;

void append_escaped(std::string& json, char byte) {
  json += '\\';
  json += escapes.of(byte);
  if (escapes.of(byte) == 'u') fmt::format_to(std::back_inserter(json), "{:04x}", byte);
}

/// How many bytes a text begins with that stand for themselves in a string. Most do, and whole
/// words of them are told at once.
std::size_t plain_prefix(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high_bits = 0x80 * ones;
  const auto has_byte_below = [](std::uint64_t word, unsigned char limit) {
    return ((word - limit * ones) & ~word & high_bits) != 0;
  };
  const auto has_byte = [&](std::uint64_t word, unsigned char byte) {
    return has_byte_below(word ^ byte * ones, 1);
  };
  std::size_t count = 0;
  for (std::uint64_t word = 0; count + sizeof word <= text.size(); count += sizeof word) {
    std::memcpy(&word, text.data() + count, sizeof word);
    if (has_byte_below(word, ' ') || has_byte(word, '"') || has_byte(word, '\\')) break;
  }
  while (count < text.size() && escapes.of(text[count]) == '\0')
    ++count;
  return count;
}

}  // namespace

void append_quoted(std::string& json, std::string_view text) {
  json += '"';
  append_in_quotes(json, text);
  json += '"';
}

void append_in_quotes(std::string& json, std::string_view text) {
  if (!is_utf8(text)) {
    constexpr auto replace = nlohmann::json::error_handler_t::replace;
    const std::string quoted = nlohmann::json(text).dump(-1, ' ', false, replace);
    json.append(quoted, 1, quoted.size() - 2);
    return;
  }
  for (;;) {
    const std::size_t plain = plain_prefix(text);
    json.append(text.substr(0, plain));
    if (plain == text.size()) break;
    append_escaped(json, text[plain]);
    text.remove_prefix(plain + 1);
  }
}

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
