// A first look at URLs, before a browser is asked: only what can be told without one.
#pragma once

#include <cdp/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cdp {

struct UrlFault {
  errc code;
  std::string detail;
};

/// Says why a page of this URL cannot be scraped: no scheme, another scheme than http and https, no
/// host, a host or port that cannot be. As Chromium does (WHATWG URL), it overlooks control
/// characters and spaces around the URL and takes backslashes for slashes. What passes may still be
/// refused by the browser.
std::optional<UrlFault> find_url_fault(std::string_view url);

}  // namespace cdp
