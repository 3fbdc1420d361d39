#include "base/web/web_url.hpp"

#include "base/ascii.hpp"
#include "base/web/url.hpp"
#include "base/web/web_host.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cdp {
namespace {

// What is percent-encoded besides controls, blanks and what is not ASCII (the standard's sets).
constexpr std::string_view in_fragment = "\"<>`";
constexpr std::string_view in_query = "\"#<>'";
constexpr std::string_view in_path = "\"#<>?^`{}";
constexpr std::string_view in_user_info = "\"#<>?^`{}/:;=@[\\]|";

bool is_space_or_control(char c) {
  return static_cast<unsigned char>(c) <= 0x20;
}

bool is_slash(char c) {
  return c == '/' || c == '\\';
}

std::string encoded(std::string_view text, std::string_view marks) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
    if (byte > 0x20 && byte < 0x7F && marks.find(c) == marks.npos) {
      result += c;
    } else {
      result += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
  }
  return result;
}

/// Without the blanks around it, and the line ends and tabs in it.
std::string tidied(std::string_view text) {
  while (!text.empty() && is_space_or_control(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space_or_control(text.back()))
    text.remove_suffix(1);
  std::string result(text);
  std::erase_if(result, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  return result;
}

/// The scheme in lower case; empty where there is none.
std::string scheme_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || !is_letter(text.front())) return {};
  const std::string_view scheme = text.substr(0, colon);
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; };
  return std::all_of(scheme.begin(), scheme.end(), fits) ? lower(scheme) : std::string();
}

bool is_dot(std::string_view segment) {
  return segment == "." || equal_ignoring_case(segment, "%2e");
}

bool is_double_dot(std::string_view segment) {
  return segment == ".." || equal_ignoring_case(segment, ".%2e") ||
         equal_ignoring_case(segment, "%2e.") || equal_ignoring_case(segment, "%2e%2e");
}

/// Follows a path from where `path` is: `/a/b` and `../c` → `/c`. What is taken up begins with a
/// segment.
void follow_path(std::string& path, std::string_view rest) {
  const auto go_up = [&path] { path.resize(path.empty() ? 0 : path.rfind('/')); };
  for (;;) {
    const std::size_t end = std::min(rest.find_first_of("/\\"), rest.size());
    const std::string_view segment = rest.substr(0, end);
    const bool is_last = end == rest.size();
    if (is_double_dot(segment)) go_up();
    if (is_dot(segment) || is_double_dot(segment)) {
      if (is_last) path += '/';
    } else {
      path.append("/").append(encoded(segment, in_path));
    }
    if (is_last) return;
    rest.remove_prefix(end + 1);
  }
}

bool read_port(WebUrl& url, std::string_view text) {
  constexpr unsigned long largest = 65535;
  if (text.find_first_not_of("0123456789") != text.npos) return false;
  while (text.size() > 1 && text.front() == '0')
    text.remove_prefix(1);
  if (text.size() > 5) return false;
  if (text.empty()) return true;
  const std::string port(text);
  if (std::stoul(port) > largest) return false;
  const bool is_own = port == (url.scheme == "https" ? "443" : "80");
  url.port = is_own ? std::string() : port;
  return true;
}

bool read_authority(WebUrl& url, std::string_view authority) {
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) {
    const std::string_view login = authority.substr(0, at);
    const std::size_t colon = std::min(login.find(':'), login.size());
    url.user = encoded(login.substr(0, colon), in_user_info);
    url.password = encoded(login.substr(std::min(colon + 1, login.size())), in_user_info);
    authority.remove_prefix(at + 1);
  }
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  const bool has_port = colon != authority.npos && (bracket == authority.npos || colon > bracket);
  auto host = canonical_host(authority.substr(0, has_port ? colon : authority.size()));
  if (!host) return false;
  url.host = std::move(*host);
  return !has_port || read_port(url, authority.substr(colon + 1));
}

