// Cookies from a file.
#pragma once

#include <cdp/options.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// Reads cookies in either of the two forms there are: JSON, an array of objects with name, value,
/// domain, path, secure, httpOnly, sameSite, expires (as browsers' tools export them; an object
/// with a `cookies` array also does), or the seven tab-separated columns of Netscape's cookies.txt,
/// as curl and wget write them.
/// @throws Error input_error naming the file and line
std::vector<Cookie> read_cookie_file(const std::string& path);

/// The same of a text. @param name of the file, for errors
std::vector<Cookie> parse_cookies(std::string_view text, const std::string& name);

}  // namespace cdp
