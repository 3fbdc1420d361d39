#include "cli/options/arguments.hpp"

#include "cli/options/help.hpp"
#include "cli/options/option_file.hpp"
#include "cli/options/option_parser.hpp"
#include "cli/options/proxy_text.hpp"
#include "cli/options/run_settings.hpp"
#include "cli/options/suggestion.hpp"
#include "cli/options/url_argument.hpp"
#include "cli/process/colour.hpp"
#include "cli/process/printable.hpp"
#include "cli/process/standard_streams.hpp"
#include "frontier/fetch_rules.hpp"
#include <cdp/version.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cdp::cli {
namespace {

/// What does not go together. @return a line for people; empty: nothing
std::string find_contradiction(const Arguments& arguments) {
  if (arguments.urls.empty() && arguments.input.empty())
    return "no URL given; name some, or a file of them with -i. Run with --help for more.";
  const ScrapeOptions& scrape = arguments.scrape;
  const std::string_view rendered = what_needs_browser(scrape, scrape.wait);
  if (scrape.fetch == FetchMode::http && scrape.rules.empty() && !rendered.empty())
    return fmt::format("--{} needs the browser, and --fetch http does without", rendered);
  if (!arguments.scrape.save_files.empty() && !arguments.scrape.connect.empty())
    return "--save-files does not go with --connect: the files would be on the browser's machine";
  if (!arguments.state.empty() && arguments.output == "-" && arguments.output_dir.empty()) {
    return "--state needs -o FILE or --output-dir DIR: what has gone to the standard output cannot "
           "be taken back after a crash.";
  }
  if (!arguments.output_dir.empty() && arguments.format == Format::html) {
    return "--output-dir writes the HTML to files, and records to index.jsonl; leave out -f html.";
  }
  if (!arguments.state.empty() && scrape.dry_run) {
    return "--dry-run does not go with --state: the journal would note unscraped URLs as done";
  }
  if (arguments.overwrite && arguments.append) return "--overwrite does not go with --append";
  if (arguments.append && !arguments.output_dir.empty()) {
    return "--append does not go with --output-dir: the names of its files begin with positions in "
           "the input";
  }
  return {};
}

/// What CLI11 is told: the tables of options and commands.
struct Parser {
  Parser(Arguments& arguments, const UsualFile& usual);

  /// The command that was given; scrape, where none was.
  Command command() const;

  CLI::App app{"", "cdp-scrape"};
  std::shared_ptr<OptionFile> file = std::make_shared<OptionFile>(app);
};

Parser::Parser(Arguments& arguments, const UsualFile& usual) {
  app.config_formatter(file);
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_options(app, option_table(arguments), usual.path, usual.required);
  for (const std::string& complaint : add_variables(app))
    arguments.notices.push_back({LogLevel::warn, complaint});
  for (const CommandDescription& command : command_table()) {
    CLI::App* const added = app.add_subcommand(command.name, command.help)->fallthrough();
    if (command.command != Command::completion) continue;
    added->add_option("SHELL", arguments.shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  }
}

Command Parser::command() const {
  for (const CommandDescription& command : command_table())
    if (app.got_subcommand(command.name)) return command.command;
  return Command::scrape;
}

ExitCode refuse(const std::string& text) {
  write_to_stderr(fmt::format("{} {}\n", coloured_for(STDERR_FILENO, "cdp-scrape:", Colour::red),
                              printable(text)));
  return ExitCode::usage;
}

/// `--help`, or `-h all`: more than `-h` alone.
bool asks_for_all(int argc, const char* const* argv) {
  const std::vector<std::string_view> given(argv + 1, argv + argc);
  return std::any_of(given.begin(), given.end(), [](auto text) { return text == "--help"; }) ||
         (!given.empty() && given.back() == "all");
}

/// For `-h` and `--help`, alone or behind a command.
ExitCode print_help_for(const Parser& parser, int argc, const char* const* argv) {
  const CommandLine line = describe_command_line();
  const bool in_colour = takes_colour(STDOUT_FILENO);
  const Command command = parser.command();
  if (command != Command::scrape && command != Command::help)
    return print_text(command_help(line, command, in_colour));
  if (command == Command::help || asks_for_all(argc, argv))
    return print_text(long_help(line, in_colour));
  return print_text(short_help(line, in_colour));
}

/// For `help`, `help all` and `help COMMAND`.
ExitCode print_help_on(const std::vector<std::string>& topics, Command command) {
  const CommandLine line = describe_command_line();
  const bool in_colour = takes_colour(STDOUT_FILENO);
  if (!topics.empty() && topics.front() != "all") {
    return refuse(fmt::format("no help on '{}'{}", topics.front(),
                              suggestion(topics.front(), line.command_names())));
  }
  return print_text(command == Command::help ? long_help(line, in_colour)
                                             : command_help(line, command, in_colour));
}

/// Whether the arguments name an option, by its long or short name.
bool is_given(const CLI::App& app, const std::string& option, int argc, const char* const* argv) {
  const CLI::Option* const found = app.get_option_no_throw(option);
  return std::any_of(argv + 1, argv + argc, [&](std::string_view argument) {
    if (argument == option || argument.starts_with(option + "=")) return true;
    return found != nullptr && !found->get_snames().empty() &&
           argument.starts_with("-" + found->get_snames().front());
  });
}

/// Where an option stands whose value is wrong, when that is not the command line.
std::string place_of(const CLI::App& app, const OptionFile& file, const std::string& option,
                     int argc, const char* const* argv) {
  if (option.empty() || is_given(app, option, argc, argv)) return {};
  if (std::string place = file.place_of(option); !place.empty()) return place;
  return variable_of(option);
}

/// `--quiet=no` and `CDP_SCRAPE_NO_SANDBOX=maybe`: CLI11 takes some for true.
std::string find_switch_fault_in(const CLI::App& app, int argc, const char* const* argv) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = long_name(*option);
    if (name.empty() || option->get_items_expected_max() > 0) continue;
    const auto describe = [](const std::string& place, const std::string& value) {
      const std::string fault = find_switch_fault(value);
      return fault.empty() ? fault : fmt::format("{}: {}", place, fault);
    };
    for (int index = 1; index < argc; ++index) {
      const std::string_view argument = argv[index];
      if (argument == "--") break;
      if (!argument.starts_with(name + "=")) continue;
      std::string fault = describe(name, std::string(argument.substr(name.size() + 1)));
      if (!fault.empty()) return fault;
    }
    const char* const value = std::getenv(variable_of(name).c_str());
    if (value == nullptr || *value == '\0') continue;
    if (std::string fault = describe(variable_of(name), value); !fault.empty()) return fault;
  }
  return {};
}

