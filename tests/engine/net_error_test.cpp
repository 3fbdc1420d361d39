// Chromium's names of network errors.
#include "engine/net_error.hpp"

#include "base/text/json_text.hpp"
#include <cdp/error.hpp>

#include <gtest/gtest.h>

namespace cdp {
namespace {

TEST(NetErrors, AreSortedIntoCodes) {
  const std::vector<std::pair<const char*, errc>> table = {
      {"net::ERR_NAME_NOT_RESOLVED", errc::dns_error},
      {"ERR_NAME_RESOLUTION_FAILED", errc::dns_error},
      {"net::ERR_DNS_TIMED_OUT", errc::dns_error},
      {"net::ERR_ICANN_NAME_COLLISION", errc::dns_error},
      {"net::ERR_CONNECTION_REFUSED", errc::connect_error},
      {"net::ERR_CONNECTION_RESET", errc::connect_error},
      {"net::ERR_CONNECTION_CLOSED", errc::connect_error},
      {"net::ERR_CONNECTION_TIMED_OUT", errc::connect_error},
      {"net::ERR_ADDRESS_UNREACHABLE", errc::connect_error},
      {"net::ERR_INTERNET_DISCONNECTED", errc::connect_error},
      {"net::ERR_EMPTY_RESPONSE", errc::connect_error},
      {"net::ERR_CONTENT_LENGTH_MISMATCH", errc::connect_error},
      {"net::ERR_INCOMPLETE_CHUNKED_ENCODING", errc::connect_error},
      {"net::ERR_HTTP2_PROTOCOL_ERROR", errc::connect_error},
      {"net::ERR_UNSAFE_PORT", errc::blocked_address},
      {"net::ERR_INVALID_RESPONSE", errc::connect_error},
      {"net::ERR_A_NAME_OF_TOMORROW", errc::connect_error},
      {"", errc::connect_error},
      {"net::ERR_CERT_AUTHORITY_INVALID", errc::tls_error},
      {"net::ERR_CERT_DATE_INVALID", errc::tls_error},
      {"net::ERR_SSL_PROTOCOL_ERROR", errc::tls_error},
      {"net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH", errc::tls_error},
      {"net::ERR_BAD_SSL_CLIENT_AUTH_CERT", errc::tls_error},
      {"net::ERR_TOO_MANY_REDIRECTS", errc::too_many_redirects},
      {"net::ERR_INVALID_URL", errc::invalid_url},
      {"net::ERR_UNKNOWN_URL_SCHEME", errc::blocked_scheme},
      {"net::ERR_DISALLOWED_URL_SCHEME", errc::blocked_scheme},
      {"net::ERR_UNSAFE_REDIRECT", errc::blocked_scheme},
      {"net::ERR_BLOCKED_BY_CLIENT", errc::blocked_address},
      {"net::ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS", errc::blocked_address},
      {"net::ERR_INVALID_AUTH_CREDENTIALS", errc::auth_required},
      {"net::ERR_PROXY_AUTH_UNSUPPORTED", errc::auth_required},
      {"net::ERR_OUT_OF_MEMORY", errc::page_crashed},
  };
  for (const auto& [name, code] : table)
    EXPECT_EQ(to_string(classify_net_error(name)), to_string(code)) << name;
}

TEST(NetErrors, LoseTheirPrefixOnce) {
  EXPECT_EQ(net_error_name("net::ERR_FAILED"), "ERR_FAILED");
  EXPECT_EQ(net_error_name("ERR_FAILED"), "ERR_FAILED");
  EXPECT_EQ(net_error_name("net::"), "");
}

}  // namespace
}  // namespace cdp
