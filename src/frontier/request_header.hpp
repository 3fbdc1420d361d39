// Headers that a user sets.
#pragma once

#include <cdp/options.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// Whether a text may be the value of a header: with a line break in it, it would begin another.
bool is_header_value(std::string_view text);

/// What is wrong with a header, in one line that names it; or nothing. Chromium refuses those that
/// belong to the connection, and with one of them every request of the page.
std::string find_header_fault(const Header& header);

/// Adds a header, or gives the one of that name its value: each is sent once.
void set_header(std::vector<Header>& headers, Header header);

}  // namespace cdp
