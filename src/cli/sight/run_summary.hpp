// What is said of a run when it is over.
#pragma once

#include "cli/sight/run_stats.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace cdp::cli {

/// A few lines for people; the last one says how many pages took how long, and what became of them.
/// @param seconds how long the run took
std::vector<std::string> summary_lines(const RunStats& stats, double seconds);

/// The same for programs.
nlohmann::ordered_json summary_json(const RunStats& stats, double seconds);

}  // namespace cdp::cli
