#include "base/web/proxy_settings.hpp"

#include "base/ascii.hpp"
#include "base/web/web_url.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <optional>

namespace cdp {
namespace {

namespace ip = boost::asio::ip;

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

std::optional<ip::address> address_of(std::string_view host) {
  boost::system::error_code none;
  const ip::address address = ip::make_address(std::string(without_brackets(host)), none);
  if (none) return std::nullopt;
  return address;
}

/// `10.0.0.0/8`
bool is_in_network(std::string_view host, const std::string& network) {
  const auto address = address_of(host);
  if (!address) return false;
  boost::system::error_code none;
  if (address->is_v4()) {
    const auto v4 = ip::make_network_v4(network, none);
    if (none) return false;
    const auto own = ip::network_v4(address->to_v4(), v4.prefix_length());
    return own.canonical() == v4.canonical();
  }
  const auto v6 = ip::make_network_v6(network, none);
  if (none) return false;
  const auto own = ip::network_v6(address->to_v6(), v6.prefix_length());
  return own.canonical() == v6.canonical();
}

/// An entry's host, and its port if it has one.
struct Entry {
  std::string_view host;
  std::string_view port;

  explicit Entry(std::string_view text) : host(text) {
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.rfind(':');
    const bool is_address = bracket == text.npos && text.find(':') != colon;  // bare IPv6
    if (colon == text.npos || is_address || (bracket != text.npos && colon < bracket)) return;
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
};

bool fits(const std::string& exception, const WebUrl& url) {
  if (exception == "*") return true;
  if (exception.find('/') != std::string::npos) return is_in_network(url.host, exception);
  Entry entry(exception);
  if (!entry.port.empty() && entry.port != std::to_string(url.port_number())) return false;
  std::string_view name = entry.host;
  if (name.starts_with('*')) name.remove_prefix(1);
  if (name.starts_with('.')) name.remove_prefix(1);
  if (without_brackets(url.host) == without_brackets(name)) return true;
  if (address_of(name)) return false;
  return url.host.size() > name.size() && url.host.ends_with(name) &&
         url.host[url.host.size() - name.size() - 1] == '.';
}

/// What Chromium's list of exceptions says for one of ours: there, names stand for themselves
/// alone.
std::string bypass_rules(const std::string& exception) {
  if (exception == "*" || exception.find('/') != std::string::npos) return exception;
  const Entry entry(exception);
  const std::string port = entry.port.empty() ? "" : ":" + std::string(entry.port);
  std::string_view name = entry.host;
  if (name.starts_with('*')) name.remove_prefix(1);
  if (name.starts_with('.')) name.remove_prefix(1);
  const auto address = address_of(name);
  if (address && address->is_v6()) return "[" + std::string(without_brackets(name)) + "]" + port;
  if (address) return std::string(name) + port;
  return std::string(name) + port + ";*." + std::string(name) + port;
}

}  // namespace

std::string ProxySettings::proxy_for(std::string_view url) const {
  if (!any()) return {};
  const auto parsed = parse_web_url(url);
  if (!parsed) return {};
  const bool is_excepted =
      std::any_of(exceptions.begin(), exceptions.end(),
                  [&](const std::string& exception) { return fits(exception, *parsed); });
  if (is_excepted) return {};
  return parsed->scheme == "https" ? for_https : for_http;
}

ProxySettings proxies_of(const LaunchOptions& options) {
  ProxySettings settings{options.proxy, options.proxy, options.no_proxy};
  if (!options.https_proxy.empty())
    settings.for_https = options.https_proxy == "direct" ? std::string() : options.https_proxy;
  return settings;
}

std::vector<std::string> parse_exceptions(std::string_view text) {
  constexpr std::string_view separators = ", \t;";
  std::vector<std::string> entries;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) entries.push_back(lower(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return entries;
}

std::vector<std::string> proxy_arguments(const ProxySettings& settings) {
  if (!settings.any()) return {"--no-proxy-server"};
  std::string servers = settings.for_http;
  if (settings.for_http != settings.for_https) {
    servers.clear();
    if (!settings.for_http.empty()) servers += "http=" + settings.for_http;
    if (!settings.for_https.empty())
      servers += (servers.empty() ? "https=" : ";https=") + settings.for_https;
  }
  // Chromium leaves the proxy out for this machine's own addresses, unless told not to.
  std::string bypass = "<-loopback>";
  for (const std::string& exception : settings.exceptions)
    bypass += ";" + bypass_rules(exception);
  return {"--proxy-server=" + servers, "--proxy-bypass-list=" + bypass};
}

}  // namespace cdp
