// Arguments that should be URLs.
#pragma once

#include "cli/options/arguments.hpp"

#include <string>
#include <string_view>

namespace cdp::cli {

/// A URL as browsers take it from their address bar: with the scheme that an address without one
/// most likely has. What is no such address stays as it is.
std::string with_scheme(const std::string& text);

/// Reads the arguments that are no options: `-` is the standard input, and an address without a
/// scheme gets one, with a notice. @return what is wrong with one of them; empty: nothing
std::string read_url_arguments(Arguments& arguments);

}  // namespace cdp::cli
