// The table of options, as CLI11 wants it. It and its neighbours alone pay for CLI11.
#pragma once

#include "cli/options/option_table.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace cdp::cli {

/// @param usual_file the file of options where --config names none; empty: none
/// @param is_required that there is such a file
void add_options(CLI::App& app, const std::vector<Option>& table, const std::string& usual_file,
                 bool is_required);

/// The name that an option goes by: `--header` of `-H,--header`; empty: that of arguments.
std::string long_name(const CLI::Option& option);

/// --log-level → CDP_SCRAPE_LOG_LEVEL
std::string variable_of(const std::string& option);

}  // namespace cdp::cli
