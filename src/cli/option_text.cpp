#include "cli/option_text.hpp"

#include "scrape/cookie_file.hpp"
#include "scrape/fetch_rules.hpp"
#include <cdp/error.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

namespace cdp::cli {
namespace {

bool is_token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

std::string read_header(const std::string& text, std::vector<Header>& headers) {
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const bool valid = colon != std::string::npos && !name.empty() &&
                     std::all_of(name.begin(), name.end(), is_token_char) &&
                     text.find_first_of("\r\n") == std::string::npos;
  if (!valid) return "'" + text + "' is no header; write 'Name: value'";
  const std::size_t value = text.find_first_not_of(" \t", colon + 1);
  headers.push_back({name, value == std::string::npos ? "" : text.substr(value)});
  return {};
}

std::string read_viewport(const std::string& text, Viewport& viewport) {
  constexpr int largest = 10'000'000;  // Chromium's own limit
  const std::size_t cross = text.find('x');
  const std::string_view all = text;
  const auto read = [&](std::string_view part, int& value) {
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    return error == std::errc{} && end == part.data() + part.size() && value > 0 &&
           value <= largest;
  };
  const bool valid = cross != std::string::npos && read(all.substr(0, cross), viewport.width) &&
                     read(all.substr(cross + 1), viewport.height);
  return valid ? std::string() : "'" + text + "' is no size; write WIDTHxHEIGHT, such as 1280x800";
}

std::string read_credentials(const std::string& text, PageOptions& page) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0) return "write USER:PASS";
  page.credentials = Credentials{"", text.substr(0, colon), text.substr(colon + 1)};
  return {};
}

std::string read_rule(const std::string& text, std::vector<FetchRule>& rules) {
  const std::size_t equals = text.rfind('=');
  const auto mode =
      equals == std::string::npos ? std::nullopt : parse_fetch_mode(text.substr(equals + 1));
  if (!mode || equals == 0)
    return "'" + text + "' is no rule; write 'REGEX=browser', 'REGEX=http' or 'REGEX=auto'";
  FetchRule rule{text.substr(0, equals), *mode};
  try {
    const FetchRules compiled(FetchMode::browser, {rule});
  } catch (const Error& error) {
    return error.what();
  }
  rules.push_back(std::move(rule));
  return {};
}

std::string read_endpoint(const std::string& text, Endpoint& endpoint) {
  std::string fault = "'" + text + "' is not ADDR:PORT, such as 127.0.0.1:9090";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return fault;
  std::string address = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
  if (error != std::errc() || rest != end) return fault;
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  endpoint.address = address.empty() || address == "localhost" ? "127.0.0.1" : address;
  return {};
}

std::string add_cookies(const std::string& path, std::vector<Cookie>& cookies) {
  try {
    for (Cookie& cookie : read_cookie_file(path))
      cookies.push_back(std::move(cookie));
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace cdp::cli
