// What somebody may have meant.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cdp::cli {

/// How many letters have to be put in, taken out, changed or swapped with their neighbour.
std::size_t edit_distance(std::string_view one, std::string_view other);

/// `; did you mean --wait?` for a name near to what was written; empty when there is none.
std::string suggestion(const std::string& written, const std::vector<std::string>& names);

/// `--wait` and all the others.
std::vector<std::string> option_names(const CLI::App& app);

/// The line for a command line that CLI11 does not take, in words of our own.
/// @param place_of where an option (`--wait`) was set when it was not on the command line; or empty
std::string describe_usage_fault(const CLI::App& app, const CLI::ParseError& error,
                                 const std::string& place);

/// The option that an error is about (`--wait`); empty: none, or several.
std::string option_of(const CLI::ParseError& error);

}  // namespace cdp::cli
