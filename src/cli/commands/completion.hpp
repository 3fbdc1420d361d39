// Completions for shells.
#pragma once

#include "cli/options/arguments.hpp"

#include <string>

namespace cdp::cli {

/// A script that the shell reads. @param shell bash, zsh or fish
std::string completion_script(const std::string& shell, const CommandLine& line);

}  // namespace cdp::cli
