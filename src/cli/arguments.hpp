// The command line.
#pragma once

#include "cli/exit_code.hpp"
#include <cdp/log.hpp>
#include <cdp/scrape.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace cdp::cli {

enum class Command { scrape, demo };
enum class Format { automatic, html, jsonl };
enum class LogFormat { text, json };

struct Arguments {
  Command command = Command::scrape;
  std::vector<std::string> urls;
  std::string input;         ///< a file of URLs, `-` for the standard input; empty: none
  std::string output = "-";  ///< `-`: the standard output
  std::string report;        ///< a file for the report of the run; empty: none
  Format format = Format::automatic;
  ScrapeOptions scrape;
  std::chrono::milliseconds drain{10'000};  ///< what a first signal leaves to pages under way
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
  bool quiet = false;
  bool no_progress = false;

  /// One URL prints its HTML, several print records.
  bool prints_html() const;
};

/// What the command line asks for: work, or an end at once (help, version, a mistake; the text is
/// printed).
struct Parsed {
  Arguments arguments;
  std::optional<ExitCode> end;
};

/// Reads the arguments, CDP_SCRAPE_* variables and --config file, in that order of precedence.
Parsed parse_arguments(int argc, const char* const* argv);

}  // namespace cdp::cli
