#include "scrape/cookie_file.hpp"

#include <cdp/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace cdp {
namespace {

Error fault(const std::string& name, const std::string& reason) {
  return Error(errc::input_error, fmt::format("cookie file {}: {}", name, reason));
}

Cookie from_json(const nlohmann::json& object, const std::string& name) {
  const auto text = [&](const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto flag = [&](const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_boolean() && found->get<bool>();
  };
  if (!object.is_object() || text("name").empty() || text("domain").empty()) {
    throw fault(name, "a cookie needs a name and a domain");
  }
  Cookie cookie;
  cookie.name = text("name");
  cookie.value = text("value");
  cookie.domain = text("domain");
  if (!text("path").empty()) cookie.path = text("path");
  cookie.secure = flag("secure");
  cookie.http_only = flag("httpOnly");
  const std::string same_site = text("sameSite");
  if (same_site == "Strict" || same_site == "Lax" || same_site == "None")
    cookie.same_site = same_site;
  for (const char* member : {"expires", "expirationDate"}) {
    if (object.contains(member) && object[member].is_number())
      cookie.expires = object[member].get<double>();
  }
  return cookie;
}

std::vector<Cookie> parse_json(std::string_view text, const std::string& name) {
  nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_discarded()) throw fault(name, "it begins like JSON but is none");
  if (document.is_object() && document.contains("cookies"))
    document = nlohmann::json(document["cookies"]);
  if (!document.is_array()) throw fault(name, "no array of cookies");
  std::vector<Cookie> cookies;
  for (const nlohmann::json& object : document)
    cookies.push_back(from_json(object, name));
  return cookies;
}

Cookie from_columns(std::string line, const std::string& name, int number) {
  constexpr std::string_view http_only = "#HttpOnly_";
  Cookie cookie;
  cookie.http_only = line.starts_with(http_only);
  if (cookie.http_only) line.erase(0, http_only.size());
  std::vector<std::string> columns;
  std::istringstream stream(line);
  for (std::string column; std::getline(stream, column, '\t');)
    columns.push_back(column);
  constexpr std::size_t without_value = 6;
  if (columns.size() < without_value)
    throw fault(name, fmt::format("line {}: not seven columns with tabs between", number));
  columns.resize(without_value + 1);
  cookie.domain = columns[0];
  cookie.path = columns[2];
  cookie.secure = columns[3] == "TRUE";
  cookie.expires = std::strtod(columns[4].c_str(), nullptr);
  cookie.name = columns[5];
  cookie.value = columns[6];
  return cookie;
}

std::vector<Cookie> parse_netscape(std::string_view text, const std::string& name) {
  std::vector<Cookie> cookies;
  std::istringstream stream{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const bool comment = line.starts_with('#') && !line.starts_with("#HttpOnly_");
    if (line.empty() || comment) continue;
    cookies.push_back(from_columns(std::move(line), name, number));
  }
  return cookies;
}

}  // namespace

std::vector<Cookie> parse_cookies(std::string_view text, const std::string& name) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != text.npos && (text[first] == '[' || text[first] == '{');
  return is_json ? parse_json(text, name) : parse_netscape(text, name);
}

std::vector<Cookie> read_cookie_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw fault(path, std::strerror(errno));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_cookies(text, path);
}

}  // namespace cdp
