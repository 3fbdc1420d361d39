// The texts of options that mean more than a word or a number. Each function returns what is wrong
// with the text, in one line, or nothing.
#pragma once

#include "cli/arguments.hpp"
#include <cdp/options.hpp>
#include <cdp/scrape.hpp>

#include <string>
#include <vector>

namespace cdp::cli {

/// `Name: value`
std::string read_header(const std::string& text, std::vector<Header>& headers);

/// `1280x800`
std::string read_viewport(const std::string& text, Viewport& viewport);

/// `user:password`, for the origin of each URL.
std::string read_credentials(const std::string& text, PageOptions& page);

/// `REGEX=browser`, cut at the last `=`.
std::string read_rule(const std::string& text, std::vector<FetchRule>& rules);

/// `127.0.0.1:9090`, `[::1]:9090`, `localhost:9090`, `:9090` (loopback)
std::string read_endpoint(const std::string& text, Endpoint& endpoint);

std::string add_cookies(const std::string& path, std::vector<Cookie>& cookies);

}  // namespace cdp::cli
