#include "base/text/base64.hpp"

#include <array>
#include <cstdint>

namespace cdp {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t digit = 0; digit < alphabet.size(); ++digit)
    values.at(static_cast<unsigned char>(alphabet[digit])) = static_cast<std::uint8_t>(digit);
  return values;
}

constexpr std::array<std::uint8_t, 256> values = make_values();

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::size_t group = 4;
  if (text.size() % group != 0) return std::nullopt;
  if (text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  std::string bytes;
  bytes.reserve(text.size() / group * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;  ///< of bits that are not in `bytes` yet
  for (const char c : text) {
    const std::uint8_t value = values.at(static_cast<unsigned char>(c));
    if (value == no_digit) return std::nullopt;
    bits = (bits << 6) | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> count) & 0xFF);
  }
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace cdp
