#pragma once

// HTTP/1.1 as text: just what a test server needs. No I/O.

#include "test_server.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cdp::test {

/// Percent-decodes; `+` becomes a space only in a query.
std::string percent_decode(std::string_view text, bool is_query);
std::string html_escape(std::string_view text);

/// Request line and header lines (without the empty line at the end); nothing when malformed.
std::optional<Request> parse_request_head(std::string_view head);

/// Status line and headers, with the empty line at the end.
std::string serialize_head(const Response& response, bool keep_alive);

/// May an answer with that status have a body?
bool allows_body(int status);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace cdp::test