/// What follows the authority or the base's path: path, query, fragment.
struct Tail {
  std::string_view path;
  std::optional<std::string> query;
  std::optional<std::string> fragment;

  explicit Tail(std::string_view text) {
    if (const std::size_t hash = text.find('#'); hash != text.npos) {
      fragment = encoded(text.substr(hash + 1), in_fragment);
      text = text.substr(0, hash);
    }
    if (const std::size_t mark = text.find('?'); mark != text.npos) {
      query = encoded(text.substr(mark + 1), in_query);
      text = text.substr(0, mark);
    }
    path = text;
  }
};

std::optional<WebUrl> read_absolute(std::string scheme, std::string_view rest) {
  while (!rest.empty() && is_slash(rest.front()))
    rest.remove_prefix(1);
  WebUrl url;
  url.scheme = std::move(scheme);
  const std::size_t end = std::min(rest.find_first_of("/\\?#"), rest.size());
  if (!read_authority(url, rest.substr(0, end))) return std::nullopt;
  Tail tail(rest.substr(end));
  follow_path(url.path, tail.path.empty() ? tail.path : tail.path.substr(1));
  url.query = std::move(tail.query);
  url.fragment = std::move(tail.fragment);
  return url;
}

std::optional<WebUrl> read_relative(const WebUrl& base, std::string_view rest) {
  if (rest.size() >= 2 && is_slash(rest[0]) && is_slash(rest[1]))
    return read_absolute(base.scheme, rest);
  WebUrl url = base;
  Tail tail(rest);
  if (!tail.path.empty() || tail.query) url.query = std::move(tail.query);
  url.fragment = std::move(tail.fragment);
  if (tail.path.empty()) return url;
  const bool from_root = is_slash(tail.path.front());
  url.path.resize(from_root ? 0 : url.path.rfind('/'));
  follow_path(url.path, tail.path.substr(from_root ? 1 : 0));
  return url;
}

}  // namespace

std::optional<WebUrl> parse_web_url(std::string_view text, const WebUrl* base) {
  const std::string tidy = tidied(text);
  std::string scheme = scheme_of(tidy);
  const bool has_base = base != nullptr && base->is_web();
  if (scheme.empty()) {
    if (!has_base) return std::nullopt;
    return read_relative(*base, tidy);
  }
  const std::string_view rest = std::string_view(tidy).substr(scheme.size() + 1);
  if (scheme != "http" && scheme != "https") {
    WebUrl other;
    other.scheme = std::move(scheme);
    other.path = rest;
    return other;
  }
  // `http:x` is relative where the base has that scheme, as it was in the first browsers.
  if (has_base && base->scheme == scheme && !rest.starts_with("//"))
    return read_relative(*base, rest);
  return read_absolute(std::move(scheme), rest);
}

std::string WebUrl::text() const {
  if (!is_web()) return scheme + ":" + path;
  std::string url = scheme + "://";
  if (!user.empty() || !password.empty()) {
    url += user;
    if (!password.empty()) url += ":" + password;
    url += "@";
  }
  url += host;
  if (!port.empty()) url += ":" + port;
  url += path;
  if (query) url += "?" + *query;
  if (fragment) url += "#" + *fragment;
  return url;
}

std::string WebUrl::origin() const {
  return scheme + "://" + host + (port.empty() ? "" : ":" + port);
}

int WebUrl::port_number() const {
  constexpr int http = 80;
  constexpr int https = 443;
  if (port.empty()) return scheme == "https" ? https : http;
  return std::stoi(port);
}

std::string origin_of(std::string_view url) {
  const auto parsed = parse_web_url(url);
  return parsed && parsed->is_web() ? parsed->origin() : std::string();
}

bool is_bad_port(int port) {
  constexpr std::array bad = {
      0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,
      37,   42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,
      110,  111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,  389,
      427,  465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,  556,
      563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659, 4045,
      4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};
  return std::binary_search(bad.begin(), bad.end(), port);
}

}  // namespace cdp
