// Log lines on the standard error.
#pragma once

#include "cli/options/arguments.hpp"
#include <cdp/log.hpp>

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace cdp::cli {

/// A log that writes lines, as text or as JSON objects. @param before_line called before each one,
/// to get a progress line out of the way
Log make_log(const Arguments& arguments, std::function<void()> before_line);

/// A line of `--log-format json` with more members than a log line has.
void write_json_line(LogLevel level, std::string_view message,
                     const nlohmann::ordered_json& members);

}  // namespace cdp::cli
