// A first look at URLs, before a browser is asked: only what can be told without one.
#pragma once

#include <cdp/error.hpp>

#include <cstddef>
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

/// The byte that `%XX` at a position stands for; nothing when it does not stand there.
std::optional<unsigned char> encoded_byte(std::string_view text, std::size_t at);

/// The beginning of a text that may be long, for messages. Cut between characters.
std::string_view shortened(std::string_view text);

/// Every byte but letters, digits and `-._~` as `%XX`.
std::string percent_encoded(std::string_view text);

/// Every `%XX` as the byte it stands for (RFC 3986, 2.1).
std::string percent_decoded(std::string_view text);

}  // namespace cdp
