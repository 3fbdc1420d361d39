#include "cli/options/proxy_text.hpp"

#include "base/ascii.hpp"
#include "base/web/proxy_settings.hpp"
#include "base/web/url.hpp"
#include "base/web/web_url.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace cdp::cli {
namespace {

struct Scheme {
  std::string_view name;
  int port;  ///< where none is named
};

constexpr std::array schemes = {Scheme{"http", 80}, Scheme{"https", 443}, Scheme{"socks5", 1080},
                                Scheme{"socks4", 1080}};

struct Proxy {
  std::string address;  ///< `scheme://host:port`
  std::optional<Credentials> login;
};

/// @param fault is set when there is none
std::optional<Proxy> parse_proxy(std::string_view text, std::string& fault) {
  const std::size_t end = text.find("://");
  std::string name = lower(text.substr(0, std::min(end, text.size())));
  if (name == "socks5h") name = "socks5";
  if (name == "socks4a") name = "socks4";
  const auto scheme = std::find_if(schemes.begin(), schemes.end(),
                                   [&](const Scheme& one) { return one.name == name; });
  if (end == text.npos || scheme == schemes.end()) {
    fault = "write scheme://host:port, with the scheme http, https, socks5 or socks4";
    return std::nullopt;
  }
  // The parts of such a URL are those of http: URLs.
  const auto url = parse_web_url("http://" + std::string(text.substr(end + 3)));
  const bool has_more = url && (url->path != "/" || url->query || url->fragment);
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
  });
  if (!url || has_more || has_control) {
    fault =
        "no scheme://user:password@host:port; special characters of user and password are "
        "written as %XX";
    return std::nullopt;
  }
  Proxy proxy;
  // The parser leaves out port 80.
  const bool says_80 = text.ends_with(":80") || text.ends_with(":80/");
  const std::string port = !url->port.empty() ? url->port
                           : says_80          ? "80"
                                              : std::to_string(scheme->port);
  proxy.address = name + "://" + url->host + ":" + port;
  if (!url->user.empty() || !url->password.empty())
    proxy.login = Credentials{"", percent_decoded(url->user), percent_decoded(url->password)};
  if (proxy.login && name == "socks4") {
    fault = "SOCKS 4 knows no logins";
    return std::nullopt;
  }
  return proxy;
}

/// The first of them that is set, even if it is empty.
struct Variable {
  std::string name;
  std::string value;

  explicit Variable(std::initializer_list<const char*> names) {
    for (const char* const candidate : names) {
      const char* const found = std::getenv(candidate);
      if (found == nullptr) continue;
      name = candidate;
      value = found;
      return;
    }
  }
};

std::string fault_of(const std::string& name, const std::string& fault) {
  return name + ": " + fault;
}

/// @return what is wrong
std::string read_variable(const Variable& variable, std::optional<Proxy>& proxy) {
  if (variable.value.empty()) return {};
  const bool has_scheme = variable.value.find("://") != std::string::npos;
  std::string fault;
  proxy = parse_proxy(has_scheme ? variable.value : "http://" + variable.value, fault);
  return proxy ? std::string() : fault_of(variable.name, fault);
}

bool is_same_login(const std::optional<Proxy>& a, const std::optional<Proxy>& b) {
  if (!a || !b) return true;
  const bool both = a->login.has_value() == b->login.has_value();
  return both && (!a->login ||
                  (a->login->user == b->login->user && a->login->password == b->login->password));
}

bool is_socks_with_login(const ScrapeOptions& options) {
  return options.page.proxy_credentials && options.launch.proxy.starts_with("socks");
}

}  // namespace

std::string read_proxy(const std::string& text, ScrapeOptions& options) {
  options.page.proxy_credentials.reset();
  options.launch.https_proxy = "direct";
  options.launch.proxy.clear();
  if (text == "none") return {};
  std::string fault;
  auto proxy = parse_proxy(text, fault);
  if (!proxy) return fault;
  options.launch.proxy = proxy->address;
  options.launch.https_proxy = proxy->address;
  options.page.proxy_credentials = std::move(proxy->login);
  return {};
}

std::string read_proxy_environment(ScrapeOptions& options) {
  const bool is_chosen = !options.launch.https_proxy.empty();  // by the option
  const Variable exceptions{"no_proxy", "NO_PROXY"};
  if (!is_chosen) {
    const Variable all{"all_proxy", "ALL_PROXY"};
    Variable http{"http_proxy"};
    Variable https{"https_proxy", "HTTPS_PROXY"};
    if (http.name.empty()) http = all;
    if (https.name.empty()) https = all;
    std::optional<Proxy> for_http;
    std::optional<Proxy> for_https;
    if (std::string fault = read_variable(http, for_http); !fault.empty()) return fault;
    if (std::string fault = read_variable(https, for_https); !fault.empty()) return fault;
    if (!is_same_login(for_http, for_https))
      return fault_of(https.name, "the proxies for http: and https: need the same login");
    if (for_http) options.launch.proxy = for_http->address;
    options.launch.https_proxy = for_https ? for_https->address : "direct";
    const auto& login = for_http ? for_http : for_https;
    if (login) options.page.proxy_credentials = login->login;
    options.launch.no_proxy = parse_exceptions(exceptions.value);
  }
  if (is_socks_with_login(options) && options.fetch != FetchMode::http) {
    return "the browser has no logins for SOCKS proxies; use --fetch http, or a proxy that needs "
           "none";
  }
  return {};
}

}  // namespace cdp::cli
