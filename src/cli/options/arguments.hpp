// The command line.
#pragma once

#include "cli/process/exit_code.hpp"
#include "output/output_options.hpp"
#include <cdp/log.hpp>
#include <cdp/scrape.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cdp::cli {

enum class Command { scrape, demo, doctor, completion, man, help };
enum class Format { automatic, html, jsonl };
enum class LogFormat { text, json };

/// Something to be said of the command line, once it is known how.
struct Notice {
  LogLevel level = LogLevel::info;
  std::string text;
};

/// A numeric address and a port of this machine.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

struct Arguments {
  /// A list may come from anywhere, and machines differ: the program is more careful than the
  /// library.
  Arguments();

  Command command = Command::scrape;
  std::vector<std::string> urls;
  std::string input;         ///< a file of URLs, `-` for the standard input; empty: none
  std::string output = "-";  ///< `-`: the standard output
  std::string output_dir;    ///< a file per URL goes there; empty: to `output`
  std::string state;         ///< directory of the journal; empty: none
  bool retry_failed = false;
  RunSettings settings;    ///< of the options, those that decide what records contain
  bool overwrite = false;  ///< results that exist may be replaced
  bool append = false;     ///< and added to
  std::vector<std::string> cookie_files;  ///< as read into `scrape.cookies`
  std::string config;                     ///< the file of options that was read; empty: none
  std::vector<Notice> notices;
  Endpoint metrics;    ///< where numbers of the run are told; without an address: nowhere
  std::string shell;   ///< whose completions are wanted
  std::string report;  ///< a file for the report of the run; empty: none
  Format format = Format::automatic;
  ScrapeOptions scrape;
  std::chrono::milliseconds drain{10'000};  ///< what a first signal leaves to pages under way
  LogLevel log_level = LogLevel::info;
  int verbose = 0;  ///< how often it was asked for; `log_level` has heeded it
  LogFormat log_format = LogFormat::text;
  bool quiet = false;
  bool no_progress = false;

  /// One URL prints its HTML, several print records.
  bool prints_html() const;

  OutputOptions output_options() const;
};

/// What the command line asks for: work, or an end at once (help, version, a mistake; the text is
/// printed).
struct Parsed {
  Arguments arguments;
  std::optional<ExitCode> end;
};

/// An option as the help describes it.
struct OptionDescription {
  std::string short_name;  ///< `-c`, or empty
  std::string long_name;   ///< `--concurrency`
  std::string value;       ///< what it takes, such as `N`; empty: nothing
  std::string help;
  std::string usual;  ///< what holds when it is not given; empty: nothing to say
  std::string group;
  std::vector<std::string> choices;  ///< the values it takes, when they can be listed
  bool matters_first = false;

  /// `help`, and `usual` in brackets.
  std::string full_help() const;
};

/// A command besides scraping.
struct CommandDescription {
  Command command;
  std::string name;
  std::string argument;  ///< such as `SHELL`; empty: none
  std::string help;      ///< one line
  std::string more;      ///< what there is to say besides
};

struct Example {
  std::string command;
  std::string meaning;
};

/// What there is to choose, for completions and the manual. In the order of the help.
struct CommandLine {
  std::string summary;
  std::vector<OptionDescription> options;
  std::vector<CommandDescription> commands;
  std::vector<Example> examples;

  /// The groups of the options.
  std::vector<std::string> groups() const;

  /// In the order of the help.
  std::vector<std::string> command_names() const;
};

CommandLine describe_command_line();

/// Reads the arguments, CDP_SCRAPE_* variables and --config file, in that order of precedence.
Parsed parse_arguments(int argc, const char* const* argv);

}  // namespace cdp::cli
