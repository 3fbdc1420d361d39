// The hosts of URLs (URL Standard, host parsing).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// The canonical form of a host: names in lower case and as `xn--…`, numbers as `127.0.0.1`, IPv6
/// addresses in their shortest form and brackets.
/// @return nothing for what is not a host
std::optional<std::string> canonical_host(std::string_view text);

}  // namespace cdp
