// Formatting in front of cdp::Log: nothing is formatted that nobody wants to see.
#pragma once

#include <cdp/log.hpp>

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace cdp {

/// A line that cannot be made or written is lost: logging never throws.
void log_formatted(const Log& log, LogLevel level, fmt::string_view format,
                   fmt::format_args args) noexcept;

template <class... Args>
void write_log(const Log& log, LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (log.wants(level)) log_formatted(log, level, format, fmt::make_format_args(args...));
}

}  // namespace cdp
