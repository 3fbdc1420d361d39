#include "base/web/url.hpp"

#include "base/ascii.hpp"
#include "base/text/utf8.hpp"
#include "base/web/web_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace cdp {
namespace {

constexpr std::size_t longest_url = 2 * 1024 * 1024;  // Chromium's limit (url::kMaxURLChars)
constexpr std::size_t longest_echo = 200;

bool is_space_or_control(char c) {
  return static_cast<unsigned char>(c) <= 0x20;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_scheme_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
}

std::string_view trimmed(std::string_view url) {
  while (!url.empty() && is_space_or_control(url.front()))
    url.remove_prefix(1);
  while (!url.empty() && is_space_or_control(url.back()))
    url.remove_suffix(1);
  return url;
}

UrlFault invalid(std::string detail) {
  return {errc::invalid_url, std::move(detail)};
}

/// The scheme in lower case; nothing when the text before the first colon cannot be one, or is a
/// host and its port (`localhost:8080`).
std::optional<std::string> scheme_of(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == url.npos || colon == 0) return std::nullopt;
  std::string scheme(url.substr(0, colon));
  if (std::isalpha(static_cast<unsigned char>(scheme.front())) == 0) return std::nullopt;
  if (!std::all_of(scheme.begin(), scheme.end(), is_scheme_char)) return std::nullopt;
  const bool port_follows = colon + 1 < url.size() && is_digit(url[colon + 1]);
  if (port_follows || scheme.find('.') != scheme.npos) return std::nullopt;
  return lower(scheme);
}

std::optional<UrlFault> port_fault(std::string_view port) {
  if (!std::all_of(port.begin(), port.end(), is_digit))
    return invalid(fmt::format("port '{}' is no number", shortened(port)));
  while (port.size() > 1 && port.front() == '0')
    port.remove_prefix(1);
  if (port.size() > 5 || (port.size() == 5 && port > "65535")) {
    return invalid(fmt::format("port {} is above 65535", shortened(port)));
  }
  return std::nullopt;
}

std::optional<UrlFault> host_fault(std::string_view host) {
  if (host.empty()) return invalid("no host");
  if (host.front() == '[') {
    const bool closed = host.back() == ']' && host.size() > 3;
    const bool address =
        closed && host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
    if (!address) return invalid(fmt::format("'{}' is no IPv6 address", shortened(host)));
    return std::nullopt;
  }
  // The forbidden host code points of the URL Standard that are left once the authority is cut out.
  const auto forbidden = [](char c) {
    return is_space_or_control(c) ||
           std::string_view(":<>[]^|\x7f").find(c) != std::string_view::npos;
  };
  if (std::any_of(host.begin(), host.end(), forbidden)) {
    return invalid(fmt::format("host '{}' holds a character that no host has", shortened(host)));
  }
  return std::nullopt;
}

std::optional<UrlFault> authority_fault(std::string_view authority) {
  if (const std::size_t at = authority.rfind('@'); at != authority.npos)
    authority.remove_prefix(at + 1);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  if (colon != authority.npos && (bracket == authority.npos || colon > bracket)) {
    if (auto fault = port_fault(authority.substr(colon + 1))) return fault;
    authority = authority.substr(0, colon);
  }
  return host_fault(authority);
}

}  // namespace

std::string_view shortened(std::string_view text) {
  if (text.size() <= longest_echo) return text;
  std::size_t end = longest_echo;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end);
}

std::optional<UrlFault> find_url_fault(std::string_view url) {
  url = trimmed(url);
  if (url.empty()) return invalid("empty URL");
  if (url.size() > longest_url) return invalid("longer than 2 MiB");
  // Sent on, its bytes would become U+FFFD: another URL than the one asked for.
  if (!is_utf8(url)) return invalid("not UTF-8; write other bytes as %XX");
  const std::string_view echo = shortened(url);
  const std::optional<std::string> scheme = scheme_of(url);
  if (!scheme) return invalid(fmt::format("no scheme in '{0}'; did you mean https://{0} ?", echo));
  if (*scheme != "http" && *scheme != "https") {
    return UrlFault{errc::blocked_scheme,
                    fmt::format("'{}:' is not scraped, only http: and https:", shortened(*scheme))};
  }
  std::string_view rest = url.substr(scheme->size() + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of("/\\"), rest.size()));
  if (auto fault = authority_fault(rest.substr(0, rest.find_first_of("/\\?#")))) {
    return invalid(fmt::format("{} in '{}'", fault->detail, echo));
  }
  if (!parse_web_url(url)) return invalid(fmt::format("no host of that name can be: '{}'", echo));
  return std::nullopt;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view marks = "-._~";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
    if (is_alphanumeric(c) || marks.find(c) != marks.npos) {
      result += c;
    } else {
      result += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
  }
  return result;
}

std::optional<unsigned char> encoded_byte(std::string_view text, std::size_t at) {
  const auto value_of = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
  };
  if (text[at] != '%' || at + 2 >= text.size()) return std::nullopt;
  const int high = value_of(text[at + 1]);
  const int low = value_of(text[at + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<unsigned char>(high * 16 + low);
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::optional<unsigned char> byte = encoded_byte(text, at);
    decoded += byte ? static_cast<char>(*byte) : text[at];
    if (byte) at += 2;
  }
  return decoded;
}

}  // namespace cdp
