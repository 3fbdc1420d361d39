// A run in numbers, for Prometheus.
#pragma once

#include "cli/process/memory_use.hpp"
#include "cli/sight/run_stats.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cdp::cli {

/// What is told besides the records.
struct RunGauges {
  std::size_t in_flight = 0;
  std::optional<std::size_t> queued;  ///< where the length of the input is known
  std::size_t browser_restarts = 0;
  MemoryUse memory;
  double started = 0;  ///< seconds since 1970
};

/// Prometheus' text format 0.0.4.
std::string metrics_text(const RunStats& stats, const RunGauges& gauges);

/// The value of a label between its quotes: backslash, quote and line feed are escaped.
std::string label_text(std::string_view value);

constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace cdp::cli
