// Chromium's network errors:
// https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h
#pragma once

#include <cdp/error.hpp>

#include <string_view>

namespace cdp {

/// The code of a network error. @param name with or without its `net::`, such as
/// `net::ERR_NAME_NOT_RESOLVED`
errc classify_net_error(std::string_view name);

/// The name without `net::`.
std::string_view net_error_name(std::string_view text);

}  // namespace cdp
