// What there is to choose, for people: the tables of options and commands without their machinery.
#include "cli/options/option_table.hpp"

#include <algorithm>

namespace cdp::cli {
namespace {

OptionDescription describe(const Option& option) {
  return {.short_name = option.letter,
          .long_name = option.name,
          .value = option.type.value,
          .help = option.help,
          .usual = option.usual,
          .group = option.group,
          .choices = option.type.choices,
          .matters_first = option.matters_first};
}

std::vector<Example> examples() {
  return {
      {"cdp-scrape https://example.com/", "the rendered HTML of one page"},
      {"cdp-scrape -i urls.txt -o pages.jsonl -c 8", "a record per line, 8 pages at once"},
      {"cdp-scrape -i urls.txt -o pages.jsonl --state st", "repeat it to resume"},
      {"cdp-scrape -i - -f jsonl --order completion", "a filter: URLs in, records out"},
      {"cdp-scrape -i urls.txt --output-dir pages --screenshot", "files and pictures"},
  };
}

}  // namespace

Arguments::Arguments() {
  scrape.robots = RobotsPolicy::automatic;
  scrape.skip_duplicates = true;
  scrape.adapt = true;
}

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

std::string OptionDescription::full_help() const {
  return usual.empty() ? help : help + " [" + usual + "]";
}

std::vector<std::string> CommandLine::groups() const {
  std::vector<std::string> groups;
  for (const OptionDescription& option : options)
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end())
      groups.push_back(option.group);
  return groups;
}

std::vector<std::string> CommandLine::command_names() const {
  std::vector<std::string> names;
  for (const CommandDescription& command : commands)
    names.push_back(command.name);
  return names;
}

CommandLine describe_command_line() {
  Arguments nobody;
  CommandLine line;
  line.summary = "Scrape many web pages with headless Chromium and get their rendered HTML.";
  for (const Option& option : option_table(nobody))
    if (option.name.starts_with("--")) line.options.push_back(describe(option));
  line.commands = command_table();
  line.examples = examples();
  return line;
}

}  // namespace cdp::cli
