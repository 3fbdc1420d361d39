#include "base/web/secret_header.hpp"

#include "base/ascii.hpp"
#include "base/web/redact.hpp"
#include <cdp/options.hpp>

#include <algorithm>

namespace cdp {

bool is_secret_header(std::string_view name) {
  return equal_ignoring_case(name, "Cookie") || equal_ignoring_case(name, "Cookie2") ||
         names_secret(name);
}

bool has_secrets(const std::vector<Header>& headers) {
  return std::any_of(headers.begin(), headers.end(),
                     [](const Header& header) { return is_secret_header(header.name); });
}

}  // namespace cdp
