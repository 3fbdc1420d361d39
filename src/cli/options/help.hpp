// What -h, --help and `help` print.
#pragma once

#include "cli/options/arguments.hpp"

#include <string>

namespace cdp::cli {

/// The options that matter first.
/// @param in_colour with the escape sequences of a terminal
std::string short_help(const CommandLine& line, bool in_colour);

/// All options and exit codes.
std::string long_help(const CommandLine& line, bool in_colour);

/// One command.
std::string command_help(const CommandLine& line, Command command, bool in_colour);

}  // namespace cdp::cli
