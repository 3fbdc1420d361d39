// Headers that are told to nobody but those they are for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cdp {

struct Header;

/// Whether a request header's value is a secret between the user and the origin of a URL:
/// `Authorization`, `Proxy-Authorization`, `Cookie`, and every name that sounds like a secret as
/// those of URL parameters do (`X-Api-Key`, `X-Auth-Token`, …; see `redacted`).
bool is_secret_header(std::string_view name);

/// Whether any of them is.
bool has_secrets(const std::vector<Header>& headers);

}  // namespace cdp
