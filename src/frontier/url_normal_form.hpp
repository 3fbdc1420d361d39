// When two URLs are the same.
#pragma once

#include <string>
#include <string_view>

namespace cdp {

/// The form in which URLs are compared: scheme and host in lower case, without the scheme's own
/// port and without a fragment, dot segments resolved, an empty path as `/`, percent-encoding in
/// capitals and only where it is needed (docs/cli.md). Nothing that a server may tell apart is
/// changed. For URLs that `find_url_fault` lets pass.
std::string normal_form(std::string_view url);

/// The normal form, and the fragment behind it where that is a route of the page's scripts (`#/a`,
/// `#!a`): such URLs have one document, and show different pages.
std::string normal_form_with_route(std::string_view url);

/// Path and query of a URL in normal form, from the `/`.
std::string_view path_and_query(std::string_view normal);

/// The host alone, without brackets and port, of a URL in normal form.
std::string_view host_name(std::string_view normal);

/// Percent-encoding as RFC 3986, 6.2.2 has it: capitals, and unreserved characters as they are.
/// What is not ASCII is encoded. A `%` that begins no encoding stays.
std::string normal_percent_encoding(std::string_view text);

}  // namespace cdp
