#include "engine/net_error.hpp"

#include <algorithm>
#include <array>

namespace cdp {
namespace {

struct Rule {
  std::string_view prefix;
  errc code;
};

/// The first prefix that fits decides. What fits none is a connection that failed: so are most of
/// them.
constexpr std::array rules = {
    Rule{"ERR_NAME_", errc::dns_error},
    Rule{"ERR_DNS_", errc::dns_error},
    Rule{"ERR_ICANN_NAME_COLLISION", errc::dns_error},
    Rule{"ERR_CERT_", errc::tls_error},
    Rule{"ERR_SSL_", errc::tls_error},
    Rule{"ERR_BAD_SSL_", errc::tls_error},
    Rule{"ERR_TLS", errc::tls_error},
    Rule{"ERR_ECH_", errc::tls_error},
    Rule{"ERR_TOO_MANY_REDIRECTS", errc::too_many_redirects},
    Rule{"ERR_INVALID_URL", errc::invalid_url},
    Rule{"ERR_INVALID_REDIRECT", errc::invalid_url},
    Rule{"ERR_UNKNOWN_URL_SCHEME", errc::blocked_scheme},
    Rule{"ERR_DISALLOWED_URL_SCHEME", errc::blocked_scheme},
    Rule{"ERR_UNSAFE_REDIRECT", errc::blocked_scheme},
    Rule{"ERR_BLOCKED_BY_", errc::blocked_address},
    Rule{"ERR_UNSAFE_PORT", errc::blocked_address},
    Rule{"ERR_RESPONSE_HEADERS_TOO_BIG", errc::too_large},
    Rule{"ERR_INVALID_AUTH_CREDENTIALS", errc::auth_required},
    Rule{"ERR_PROXY_AUTH_", errc::auth_required},
    Rule{"ERR_OUT_OF_MEMORY", errc::page_crashed},
    Rule{"ERR_INSUFFICIENT_RESOURCES", errc::machine_limit},
};

}  // namespace

std::string_view net_error_name(std::string_view text) {
  constexpr std::string_view space = "net::";
  if (text.starts_with(space)) text.remove_prefix(space.size());
  return text;
}

errc classify_net_error(std::string_view name) {
  name = net_error_name(name);
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& candidate) {
    return name.starts_with(candidate.prefix);
  });
  return rule == rules.end() ? errc::connect_error : rule->code;
}

}  // namespace cdp
