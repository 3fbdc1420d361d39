#include "base/web/web_host.hpp"

#include "base/ascii.hpp"
#include "base/text/utf8.hpp"
#include "base/web/symbol_label.hpp"
#include "base/web/url.hpp"

#include <fmt/format.h>

#include <idn2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace cdp {
namespace {

using Pieces = std::array<std::uint16_t, 8>;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// IPv4: `127.1`, `0x7f.0.0.1`, `2130706433`

/// The number of one part: decimal, or octal and hexadecimal as in C.
std::optional<std::uint64_t> read_part(std::string_view part) {
  if (part.empty()) return std::nullopt;
  unsigned radix = 10;
  if (part.size() >= 2 && part[0] == '0' && lower(part[1]) == 'x') {
    radix = 16;
    part.remove_prefix(2);
  } else if (part.size() >= 2 && part[0] == '0') {
    radix = 8;
    part.remove_prefix(1);
  }
  constexpr std::uint64_t most = std::uint64_t{1} << 40;  // far beyond an address
  std::uint64_t value = 0;
  for (const char c : part) {
    const int digit = hex_value(c);
    if (digit < 0 || digit >= static_cast<int>(radix)) return std::nullopt;
    value = std::min(most, value * radix + static_cast<unsigned>(digit));
  }
  return value;
}

std::vector<std::string_view> parts_of(std::string_view host) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t dot = std::min(host.find('.'), host.size());
    parts.push_back(host.substr(0, dot));
    if (dot == host.size()) break;
    host.remove_prefix(dot + 1);
  }
  if (parts.size() > 1 && parts.back().empty()) parts.pop_back();
  return parts;
}

/// A name whose last label is a number is an address, or nothing.
bool ends_in_number(std::string_view host) {
  const std::vector<std::string_view> parts = parts_of(host);
  const std::string_view last = parts.back();
  if (last.empty()) return false;
  return std::all_of(last.begin(), last.end(), is_digit) || read_part(last).has_value();
}

std::optional<std::string> read_ipv4(std::string_view host) {
  const std::vector<std::string_view> parts = parts_of(host);
  constexpr std::size_t most_parts = 4;
  constexpr std::uint64_t byte = 256;
  if (parts.size() > most_parts) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = read_part(parts[i]);
    if (!number) return std::nullopt;
    const bool is_last = i + 1 == parts.size();
    const std::uint64_t limit = is_last ? std::uint64_t{1} << (8 * (most_parts - i)) : byte;
    if (*number >= limit) return std::nullopt;
    address |= is_last ? *number : *number << (8 * (3 - i));
  }
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 0xFFU,
                     (address >> 8U) & 0xFFU, address & 0xFFU);
}

// IPv6

/// The dotted end of `::ffff:1.2.3.4`: four decimal bytes, no zeros in front.
bool read_dotted(std::string_view text, Pieces& pieces, std::size_t& count) {
  if (count > 6) return false;
  const std::vector<std::string_view> parts = parts_of(text);
  if (parts.size() != 4 || text.ends_with('.')) return false;
  std::array<unsigned, 4> bytes{};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string_view part = parts[i];
    const bool plain = !part.empty() && part.size() <= 3 &&
                       std::all_of(part.begin(), part.end(), is_digit) &&
                       (part.size() == 1 || part[0] != '0');
    if (!plain) return false;
    for (const char c : part)
      bytes[i] = bytes[i] * 10 + static_cast<unsigned>(c - '0');
    if (bytes[i] > 255) return false;
  }
  pieces[count++] = static_cast<std::uint16_t>(bytes[0] << 8U | bytes[1]);
  pieces[count++] = static_cast<std::uint16_t>(bytes[2] << 8U | bytes[3]);
  return true;
}

/// Pieces parted by single colons; none at all for an empty text.
bool read_pieces(std::string_view text, Pieces& pieces, std::size_t& count) {
  if (text.empty()) return true;
  for (;;) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view piece = text.substr(0, colon);
    if (piece.find('.') != piece.npos)
      return colon == text.size() && read_dotted(piece, pieces, count);
    if (count == pieces.size() || piece.empty() || piece.size() > 4) return false;
    unsigned value = 0;
    for (const char c : piece) {
      if (hex_value(c) < 0) return false;
      value = value * 16 + static_cast<unsigned>(hex_value(c));
    }
    pieces[count++] = static_cast<std::uint16_t>(value);
    if (colon == text.size()) return true;
    text.remove_prefix(colon + 1);
  }
}

