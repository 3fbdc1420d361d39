#include "cli/process/exit_code.hpp"

namespace cdp::cli {

std::string_view meaning_of(ExitCode code) noexcept {
  switch (code) {
    case ExitCode::ok:
      return "every URL is ok";
    case ExitCode::internal:
      return "a fault of cdp-scrape";
    case ExitCode::usage:
      return "the command line is wrong";
    case ExitCode::some_failed:
      return "finished, and some URLs failed";
    case ExitCode::input:
      return "the input cannot be read";
    case ExitCode::output:
      return "the output, or the report, cannot be written";
    case ExitCode::browser_start:
      return "the browser cannot be started, or connected to";
    case ExitCode::browser_dies:
      return "the browser died five times within a minute";
    case ExitCode::state:
      return "the state directory is in use, damaged, or of another run";
    case ExitCode::hung_up:
      return "ended by SIGHUP";
    case ExitCode::interrupted:
      return "ended by SIGINT";
    case ExitCode::quit:
      return "ended by SIGQUIT";
    case ExitCode::broken_pipe:
      return "nobody reads the output any more";
    case ExitCode::terminated:
      return "ended by SIGTERM";
  }
  return {};
}

std::vector<ExitCode> exit_codes() {
  constexpr int last = 255;
  std::vector<ExitCode> codes;
  for (int number = 0; number <= last; ++number) {
    const auto code = static_cast<ExitCode>(number);
    if (!meaning_of(code).empty()) codes.push_back(code);
  }
  return codes;
}

}  // namespace cdp::cli
