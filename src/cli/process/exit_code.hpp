// Exit codes: part of the interface, listed in --help, the manual and docs/cli.md.
#pragma once

#include <cdp/error.hpp>

#include <string_view>
#include <vector>

namespace cdp::cli {

enum class ExitCode : int {
  ok = 0,
  internal = 1,
  usage = 2,
  some_failed = 3,
  input = 4,
  output = 5,
  browser_start = 6,
  browser_dies = 7,
  state = 8,
  hung_up = 129,
  interrupted = 130,
  quit = 131,
  broken_pipe = 141,  ///< as a shell tells of a program that SIGPIPE ended
  terminated = 143,
};

/// What it tells, in a few words: docs/cli.md begins with them. Empty for a number that is none.
std::string_view meaning_of(ExitCode code) noexcept;

/// All there are, in the order of their numbers.
std::vector<ExitCode> exit_codes();

/// The exit code of an error that ended the run.
inline ExitCode exit_code_of(errc code) {
  switch (code) {
    case errc::invalid_argument:
      return ExitCode::usage;
    case errc::input_error:
      return ExitCode::input;
    case errc::output_error:
      return ExitCode::output;
    case errc::state_error:
      return ExitCode::state;
    case errc::browser_not_found:
    case errc::launch_failed:
    case errc::launch_timeout:
    case errc::sandbox_unavailable:
    case errc::machine_limit:
    case errc::browser_crashed:
    case errc::protocol_timeout:  // whoever was connected to is no browser, or does not answer
    case errc::protocol_error:
      return ExitCode::browser_start;
    default:
      return ExitCode::internal;
  }
}

/// The exit code of a run that a signal ended: as a shell says it.
inline ExitCode exit_code_of_signal(int signal) {
  constexpr int first = 128;
  return static_cast<ExitCode>(first + signal);
}

}  // namespace cdp::cli
