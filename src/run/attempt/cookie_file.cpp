#include "run/attempt/cookie_file.hpp"

#include "base/ascii.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace cdp {
namespace {

using nlohmann::json;

Error fault(const std::string& name, const std::string& reason) {
  return Error(errc::input_error, fmt::format("cookie file {}: {}", name, reason));
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equal_ignoring_case(text.substr(0, start.size()), start);
}

/// Sorts the cookies of a file into those that can be used and those that cannot.
class Collector {
 public:
  explicit Collector(std::string name) : name_(std::move(name)) {}

  /// @param place where in the file it is
  void add(Cookie cookie, const std::string& place) {
    const std::string reason = find_cookie_fault(cookie);
    if (reason.empty()) {
      file_.cookies.push_back(std::move(cookie));
    } else {
      file_.skipped.push_back(fmt::format("cookie file {}: {}: the cookie '{}' is left out: {}",
                                          name_, place, cookie.name, reason));
    }
  }

  /// The file is not what it should be: nothing of it can be trusted.
  Error refusal(const std::string& place, const std::string& reason) const {
    return fault(name_, place + ": " + reason);
  }

  CookieFile take() { return std::move(file_); }

 private:
  std::string name_;
  CookieFile file_;
};

/// Reads the members of one cookie's object.
class Members {
 public:
  Members(const json& object, const Collector& file, std::string place)
      : object_(object), file_(file), place_(std::move(place)) {}

  std::string text(const char* member) const {
    const auto found = object_.find(member);
    if (found == object_.end() || found->is_null()) return {};
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number()) return found->dump();
    throw file_.refusal(place_, fmt::format("\"{}\" is not a string", member));
  }

  bool flag(const char* member) const {
    const auto found = object_.find(member);
    if (found == object_.end() || found->is_null()) return false;
    if (found->is_boolean()) return found->get<bool>();
    throw file_.refusal(place_, fmt::format("\"{}\" is neither true nor false", member));
  }

  /// Other tools write a text, or -1 for cookies that end with the browser.
  double time(const char* member) const {
    const auto found = object_.find(member);
    return found != object_.end() && found->is_number() ? found->get<double>() : 0;
  }

 private:
  const json& object_;
  const Collector& file_;
  std::string place_;
};

Cookie from_json(const json& object, const Collector& file, const std::string& place) {
  if (!object.is_object() || !object.contains("name") || !object.contains("domain"))
    throw file.refusal(place, "a cookie needs a name and a domain");
  const Members members(object, file, place);
  Cookie cookie;
  cookie.name = members.text("name");
  cookie.value = members.text("value");
  cookie.domain = members.text("domain");
  if (std::string path = members.text("path"); !path.empty()) cookie.path = std::move(path);
  cookie.secure = members.flag("secure");
  cookie.http_only = members.flag("httpOnly");
  const std::string same_site = members.text("sameSite");
  for (const char* known : {"Strict", "Lax", "None"})
    if (equal_ignoring_case(same_site, known)) cookie.same_site = known;
  for (const char* member : {"expires", "expirationDate"})
    if (object.contains(member)) cookie.expires = members.time(member);
  return cookie;
}

CookieFile parse_json(std::string_view text, const std::string& name) {
  json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) throw fault(name, "it begins like JSON but is not valid JSON");
  if (document.is_object() && document.contains("cookies")) document = json(document["cookies"]);
  if (!document.is_array()) throw fault(name, "not an array of cookies");
  Collector file(name);
  int number = 0;
  for (const json& object : document) {
    const std::string place = fmt::format("cookie {}", ++number);
    file.add(from_json(object, file, place), place);
  }
  return file.take();
}

std::vector<std::string> columns_of(const std::string& line) {
  std::vector<std::string> columns;
  std::istringstream stream(line);
  for (std::string column; std::getline(stream, column, '\t');)
    columns.push_back(column);
  return columns;
}

bool is_true(const std::string& column, const Collector& file, const std::string& place) {
  if (equal_ignoring_case(column, "TRUE")) return true;
  if (equal_ignoring_case(column, "FALSE")) return false;
  throw file.refusal(place, fmt::format("'{}' is neither TRUE nor FALSE", column));
}

