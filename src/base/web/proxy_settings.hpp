// Which proxy is asked for a URL: one decision for the browser, plain HTTP and robots.txt.
#pragma once

#include <cdp/options.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// Proxies as `scheme://host:port`, without credentials; empty: none.
struct ProxySettings {
  std::string for_http;
  std::string for_https;

  /// Hosts that are asked without one, as in the variable no_proxy: `example.com` (and all below
  /// it),
  /// `.example.com` (the same), `host:port`, `10.0.0.0/8`, `*`.
  std::vector<std::string> exceptions;

  /// The proxy for a URL.
  std::string proxy_for(std::string_view url) const;

  bool any() const { return !for_http.empty() || !for_https.empty(); }
};

ProxySettings proxies_of(const LaunchOptions& options);

/// `a, .b  c` → its entries, in lower case.
std::vector<std::string> parse_exceptions(std::string_view text);

/// What tells Chromium the same. Nothing that the environment says counts besides it.
std::vector<std::string> proxy_arguments(const ProxySettings& settings);

}  // namespace cdp
