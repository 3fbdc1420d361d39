// What of the command line decides what records contain.
#pragma once

#include "output/output_options.hpp"

#include <CLI/CLI.hpp>

namespace cdp::cli {

/// The options that were given, wherever, of those that decide what the records of a run contain. A
/// secret's value is no part of it.
RunSettings settings_of(const CLI::App& app);

}  // namespace cdp::cli