Cookie from_columns(std::string line, const Collector& file, const std::string& place) {
  constexpr std::string_view http_only = "#HttpOnly_";
  Cookie cookie;
  cookie.http_only = line.starts_with(http_only);
  if (cookie.http_only) line.erase(0, http_only.size());
  std::vector<std::string> columns = columns_of(line);
  constexpr std::size_t without_value = 6;
  if (columns.size() < without_value || columns.size() > without_value + 1)
    throw file.refusal(place, "not seven columns with tabs between");
  columns.resize(without_value + 1);
  cookie.domain = columns[0];
  // The second column decides; the dot is a custom that not every tool keeps.
  const bool with_subdomains = is_true(columns[1], file, place);
  if (with_subdomains && !cookie.domain.empty() && cookie.domain.front() != '.')
    cookie.domain.insert(0, 1, '.');
  cookie.path = columns[2];
  cookie.secure = is_true(columns[3], file, place);
  const std::string& expires = columns[4];
  const char* const end = expires.data() + expires.size();
  const auto [rest, error] = std::from_chars(expires.data(), end, cookie.expires);
  if (!expires.empty() && (error != std::errc() || rest != end))
    throw file.refusal(place, fmt::format("'{}' is not a time in seconds", expires));
  cookie.name = columns[5];
  cookie.value = columns[6];
  return cookie;
}

CookieFile parse_netscape(std::string_view text, const std::string& name) {
  Collector file(name);
  std::istringstream stream{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const bool comment = line.starts_with('#') && !line.starts_with("#HttpOnly_");
    if (line.empty() || comment) continue;
    const std::string place = fmt::format("line {}", number);
    file.add(from_columns(std::move(line), file, place), place);
  }
  return file.take();
}

/// What a prefix of its name promises of a cookie, and it does not keep.
std::string find_prefix_fault(const Cookie& cookie) {
  if (starts_with_ignoring_case(cookie.name, "__Secure-") && !cookie.secure)
    return "__Secure- needs the attribute secure";
  if (!starts_with_ignoring_case(cookie.name, "__Host-")) return {};
  if (!cookie.secure) return "__Host- needs the attribute secure";
  if (cookie.path != "/") return "__Host- needs the path /";
  if (cookie.domain.starts_with('.')) return "__Host- is for one host, without its subdomains";
  return {};
}

/// Browsers take them for the wish to forget them: none would be sent.
void leave_out_expired(CookieFile& file, const std::string& name) {
  const std::size_t before = file.cookies.size();
  const auto now = static_cast<double>(std::time(nullptr));
  std::erase_if(file.cookies, [now](const Cookie& cookie) {
    return cookie.expires > 0 && cookie.expires <= now;
  });
  const std::size_t expired = before - file.cookies.size();
  if (expired == 0) return;
  file.skipped.push_back(
      fmt::format("cookie file {}: {} of its {} cookies have expired, and are "
                  "not sent",
                  name, expired, before));
}

}  // namespace

std::string find_cookie_fault(const Cookie& cookie) {
  constexpr std::size_t longest = 4096;
  constexpr std::size_t longest_attribute = 1024;
  if (cookie.domain.empty() || cookie.domain == ".") return "it has no domain";
  if (cookie.domain.find_first_of("/:; ") != std::string::npos)
    return "its domain is not the name of a host";
  if (cookie.name.empty() && cookie.value.empty()) return "it has neither name nor value";
  const bool has_control =
      has_control_character(cookie.name) || has_control_character(cookie.value) ||
      has_control_character(cookie.domain) || has_control_character(cookie.path);
  if (has_control) return "there is a control character in it";
  if (cookie.name.find_first_of("=;") != std::string::npos) return "there is = or ; in its name";
  if (cookie.value.find(';') != std::string::npos) return "there is ; in its value";
  if (cookie.name.size() + cookie.value.size() > longest)
    return fmt::format("name and value have more than {} bytes", longest);
  if (cookie.domain.size() > longest_attribute || cookie.path.size() > longest_attribute)
    return fmt::format("domain or path has more than {} bytes", longest_attribute);
  if (!cookie.path.starts_with('/')) return "its path does not begin with /";
  return find_prefix_fault(cookie);
}

CookieFile parse_cookies(std::string_view text, const std::string& name) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != text.npos && (text[first] == '[' || text[first] == '{');
  CookieFile file = is_json ? parse_json(text, name) : parse_netscape(text, name);
  leave_out_expired(file, name);
  return file;
}

CookieFile read_cookie_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw fault(path, "it is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw fault(path, std::strerror(errno));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_cookies(text, path);
}

}  // namespace cdp
