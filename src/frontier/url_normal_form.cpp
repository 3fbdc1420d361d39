#include "frontier/url_normal_form.hpp"

#include "base/web/url.hpp"
#include "base/web/web_url.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace cdp {
namespace {

bool is_unreserved(unsigned char c) {
  return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~');
}

void append_encoded(std::string& text, unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  text += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
}

/// The scheme is in lower case, followed by `://`.
std::size_t authority_of(std::string_view url) {
  return std::min(url.find("://"), url.size() - 3) + 3;
}

std::string normal_text(WebUrl url) {
  url.fragment.reset();
  url.path = normal_percent_encoding(url.path);
  if (url.query) url.query = normal_percent_encoding(*url.query);
  return url.text();
}

}  // namespace

std::string normal_percent_encoding(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (const auto encoded = encoded_byte(text, at)) {
      if (is_unreserved(*encoded)) {
        result += static_cast<char>(*encoded);
      } else {
        append_encoded(result, *encoded);
      }
      at += 2;
    } else if (byte >= 0x80) {
      append_encoded(result, byte);
    } else {
      result += text[at];
    }
  }
  return result;
}

std::string normal_form(std::string_view url) {
  auto parsed = parse_web_url(url);
  if (!parsed || !parsed->is_web()) return std::string(url);
  return normal_text(std::move(*parsed));
}

std::string normal_form_with_route(std::string_view url) {
  auto parsed = parse_web_url(url);
  if (!parsed || !parsed->is_web()) return std::string(url);
  const std::string fragment = parsed->fragment.value_or("");
  const bool is_route = fragment.starts_with('/') || fragment.starts_with('!');
  std::string normal = normal_text(std::move(*parsed));
  return is_route ? normal + '#' + fragment : normal;
}

std::string_view path_and_query(std::string_view normal) {
  if (normal.find("://") == normal.npos) return {};
  return normal.substr(std::min(normal.find('/', authority_of(normal)), normal.size()));
}

std::string_view host_name(std::string_view normal) {
  if (normal.find("://") == normal.npos) return {};
  std::string_view host = normal.substr(authority_of(normal));
  host = host.substr(0, host.find_first_of("/?"));
  if (const std::size_t at = host.rfind('@'); at != host.npos) host.remove_prefix(at + 1);
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

}  // namespace cdp
