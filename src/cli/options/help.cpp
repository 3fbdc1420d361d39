#include "cli/options/help.hpp"

#include "cli/process/colour.hpp"
#include "cli/process/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

namespace cdp::cli {
namespace {

constexpr std::size_t page_width = 80;

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width)
      lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

/// A name, and beside it what it means; below it, when the name is too long for that.
std::string entry(const std::string& name, std::string_view meaning, std::size_t column) {
  const std::vector<std::string> lines = wrapped(meaning, page_width - column);
  const std::string start = "  " + name;
  std::string text = start;
  bool first = start.size() + 2 <= column;
  if (!first) text += '\n';
  for (const std::string& line : lines) {
    text += fmt::format("{}{}\n", std::string(column - (first ? start.size() : 0), ' '), line);
    first = false;
  }
  return text;
}

std::string heading(std::string_view text, bool in_colour) {
  return fmt::format("\n{}\n", in_colour ? coloured(text, Colour::bold) : std::string(text));
}

/// The first clause of it, and what is usual.
std::string in_brief(OptionDescription option) {
  for (const std::string_view end : {"; ", ". "})
    option.help = option.help.substr(0, option.help.find(end));
  return option.full_help();
}

std::string option_entry(const OptionDescription& option, const std::string& help) {
  constexpr std::size_t column = 29;
  std::string name = option.short_name.empty() ? "    " : option.short_name + ", ";
  name += option.long_name;
  if (!option.value.empty()) name += " " + option.value;
  return entry(name, help, column);
}

/// The options, below the headings of their groups.
/// @param describe what to say of one; empty: leave it out
std::string options(const CommandLine& line, bool in_colour,
                    const std::function<std::string(const OptionDescription&)>& describe) {
  std::string text;
  for (const std::string& group : line.groups()) {
    std::string entries;
    for (const OptionDescription& option : line.options) {
      const std::string help = option.group == group ? describe(option) : "";
      if (!help.empty()) entries += option_entry(option, help);
    }
    if (!entries.empty()) text += heading(group, in_colour) + entries;
  }
  return text;
}

std::string beginning(const CommandLine& line) {
  return fmt::format(
      "{}\n\nUsage: cdp-scrape [OPTIONS] URL...\n       cdp-scrape COMMAND [OPTIONS]\n",
      line.summary);
}

/// A command as it is typed: `help [COMMAND]`.
std::string usage_of(const CommandDescription& command) {
  return command.argument.empty() ? command.name : command.name + " " + command.argument;
}

std::string commands(const CommandLine& line, bool in_colour) {
  constexpr std::size_t column = 29;
  std::string text = heading("Commands", in_colour);
  for (const CommandDescription& command : line.commands)
    text += entry(usage_of(command), command.help, column);
  return text;
}

std::string examples(const CommandLine& line, bool in_colour) {
  std::string text = heading("Examples", in_colour);
  for (const Example& example : line.examples)
    text += fmt::format("  {}\n      {}\n", example.command, example.meaning);
  return text;
}

std::string exit_codes(bool in_colour) {
  constexpr std::size_t column = 7;
  std::string text = heading("Exit codes", in_colour);
  for (const ExitCode code : cli::exit_codes())
    text += entry(std::to_string(static_cast<int>(code)), meaning_of(code), column);
  return text;
}

std::string paragraph(std::string_view text) {
  std::string paragraph;
  for (const std::string& line : wrapped(text, page_width))
    paragraph += line + '\n';
  return paragraph;
}

}  // namespace

std::string short_help(const CommandLine& line, bool in_colour) {
  const auto brief_of_first = [](const OptionDescription& option) {
    return option.matters_first ? in_brief(option) : "";
  };
  return beginning(line) + options(line, in_colour, brief_of_first) + commands(line, in_colour) +
         "\nAll options: cdp-scrape --help all. Manual: cdp-scrape man | man -l -\n";
}

std::string long_help(const CommandLine& line, bool in_colour) {
  return beginning(line) +
         "\nResults go to the standard output, messages to the standard error.\n" +
         options(line, in_colour, [](const auto& option) { return option.full_help(); }) +
         commands(line, in_colour) + examples(line, in_colour) + exit_codes(in_colour) +
         heading("Variables and files", in_colour) +
         paragraph(
             "Every option is also a variable (--wait: CDP_SCRAPE_WAIT) and a line of the "
             "--config file (wait=load). The command line wins over the variable, and the "
             "variable over the file. Times take units: 500ms, 30s, 2m.");
}

std::string command_help(const CommandLine& line, Command command, bool in_colour) {
  const auto found =
      std::find_if(line.commands.begin(), line.commands.end(),
                   [&](const CommandDescription& known) { return known.command == command; });
  if (found == line.commands.end()) return long_help(line, in_colour);
  return fmt::format("Usage: cdp-scrape {} [OPTIONS]\n\n{}: {}\n\n{}", usage_of(*found),
                     in_colour ? coloured(found->name, Colour::bold) : found->name, found->help,
                     paragraph(found->more)) +
         "\nAll options: cdp-scrape --help all\n";
}

}  // namespace cdp::cli
