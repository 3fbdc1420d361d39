// What each file of a command line is for.
#pragma once

#include "cli/options/arguments.hpp"

namespace cdp::cli {

/// Makes sure that a run takes nothing from its user: no file is read and written, or written for
/// two purposes, and nothing that exists is replaced without being asked for. Looks only; to be
/// called before anything is opened.
/// @throws Error invalid_argument
void check_files(const Arguments& arguments);

}  // namespace cdp::cli
