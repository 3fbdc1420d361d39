// The header Retry-After.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace cdp {

/// How long a server wants to be left alone: a number of seconds, or a date in one of the three
/// forms of HTTP (RFC 9110, 10.2.3 and 5.6.7). Dates that have passed are zero.
/// @return nothing for text that is neither
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::system_clock::time_point now);

/// Whether a server that answers so wants to be asked later: status 429, or 503 with a Retry-After.
/// Any other 503 is data.
bool is_refusal(int status, std::string_view retry_after);

}  // namespace cdp
