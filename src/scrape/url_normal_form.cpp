#include "scrape/url_normal_form.hpp"

#include "base/url.hpp"
#include "fetch/redirect_chain.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

namespace cdp {
namespace {

bool is_unreserved(unsigned char c) {
  return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~');
}

void append_encoded(std::string& text, unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  text += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
}

/// RFC 3986, 5.2.4, of an absolute path.
std::string without_dot_segments(std::string_view path) {
  std::string result;
  std::vector<std::size_t> starts;  // of the segments in `result`
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    const bool is_last = path.empty();
    if (segment == "/.." && !starts.empty()) {
      result.resize(starts.back());
      starts.pop_back();
    }
    if (segment == "/.." || segment == "/.") {
      if (is_last) result += '/';
      continue;
    }
    starts.push_back(result.size());
    result += segment;
  }
  return result;
}

/// `tidy_url` writes the scheme in lower case, followed by `://`.
std::size_t authority_of(std::string_view url) {
  return std::min(url.find("://"), url.size() - 3) + 3;
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
  std::string tidy = tidy_url(url);
  if (tidy.find("://") == std::string::npos) return tidy;
  std::string_view rest(tidy);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t authority = authority_of(rest);
  const std::size_t path = std::min(rest.find_first_of("/?", authority), rest.size());
  const std::size_t query = std::min(rest.find('?', path), rest.size());
  std::string result(rest.substr(0, authority));
  const std::string_view login = rest.substr(authority, path - authority);
  if (const std::size_t at = login.rfind('@'); at != login.npos) result += login.substr(0, at + 1);
  // scheme://host:port, the default port included
  const std::string origin = origin_of(rest);
  std::string_view host = std::string_view(origin).substr(authority_of(origin));
  const std::string_view default_port = origin.starts_with("https:") ? ":443" : ":80";
  if (host.ends_with(default_port)) host.remove_suffix(default_port.size());
  result += host;
  const std::string normal_path = normal_percent_encoding(rest.substr(path, query - path));
  result += normal_path.empty() ? "/" : without_dot_segments(normal_path);
  result += normal_percent_encoding(rest.substr(query));
  return result;
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
