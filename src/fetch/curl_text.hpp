// What is said to libcurl, and what it says, in our words.
#pragma once

#include <cdp/error.hpp>
#include <cdp/options.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

bool has_header(const std::vector<Header>& headers, std::string_view name);

/// The client's headers and a request's own, which win.
std::vector<Header> merged(const std::vector<Header>& headers, const std::vector<Header>& own);

/// What is sent unless the user says something else. What is accepted is what `BodyDecoder` undoes.
std::vector<Header> usual_headers(const std::string& locale);

/// What a failed transfer is called in records, by its CURLcode. What is not listed is a connection
/// that failed, or a peer that does not keep to the protocol: so are most of them.
errc code_of_curl(int code);

/// A cookie as a line of Netscape's form, which is how libcurl takes them.
std::string cookie_line(const Cookie& cookie);

/// Chromium has its SOCKS 5 proxies look names up; so does this scheme of libcurl, which takes the
/// login for them from nowhere but the URL.
std::string proxy_for_curl(const std::string& proxy, const std::optional<Credentials>& login);

}  // namespace cdp
