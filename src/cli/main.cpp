// cdp-scrape: scrapes many web pages and gets their rendered HTML.
#include "base/web/redact.hpp"
#include "cli/commands/completion.hpp"
#include "cli/commands/demo.hpp"
#include "cli/commands/doctor.hpp"
#include "cli/commands/manual.hpp"
#include "cli/commands/scrape_command.hpp"
#include "cli/options/arguments.hpp"
#include "cli/process/colour.hpp"
#include "cli/process/printable.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/sight/log_sink.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <csignal>
#include <exception>
#include <string_view>

namespace {

cdp::cli::ExitCode execute(const cdp::cli::Arguments& arguments) {
  using cdp::cli::Command;
  switch (arguments.command) {
    case Command::demo:
      return run_demo(arguments);
    case Command::doctor:
      return run_doctor(arguments);
    case Command::completion:
      return cdp::cli::print_text(
          completion_script(arguments.shell, cdp::cli::describe_command_line()));
    case Command::man:
      return cdp::cli::print_text(manual_page(cdp::cli::describe_command_line()));
    case Command::help:  // has been printed
    case Command::scrape:
      break;
  }
  return run_scrape(arguments);
}

/// @param code of a fault that is ours to mend; others are told by their text alone
void complain(std::string_view code, const char* what) {
  using namespace cdp::cli;
  write_to_stderr(fmt::format("{} {}{}{}\n",
                              coloured_for(STDERR_FILENO, "cdp-scrape: error:", Colour::red), code,
                              code.empty() ? "" : ": ", printable(cdp::redacted(what))));
}

}  // namespace

int main(int argc, char** argv) {
  using cdp::cli::ExitCode;
  cdp::cli::open_standard_streams();
  // A reader that went away is an error of write(), and no reason to end in the middle of things.
  std::signal(SIGPIPE, SIG_IGN);
  ExitCode code = ExitCode::internal;
  try {
    const cdp::cli::Parsed parsed = cdp::cli::parse_arguments(argc, argv);
    code = parsed.end ? *parsed.end : execute(parsed.arguments);
  } catch (const cdp::Error& error) {
    code = cdp::cli::exit_code_of(error.code());
    complain(code == ExitCode::internal ? to_string(error.code()) : "", error.what());
  } catch (const std::exception& error) {
    complain("internal", error.what());
  }
  return static_cast<int>(code);
}
