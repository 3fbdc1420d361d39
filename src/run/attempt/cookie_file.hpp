// Cookies from a file.
#pragma once

#include <cdp/options.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// What a file of cookies holds.
struct CookieFile {
  std::vector<Cookie> cookies;
  std::vector<std::string> skipped;  ///< a line for each cookie that no browser takes, and why
};

/// Reads cookies in either of the two forms there are: JSON, an array of objects with name, value,
/// domain, path, secure, httpOnly, sameSite, expires (as browsers' tools export them; an object
/// with a `cookies` array also does), or the seven tab-separated columns of Netscape's cookies.txt,
/// as curl and wget write them.
/// @throws Error input_error naming the file and line, when it is not such a file
CookieFile read_cookie_file(const std::string& path);

/// The same of a text. @param name of the file, for errors
CookieFile parse_cookies(std::string_view text, const std::string& name);

/// Why a browser would not take a cookie (RFC 6265bis, 5.7, and Chromium's limits); or nothing.
std::string find_cookie_fault(const Cookie& cookie);

}  // namespace cdp
