#include "cli/options/arguments.hpp"

#include "cli/options/option_file.hpp"
#include "cli/options/option_types.hpp"
#include "cli/options/proxy_text.hpp"
#include "cli/options/run_settings.hpp"
#include "cli/options/suggestion.hpp"
#include "cli/options/url_argument.hpp"
#include "cli/process/printable.hpp"
#include "cli/process/standard_streams.hpp"
#include "frontier/fetch_rules.hpp"
#include <cdp/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>

namespace cdp::cli {
namespace {

const char* const footer = R"(
Data goes to the standard output, everything else to the standard error.

Examples:
  cdp-scrape https://example.com/                    the rendered HTML of one page
  cdp-scrape -i urls.txt -o pages.jsonl -c 8         a record for every line, eight pages at once
  cdp-scrape -i - -f jsonl --order completion        URLs as they come, records as they are done
  cdp-scrape -i urls.txt -o pages.jsonl --state st   again: resumes where it ended
  cdp-scrape demo                                    see it work on a site of its own
  cdp-scrape doctor                                  see whether it can work here

Exit codes:
  0 all ok   1 internal error   2 usage   3 some URLs failed   4 input cannot be read   5 output cannot be
  written   6 browser cannot be started   7 browser keeps dying   8 state directory unusable   129 SIGHUP
  130 SIGINT   131 SIGQUIT   141 nobody reads the output   143 SIGTERM

Every option is also a variable (--wait: CDP_SCRAPE_WAIT) and a line of a --config file (wait=load); the
command line wins over the variable, and the variable over the file. Without --config, the file is that of
CDP_SCRAPE_CONFIG, or ~/.config/cdp-scrape/config. Times take units: 500ms, 30s, 2m.)";

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
    return "--dry-run does not go with --state: the journal would take what is only looked at for "
           "done";
  }
  if (arguments.overwrite && arguments.append) return "--overwrite does not go with --append";
  if (arguments.append && !arguments.output_dir.empty()) {
    return "--append does not go with --output-dir: the names of its files begin with positions in "
           "the input";
  }
  return {};
}

/// The subcommands. Options may stand behind them too.
struct Commands {
  CLI::App* demo;
  CLI::App* doctor;
  CLI::App* completion;
  CLI::App* man;
  CLI::App* help;
  std::shared_ptr<OptionFile> file;
};