/// The longest run of two zeros or more is left out, the first of equal ones.
std::string write_ipv6(const Pieces& pieces) {
  std::size_t start = pieces.size();
  std::size_t longest = 1;
  for (std::size_t i = 0; i < pieces.size();) {
    std::size_t end = i;
    while (end < pieces.size() && pieces[end] == 0)
      ++end;
    if (end - i > longest) {
      longest = end - i;
      start = i;
    }
    i = std::max(end, i + 1);
  }
  std::string text = "[";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i == start) {
      text += i == 0 ? "::" : ":";
      i += longest - 1;
      continue;
    }
    text += fmt::format("{:x}", pieces[i]);
    if (i + 1 < pieces.size()) text += ':';
  }
  return text + "]";
}

std::optional<std::string> read_ipv6(std::string_view text) {
  Pieces pieces{};
  std::size_t count = 0;
  const std::size_t gap = text.find("::");
  if (gap == text.npos) {
    if (!read_pieces(text, pieces, count) || count != pieces.size()) return std::nullopt;
    return write_ipv6(pieces);
  }
  if (!read_pieces(text.substr(0, gap), pieces, count)) return std::nullopt;
  Pieces tail{};
  std::size_t tail_count = 0;
  if (!read_pieces(text.substr(gap + 2), tail, tail_count)) return std::nullopt;
  if (count + tail_count >= pieces.size()) return std::nullopt;
  std::copy_n(tail.begin(), tail_count, pieces.end() - static_cast<std::ptrdiff_t>(tail_count));
  return write_ipv6(pieces);
}

// Names

bool is_forbidden(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == '\x7f' ||
         std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos;
}

/// @return libidn2's verdict; `ascii` is set when that is IDN2_OK
int look_up(const std::string& name, std::string& ascii) {
  char* made = nullptr;
  const int result = idn2_to_ascii_8z(name.c_str(), &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (result == IDN2_OK) ascii = made;
  idn2_free(made);
  return result;
}

/// What IDNA 2008 has beyond UTS #46, as the URL Standard uses that: symbols, hyphens.
bool is_rule_of_registries(int verdict) {
  return verdict == IDN2_DISALLOWED || verdict == IDN2_2HYPHEN || verdict == IDN2_HYPHEN_STARTEND ||
         verdict == IDN2_UNASSIGNED;
}

/// Whether a label is written as it is looked up.
bool is_plain_label(const std::string& label) {
  std::string ascii;
  if (look_up(label, ascii) != IDN2_OK) return false;
  char* shown = nullptr;
  const int result = idn2_to_unicode_8z8z(ascii.c_str(), &shown, 0);
  const bool is_same = result == IDN2_OK && label == shown;
  idn2_free(shown);
  return is_same;
}

std::optional<std::string> label_in_ascii(const std::string& label) {
  if (label.empty()) return label;
  std::string ascii;
  const int verdict = look_up(label, ascii);
  if (verdict == IDN2_OK) return ascii;
  if (verdict != IDN2_DISALLOWED) return std::nullopt;
  return symbol_label_in_ascii(label, is_plain_label);
}

std::optional<std::string> name_of_labels(const std::string& name) {
  std::string ascii;
  for (const std::string_view label : parts_of(name)) {
    const auto made = label_in_ascii(std::string(label));
    if (!made) return std::nullopt;
    if (label.data() != name.data()) ascii += '.';
    ascii += *made;
  }
  if (name.ends_with('.')) ascii += '.';
  return ascii;
}

/// Domain names of every script as ASCII (UTS #46, nontransitional).
std::optional<std::string> name_in_ascii(const std::string& name) {
  const bool is_ascii = std::all_of(name.begin(), name.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const std::string small = lower(name);
  if (is_ascii && small.find("xn--") == std::string::npos) return small;
  if (!is_utf8(name)) return std::nullopt;
  std::string ascii;
  const int verdict = look_up(name, ascii);
  if (verdict == IDN2_OK) return ascii;
  if (is_ascii && is_rule_of_registries(verdict)) return small;
  if (!is_ascii && verdict == IDN2_DISALLOWED) return name_of_labels(name);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> canonical_host(std::string_view text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']') || text.size() < 2) return std::nullopt;
    return read_ipv6(text.substr(1, text.size() - 2));
  }
  auto name = name_in_ascii(percent_decoded(text));
  if (!name || name->empty() || std::any_of(name->begin(), name->end(), is_forbidden))
    return std::nullopt;
  if (ends_in_number(*name)) return read_ipv4(*name);
  return name;
}

}  // namespace cdp
