#include "base/web/symbol_label.hpp"

#include "base/ascii.hpp"
#include "base/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

namespace cdp {
namespace {

struct Range {
  unsigned first;
  unsigned last;
};

/// Of UTS #46's "valid; NV8": symbols that stand for themselves.
constexpr std::array symbols = {
    Range{0xA9, 0xA9},       Range{0xAE, 0xAE},       Range{0x2190, 0x2328},
    Range{0x232B, 0x23FF},   Range{0x2500, 0x27BF},   Range{0x2B00, 0x2BFF},
    Range{0x1F000, 0x1F0FF}, Range{0x1F1E6, 0x1F1FF}, Range{0x1F300, 0x1FAFF}};

bool is_symbol(unsigned value) {
  return std::any_of(symbols.begin(), symbols.end(), [&](const Range& range) {
    return value >= range.first && value <= range.last;
  });
}

/// Says how the symbol before is drawn, and is not part of a name.
bool is_variation(unsigned value) {
  return value >= 0xFE00 && value <= 0xFE0F;
}

// Punycode (RFC 3492)

constexpr unsigned base = 36;
constexpr unsigned least = 1;
constexpr unsigned most = 26;

char digit(unsigned value) {
  return static_cast<char>(value < most ? 'a' + value : '0' + (value - most));
}

unsigned adapted_bias(unsigned delta, unsigned points, bool is_first) {
  constexpr unsigned damp = 700;
  constexpr unsigned skew = 38;
  delta /= is_first ? damp : 2;
  delta += delta / points;
  unsigned k = 0;
  for (; delta > (base - least) * most / 2; k += base)
    delta /= base - least;
  return k + (base - least + 1) * delta / (delta + skew);
}

void append_number(std::string& text, unsigned number, unsigned bias) {
  for (unsigned k = base;; k += base) {
    const unsigned threshold = k <= bias ? least : std::min(k - bias, most);
    if (number < threshold) break;
    text += digit(threshold + (number - threshold) % (base - threshold));
    number = (number - threshold) / (base - threshold);
  }
  text += digit(number);
}

std::string punycode(const std::vector<unsigned>& points) {
  constexpr unsigned first_beyond_ascii = 0x80;
  constexpr unsigned first_bias = 72;
  std::string text;
  for (const unsigned point : points)
    if (point < first_beyond_ascii) text += static_cast<char>(point);
  const std::size_t basic = text.size();
  std::size_t handled = basic;
  if (basic > 0) text += '-';
  unsigned bias = first_bias;
  unsigned delta = 0;
  for (unsigned smallest = first_beyond_ascii; handled < points.size(); ++smallest, ++delta) {
    unsigned next = std::numeric_limits<unsigned>::max();
    for (const unsigned point : points)
      if (point >= smallest) next = std::min(next, point);
    delta += (next - smallest) * static_cast<unsigned>(handled + 1);
    smallest = next;
    for (const unsigned point : points) {
      if (point < smallest) ++delta;
      if (point != smallest) continue;
      append_number(text, delta, bias);
      bias = adapted_bias(delta, static_cast<unsigned>(handled + 1), handled == basic);
      delta = 0;
      ++handled;
    }
  }
  return text;
}

}  // namespace

std::optional<std::string> symbol_label_in_ascii(std::string_view label,
                                                 bool (*is_plain)(const std::string& rest)) {
  constexpr std::size_t longest = 63;  // of a label
  if (label.size() > 4 * longest) return std::nullopt;
  std::vector<unsigned> points;
  std::string rest;
  bool has_symbols = false;
  const std::string small = lower(label);
  for (std::string_view left = small; !left.empty();) {
    const CodePoint point = code_point_at(left);
    if (point.length == 0) return std::nullopt;
    if (!is_variation(point.value)) points.push_back(point.value);
    if (is_symbol(point.value)) has_symbols = true;
    if (!is_symbol(point.value) && !is_variation(point.value)) rest += left.substr(0, point.length);
    left.remove_prefix(point.length);
  }
  if (!has_symbols || (!rest.empty() && !is_plain(rest))) return std::nullopt;
  std::string ascii = "xn--" + punycode(points);
  if (ascii.size() > longest) return std::nullopt;
  return ascii;
}

}  // namespace cdp
