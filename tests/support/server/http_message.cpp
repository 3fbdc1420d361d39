#include "http_message.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace cdp::test {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Cuts `text` at the first `separator`, moves it on and returns the part before.
std::string_view take_until(std::string_view& text, std::string_view separator) {
  const auto at = text.find(separator);
  const auto part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + separator.size());
  return part;
}

/// The raw value of a query parameter; nothing when the target does not have it.
std::optional<std::string_view> find_query(std::string_view target, std::string_view name) {
  take_until(target, "?");
  while (!target.empty()) {
    std::string_view value = take_until(target, "&");
    if (take_until(value, "=") == name) return value;
  }
  return std::nullopt;
}

std::string_view reason_phrase(int status) {
  static const std::map<int, std::string_view> phrases = {
      {200, "OK"},
      {204, "No Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {410, "Gone"},
      {429, "Too Many Requests"},
      {500, "Server Error"},
      {503, "Service Unavailable"},
  };
  const auto found = phrases.find(status);
  return found == phrases.end() ? "Status" : found->second;
}

bool has_header(const Headers& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string percent_decode(std::string_view text, bool is_query) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (escape) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += is_query && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::string html_escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Request::query(std::string_view name) const {
  const auto value = find_query(target, name);
  return value ? percent_decode(*value, true) : std::string();
}

int Request::query_number(std::string_view name, int fallback) const {
  const std::string text = query(name);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? number : fallback;
}

bool Request::has_query(std::string_view name) const {
  return find_query(target, name).has_value();
}

std::string Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

std::optional<Request> parse_request_head(std::string_view head) {
  std::string_view line = take_until(head, "\r\n");
  Request request;
  request.method = take_until(line, " ");
  request.target = take_until(line, " ");
  if (request.target.empty() || !line.starts_with("HTTP/1.")) return std::nullopt;
  request.path = percent_decode(request.target.substr(0, request.target.find('?')), false);
  while (!head.empty()) {
    std::string_view value = take_until(head, "\r\n");
    const std::string_view name = take_until(value, ":");
    request.headers.emplace_back(name, trimmed(value));
  }
  return request;
}

bool allows_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string serialize_head(const Response& response, bool keep_alive) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
  text += reason_phrase(response.status);
  text += "\r\n";
  for (const auto& [name, value] : response.headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  const bool has_body = allows_body(response.status);
  if (has_body && !has_header(response.headers, "Content-Type")) {
    text += "Content-Type: text/html; charset=utf-8\r\n";
  }
  if (has_body && !has_header(response.headers, "Content-Length")) {
    text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  if (!keep_alive) text += "Connection: close\r\n";
  return text.append("\r\n");
}

}  // namespace cdp::test
