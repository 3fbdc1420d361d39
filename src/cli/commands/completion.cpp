#include "cli/commands/completion.hpp"

#include "cli/options/option_types.hpp"

#include <fmt/format.h>

#include <string_view>

namespace cdp::cli {
namespace {

bool takes_file(const OptionDescription& option) {
  return option.value.find("FILE") != std::string::npos ||
         option.value.find("PATH") != std::string::npos ||
         option.value.find("DIR") != std::string::npos;
}

/// For between single quotes of a POSIX shell.
std::string shell_quoted(std::string_view text) {
  std::string safe = "'";
  for (const char c : text)
    safe += c == '\'' ? "'\\''" : std::string(1, c);
  return safe + "'";
}

/// For between single quotes in fish, which has its own escapes.
std::string fish_quoted(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + "'";
}

/// What stands between `[` and `]` of zsh's _arguments, or between its colons.
std::string zsh_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

constexpr std::string_view shells = "bash zsh fish";

std::string bash_script(const CommandLine& line) {
  std::string words;
  std::string values;
  std::string files;
  std::string others;
  for (const OptionDescription& option : line.options) {
    const std::string names =
        option.short_name.empty() ? option.long_name : option.short_name + "|" + option.long_name;
    words += option.long_name + " ";
    if (!option.short_name.empty()) words += option.short_name + " ";
    if (option.value.empty()) continue;
    if (!option.choices.empty()) {
      values += fmt::format("    {})\n      words={}\n      ;;\n", names,
                            shell_quoted(joined(option.choices, " ")));
    } else {
      std::string& list = takes_file(option) ? files : others;
      list += (list.empty() ? "" : "|") + names;
    }
  }
  // bash takes "--wait=lo" for three words.
  return fmt::format(R"(# bash completion for cdp-scrape
_cdp_scrape() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} words=
  if [[ $cur == "=" ]]; then
    cur=
  elif [[ $prev == "=" && COMP_CWORD -gt 1 ]]; then
    prev=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  COMPREPLY=()
  case $prev in
{0}    {1})
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    {2})
      return
      ;;
    completion)
      words='{3}'
      ;;
    *)
      if [[ $cur == -* ]]; then
        words='{4}'
      elif ((COMP_CWORD == 1)); then
        words='{5}'
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}}
complete -F _cdp_scrape cdp-scrape
)",
                     values, files, others, shells, words, joined(line.command_names(), " "));
}

std::string zsh_script(const CommandLine& line) {
  std::string arguments;
  for (const OptionDescription& option : line.options) {
    std::string spec = "[" + zsh_text(option.full_help()) + "]";
    if (!option.value.empty()) {
      spec += ":" + zsh_text(option.choices.empty() ? option.value : "value") + ":";
      if (!option.choices.empty()) spec += "(" + joined(option.choices, " ") + ")";
      if (takes_file(option)) spec += "_files";
    }
    if (option.short_name.empty()) {
      arguments += "    " + shell_quoted("*" + option.long_name + spec) + " \\\n";
    } else {
      arguments += fmt::format("    '*'{{{},{}}}{} \\\n", option.short_name, option.long_name,
                               shell_quoted(spec));
    }
  }
  return fmt::format(R"(#compdef cdp-scrape
_cdp_scrape() {{
  _arguments -s \
{}    '1:URL or command:({})' \
    '*:URL:_urls'
}}
if [[ ${{funcstack[1]}} == _cdp-scrape ]]; then
  _cdp_scrape "$@"
else
  compdef _cdp_scrape cdp-scrape
fi
)",
                     arguments, joined(line.command_names(), " "));
}

std::string fish_script(const CommandLine& line) {
  std::string script = "# fish completion for cdp-scrape\ncomplete -c cdp-scrape -f\n";
  for (const CommandDescription& command : line.commands) {
    script += fmt::format("complete -c cdp-scrape -n __fish_use_subcommand -a {} -d {}\n",
                          command.name, fish_quoted(command.help));
  }
  script += fmt::format(
      "complete -c cdp-scrape -n '__fish_seen_subcommand_from completion' -a '{}'\n", shells);
  for (const OptionDescription& option : line.options) {
    script += "complete -c cdp-scrape";
    if (!option.short_name.empty()) script += " -s " + option.short_name.substr(1);
    script += " -l " + option.long_name.substr(2);
    if (!option.value.empty()) script += takes_file(option) ? " -r -F" : " -x";
    if (!option.choices.empty()) script += " -a " + fish_quoted(joined(option.choices, " "));
    script += " -d " + fish_quoted(option.full_help()) + "\n";
  }
  return script;
}

}  // namespace

std::string completion_script(const std::string& shell, const CommandLine& line) {
  if (shell == "zsh") return zsh_script(line);
  if (shell == "fish") return fish_script(line);
  return bash_script(line);
}

}  // namespace cdp::cli
