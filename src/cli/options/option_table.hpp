// The options of the program, once: parser, help, manual, completions and the test of docs/cli.md
// read them here.
#pragma once

#include "cli/options/option_types.hpp"

#include <string>
#include <vector>

namespace cdp::cli {

struct Option {
  std::string name;   ///< `--concurrency`; or `URL`, the arguments
  std::string group;  ///< a heading of the help: what somebody wants to do
  OptionType type;
  std::string help;            ///< one sentence, without a full stop
  std::string usual = {};      ///< what holds when it is not given; empty: nothing to say
  std::string letter = {};     ///< `-c`; empty: none
  std::string needs = {};      ///< an option that has to be given as well; empty: none
  std::string excludes = {};   ///< an option that it does not go with; empty: none
  bool matters_first = false;  ///< shown by `-h` too
  /// Decides what records contain, so that a run with --state keeps to it. Not: how much is done at
  /// once, how long it may take, where it goes, and who looks on.
  bool shapes_records = false;
};

/// In the order of the help.
/// @param target what the options put their values into; outlives the table
std::vector<Option> option_table(Arguments& target);

std::vector<CommandDescription> command_table();

}  // namespace cdp::cli