/// What the levels and switches for messages come to together.
void settle_log_level(Arguments& arguments) {
  if (arguments.verbose == 1) arguments.log_level = std::min(arguments.log_level, LogLevel::debug);
  if (arguments.verbose > 1) arguments.log_level = LogLevel::trace;
  if (arguments.quiet) arguments.log_level = std::max(arguments.log_level, LogLevel::error);
}

/// Help, the version, or what is wrong with the command line; nothing when there is work to do.
std::optional<ExitCode> read_command_line(Parser& parser, Arguments& arguments, int argc,
                                          const char* const* argv) {
  if (const std::string fault = find_switch_fault_in(parser.app, argc, argv); !fault.empty())
    return refuse(fault);
  try {
    parser.app.parse(argc, argv);
  } catch (const CLI::CallForVersion&) {
    return print_text("cdp-scrape " CDP_SCRAPE_VERSION "\n");
  } catch (const CLI::Success&) {
    return print_help_for(parser, argc, argv);
  } catch (const CLI::ParseError& error) {
    const std::string place = place_of(parser.app, *parser.file, option_of(error), argc, argv);
    return refuse(describe_usage_fault(parser.app, error, place));
  }
  arguments.command = parser.command();
  arguments.config = parser.app.get_config_ptr()->as<std::string>();
  arguments.settings = settings_of(parser.app);
  if (parser.app.got_subcommand("help")) return print_help_on(arguments.urls, arguments.command);
  return std::nullopt;
}

/// What no single option could tell. @return a line for people; empty: nothing is wrong
std::string settle(Arguments& arguments) {
  settle_log_level(arguments);
  arguments.scrape.pictures.directory = arguments.output_dir;
  if (std::string fault = read_proxy_environment(arguments.scrape); !fault.empty()) return fault;
  if (arguments.quiet && arguments.verbose > 0) return "--quiet does not go with --verbose";
  if (arguments.command == Command::scrape) {
    std::string fault = read_url_arguments(arguments);
    return fault.empty() ? find_contradiction(arguments) : fault;
  }
  if (arguments.urls.empty()) return {};
  return fmt::format("'{}': a command does not go with a URL", arguments.urls[0]);
}

}  // namespace

Parsed parse_arguments(int argc, const char* const* argv) {
  Parsed parsed;
  Parser parser(parsed.arguments, usual_option_file());
  parsed.end = read_command_line(parser, parsed.arguments, argc, argv);
  if (parsed.end) return parsed;
  if (const std::string fault = settle(parsed.arguments); !fault.empty())
    parsed.end = refuse(fault);
  return parsed;
}

}  // namespace cdp::cli