Commands set_up(CLI::App& app, Arguments& arguments, const UsualFile& usual) {
  app.footer(footer);
  app.set_version_flag("--version", "cdp-scrape " CDP_SCRAPE_VERSION);
  app.set_config("--config", usual.path, "a file of options, one name=value a line", usual.required)
      ->type_name("FILE")
      ->take_last();
  Commands commands{};
  commands.file = std::make_shared<OptionFile>(app);
  app.config_formatter(commands.file);
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_options(app, arguments);
  for (const std::string& complaint : add_variables(app))
    arguments.notices.push_back({LogLevel::warn, complaint});
  commands.demo =
      app.add_subcommand("demo", "scrape an embedded site, sequentially and concurrently");
  commands.doctor =
      app.add_subcommand("doctor", "check that this machine can scrape, and how to fix it if not");
  commands.completion =
      app.add_subcommand("completion", "print completions for a shell: bash, zsh or fish");
  commands.completion->add_option("SHELL", arguments.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  commands.man = app.add_subcommand("man", "print the manual page");
  commands.help = app.add_subcommand("help", "print this help");
  for (CLI::App* command :
       {commands.demo, commands.doctor, commands.completion, commands.man, commands.help})
    command->fallthrough();
  return commands;
}

/// `a|b|c`, when the name of a type is such a list.
std::vector<std::string> choices_of(const std::string& type_name) {
  std::vector<std::string> choices;
  if (type_name.find('|') == std::string::npos || type_name.find('=') != std::string::npos)
    return choices;
  std::istringstream list(type_name);
  for (std::string choice; std::getline(list, choice, '|');)
    choices.push_back(choice);
  return choices;
}

constexpr const char* summary =
    "Scrape many web pages with headless Chromium and get their rendered HTML.";

ExitCode refuse(const std::string& text) {
  write_to_stderr(fmt::format("cdp-scrape: {}\n", printable(text)));
  return ExitCode::usage;
}

/// The whole of it, also where a command was given: CLI11 would show that command's alone.
ExitCode print_help() {
  Arguments nothing;
  CLI::App app(summary, "cdp-scrape");
  set_up(app, nothing, UsualFile{});
  return print_text(app.help());
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

}  // namespace

bool Arguments::prints_html() const {
  if (format != Format::automatic) return format == Format::html;
  return input.empty() && urls.size() == 1;
}

OutputOptions Arguments::output_options() const {
  OutputOptions options;
  options.file = output;
  options.directory = output_dir;
  options.append = append;
  options.html = prints_html() && output_dir.empty();
  options.state = state;
  options.retry_failed = retry_failed;
  options.settings = settings;
  return options;
}

CommandLine describe_command_line() {
  Arguments arguments;
  CLI::App app(summary, "cdp-scrape");
  set_up(app, arguments, UsualFile{});
  CommandLine line;
  line.summary = summary;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty()) continue;  // URL...
    OptionDescription description;
    if (!option->get_snames().empty()) description.short_name = "-" + option->get_snames().front();
    description.long_name = "--" + option->get_lnames().front();
    if (option->get_items_expected_max() > 0) description.value = option->get_type_name();
    description.help = option->get_description();
    description.group = option->get_group();
    description.choices = choices_of(description.value);
    line.options.push_back(std::move(description));
  }
  const auto is_command = [](const CLI::App* command) { return !command->get_name().empty(); };
  for (const CLI::App* command : app.get_subcommands(is_command))
    line.commands.push_back({command->get_name(), command->get_description()});
  return line;
}

Parsed parse_arguments(int argc, const char* const* argv) {
  Parsed parsed;
  CLI::App app(summary, "cdp-scrape");
  Arguments& arguments = parsed.arguments;
  const Commands commands = set_up(app, arguments, usual_option_file());
  if (const std::string fault = find_switch_fault_in(app, argc, argv); !fault.empty()) {
    parsed.end = refuse(fault);
    return parsed;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion&) {
    parsed.end = print_text("cdp-scrape " CDP_SCRAPE_VERSION "\n");
    return parsed;
  } catch (const CLI::Success&) {
    parsed.end = print_help();
    return parsed;
  } catch (const CLI::ParseError& error) {
    const std::string place = place_of(app, *commands.file, option_of(error), argc, argv);
    parsed.end = refuse(describe_usage_fault(app, error, place));
    return parsed;
  }
  if (commands.help->parsed()) {
    parsed.end = print_help();
    return parsed;
  }
  if (commands.demo->parsed()) arguments.command = Command::demo;
  if (commands.doctor->parsed()) arguments.command = Command::doctor;
  if (commands.completion->parsed()) arguments.command = Command::completion;
  if (commands.man->parsed()) arguments.command = Command::man;
  arguments.config = app.get_config_ptr()->as<std::string>();
  arguments.settings = settings_of(app);
  if (arguments.quiet) arguments.log_level = std::max(arguments.log_level, LogLevel::error);
  if (const std::string fault = read_proxy_environment(arguments.scrape); !fault.empty()) {
    parsed.end = refuse(fault);
    return parsed;
  }
  arguments.scrape.pictures.directory = arguments.output_dir;
  if (arguments.command != Command::scrape) {
    if (!arguments.urls.empty())
      parsed.end = refuse(fmt::format("'{}': a command does not go with a URL", arguments.urls[0]));
    return parsed;
  }
  std::string fault = read_url_arguments(arguments);
  if (fault.empty()) fault = find_contradiction(arguments);
  if (!fault.empty()) parsed.end = refuse(fault);
  return parsed;
}

}  // namespace cdp::cli
