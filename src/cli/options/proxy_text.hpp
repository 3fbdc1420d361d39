// Proxies, as the option and the environment name them.
#pragma once

#include <cdp/scrape.hpp>

#include <string>

namespace cdp::cli {

/// `scheme://user:password@host:port`, or `none`: the credentials are kept apart from what the
/// browser's command line shows to everyone. What it returns says what is wrong, and nothing of the
/// text: it may hold a password.
std::string read_proxy(const std::string& text, ScrapeOptions& options);

/// Where no option names a proxy: http_proxy (not in capitals, as these are what a web server makes
/// of a header `Proxy`), https_proxy, all_proxy, no_proxy, as curl reads them.
/// @return what is wrong with one of them, in one line, or nothing
std::string read_proxy_environment(ScrapeOptions& options);

}  // namespace cdp::cli
