#include "fetch/redirect_chain.hpp"

#include "base/ascii.hpp"
#include "base/url.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cdp {
namespace {

bool is_line_break_or_tab(char c) {
  return c == '\n' || c == '\r' || c == '\t';
}

bool is_space_or_control(char c) {
  return static_cast<unsigned char>(c) <= 0x20;
}

/// Percent-encodes what stands in no request line (URL Standard, the sets of path and query).
std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view encoded_marks = "\"<>`";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
    const bool stands = byte > 0x20 && byte < 0x7F && encoded_marks.find(c) == encoded_marks.npos;
    if (stands) {
      result += c;
    } else {
      result += {'%', digits[byte >> 4], digits[byte & 0xFU]};
    }
  }
  return result;
}

std::string_view default_port(std::string_view scheme) {
  return scheme == "https" ? "443" : scheme == "http" ? "80" : "";
}

}  // namespace

std::string tidy_url(std::string_view url) {
  while (!url.empty() && is_space_or_control(url.front()))
    url.remove_prefix(1);
  while (!url.empty() && is_space_or_control(url.back()))
    url.remove_suffix(1);
  std::string text(url);
  std::erase_if(text, is_line_break_or_tab);
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return text;
  const std::size_t path_end = std::min(text.find_first_of("?#"), text.size());
  std::replace(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(path_end), '\\', '/');
  const std::size_t rest = std::min(text.find_first_not_of('/', colon + 1), text.size());
  const std::size_t path = std::min(text.find_first_of("/?#", rest), text.size());
  return lower(std::string_view(text).substr(0, colon)) + "://" + text.substr(rest, path - rest) +
         encoded(std::string_view(text).substr(path));
}

std::string origin_of(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == url.npos) return {};
  const std::string scheme = lower(url.substr(0, start));
  std::string_view authority = url.substr(start + 3);
  authority = authority.substr(0, authority.find_first_of("/\\?#"));
  if (const std::size_t at = authority.rfind('@'); at != authority.npos)
    authority.remove_prefix(at + 1);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  const bool has_port = colon != authority.npos && (bracket == authority.npos || colon > bracket);
  std::string_view port = has_port ? authority.substr(colon + 1) : std::string_view{};
  while (port.size() > 1 && port.front() == '0')
    port.remove_prefix(1);
  if (port.empty()) port = default_port(scheme);
  return fmt::format("{}://{}:{}", scheme,
                     lower(authority.substr(0, has_port ? colon : authority.npos)), port);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::optional<Error> RedirectChain::follow(int status, std::string_view next) {
  redirects_.push_back({url_, status});
  if (redirects_.size() > most_redirects) {
    return Error(errc::too_many_redirects,
                 fmt::format("{}: redirected more than {} times", url_, most_redirects));
  }
  if (const auto fault = find_url_fault(next)) {
    // That the URL as given is fine does not make a server's mistake the user's.
    return Error(fault->code, fmt::format("{} redirects to {}: {}", url_, next, fault->detail));
  }
  const std::size_t fragment = url_.find('#');
  std::string target = tidy_url(next);
  if (fragment != std::string::npos && target.find('#') == std::string::npos)
    target += url_.substr(fragment);
  url_ = std::move(target);
  return std::nullopt;
}

}  // namespace cdp
