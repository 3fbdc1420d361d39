// cdp-scrape: rendered HTML out of many pages.
#include "base/redact.hpp"
#include "cli/arguments.hpp"
#include "cli/completion.hpp"
#include "cli/demo.hpp"
#include "cli/doctor.hpp"
#include "cli/log_sink.hpp"
#include "cli/manual.hpp"
#include "cli/scrape_command.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <exception>

namespace {

cdp::cli::ExitCode execute(const cdp::cli::Arguments& arguments) {
  using cdp::cli::Command;
  switch (arguments.command) {
    case Command::demo:
      return run_demo(arguments);
    case Command::doctor:
      return run_doctor(arguments);
    case Command::completion:
      fmt::print("{}", completion_script(arguments.shell, cdp::cli::describe_command_line()));
      return cdp::cli::ExitCode::ok;
    case Command::man:
      fmt::print("{}", manual_page(cdp::cli::describe_command_line()));
      return cdp::cli::ExitCode::ok;
    case Command::scrape:
      break;
  }
  return run_scrape(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  using cdp::cli::ExitCode;
  ExitCode code = ExitCode::internal;
  try {
    const cdp::cli::Parsed parsed = cdp::cli::parse_arguments(argc, argv);
    code = parsed.end ? *parsed.end : execute(parsed.arguments);
  } catch (const cdp::Error& error) {
    fmt::print(stderr, "cdp-scrape: error: {}: {}\n", to_string(error.code()),
               cdp::cli::printable(cdp::redacted(error.what())));
    code = cdp::cli::exit_code_of(error.code());
  } catch (const std::exception& error) {
    fmt::print(stderr, "cdp-scrape: error: internal: {}\n",
               cdp::cli::printable(cdp::redacted(error.what())));
  }
  return static_cast<int>(code);
}
