#include "frontier/request_header.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cdp {
namespace {

bool is_token_char(char c) {
  return is_alphanumeric(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Those of IsRequestHeaderSafe in Chromium's services/network/public/cpp/header_util.cc; and
/// Connection, of which it refuses only some values.
bool belongs_to_connection(const std::string& name) {
  constexpr std::array names = {
      "connection", "content-length",    "cookie2", "host",   "keep-alive",
      "te",         "transfer-encoding", "trailer", "upgrade"};
  return name.starts_with("proxy-") || std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool is_header_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

std::string find_header_fault(const Header& header) {
  const std::string& name = header.name;
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char))
    return fmt::format("'{}' is not the name of a header", name);
  if (!is_header_value(header.value))
    return fmt::format("a line break or another control character is in the value of {}", name);
  if (belongs_to_connection(lower(name))) {
    return fmt::format("{} cannot be set: it belongs to the connection, and Chromium refuses it",
                       name);
  }
  return {};
}

void set_header(std::vector<Header>& headers, Header header) {
  const std::string name = lower(header.name);
  const auto former = std::find_if(headers.begin(), headers.end(),
                                   [&](const Header& other) { return lower(other.name) == name; });
  if (former == headers.end()) {
    headers.push_back(std::move(header));
  } else {
    *former = std::move(header);
  }
}

}  // namespace cdp
