// URLs as browsers read them (URL Standard, https://url.spec.whatwg.org/).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// A URL in the parts that the standard knows, each as it is written in the whole: percent-encoded,
/// the host in its canonical form. Only http and https are taken apart; of other schemes there is
/// the scheme and the rest.
struct WebUrl {
  std::string scheme;  ///< in lower case
  std::string user;
  std::string password;
  std::string host;  ///< `xn--…`, `127.0.0.1`, `[::1]`
  std::string port;  ///< empty: the scheme's own
  std::string path;  ///< begins with a slash
  std::optional<std::string> query;
  std::optional<std::string> fragment;

  bool is_web() const { return scheme == "http" || scheme == "https"; }

  /// The whole, as a browser shows it.
  std::string text() const;

  /// `scheme://host`, with the port if it is not the scheme's own.
  std::string origin() const;

  /// The port, the scheme's own included.
  int port_number() const;
};

/// Reads a URL.
/// @param base what it is relative to, if it is
/// @return nothing for what is not a URL
std::optional<WebUrl> parse_web_url(std::string_view text, const WebUrl* base = nullptr);

/// `scheme://host` of an http or https URL, with the port if it is not the scheme's own, in
/// canonical form: two URLs with one origin trust each other. Empty for anything else.
std::string origin_of(std::string_view url);

/// Whether browsers ask nobody at that port: other protocols than HTTP live there (Fetch Standard,
/// "bad port").
bool is_bad_port(int port);

}  // namespace cdp
