#include "fetch/curl_text.hpp"

#include "base/ascii.hpp"
#include "base/web/url.hpp"

#include <fmt/format.h>

#include <curl/curl.h>

#include <algorithm>
#include <iterator>

namespace cdp {

bool has_header(const std::vector<Header>& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [name](const Header& header) {
    return equal_ignoring_case(header.name, name);
  });
}

std::vector<Header> merged(const std::vector<Header>& headers, const std::vector<Header>& own) {
  std::vector<Header> result;
  const auto is_replaced = [&own](const Header& header) { return has_header(own, header.name); };
  std::remove_copy_if(headers.begin(), headers.end(), std::back_inserter(result), is_replaced);
  result.insert(result.end(), own.begin(), own.end());
  return result;
}

errc code_of_curl(int code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return errc::dns_error;
    case CURLE_URL_MALFORMAT:
      return errc::invalid_url;
    case CURLE_LOGIN_DENIED:
      return errc::auth_required;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
      return errc::tls_error;
    case CURLE_OUT_OF_MEMORY:  // so it says of a line of a head, or a request, beyond its own
                               // bounds
      return errc::too_large;
    case CURLE_FAILED_INIT:
      return errc::internal;
    default:
      return errc::connect_error;
  }
}

std::string cookie_line(const Cookie& cookie) {
  const bool with_subdomains = cookie.domain.starts_with('.');
  return fmt::format("{}{}\t{}\t{}\t{}\t{:.0f}\t{}\t{}", cookie.http_only ? "#HttpOnly_" : "",
                     cookie.domain, with_subdomains ? "TRUE" : "FALSE",
                     cookie.path.empty() ? "/" : cookie.path, cookie.secure ? "TRUE" : "FALSE",
                     std::max(cookie.expires, 0.0), cookie.name, cookie.value);
}

std::string proxy_for_curl(const std::string& proxy, const std::optional<Credentials>& login) {
  constexpr std::string_view socks5 = "socks5://";
  if (!proxy.starts_with(socks5)) return proxy;
  const std::string user_info =
      login ? percent_encoded(login->user) + ":" + percent_encoded(login->password) + "@" : "";
  return "socks5h://" + user_info + proxy.substr(socks5.size());
}

std::vector<Header> usual_headers(const std::string& locale) {
  return {{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
          {"Accept-Encoding", "gzip, deflate, br, zstd"},
          {"Accept-Language", locale}};
}

}  // namespace cdp
