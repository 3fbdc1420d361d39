#include "cli/options/manual.hpp"

#include "base/text/utf8.hpp"
#include <cdp/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cdp::cli {
namespace {

constexpr std::array exit_codes = {
    std::pair{"0", "Every URL is ok."},
    std::pair{"1", "A fault of cdp-scrape."},
    std::pair{"2", "The command line is wrong."},
    std::pair{"3", "Finished, and some URLs failed."},
    std::pair{"4", "The input cannot be read."},
    std::pair{"5", "The output cannot be written."},
    std::pair{"6", "The browser cannot be started, or connected to."},
    std::pair{"7", "The browser died five times within a minute."},
    std::pair{"8", "The state directory is in use, damaged, or of another run."},
    std::pair{"129, 130, 131, 143", "Ended by SIGHUP, SIGINT, SIGQUIT, SIGTERM."},
    std::pair{"141", "Nobody reads the output any more."},
};

constexpr std::array examples = {
    std::pair{"cdp-scrape https://example.com/", "The rendered HTML of one page."},
    std::pair{"cdp-scrape -i urls.txt -o pages.jsonl -c 8",
              "A record for every line, eight pages at once."},
    std::pair{"cdp-scrape -i - -f jsonl --order completion",
              "URLs as they come, records as they are done."},
    std::pair{"cdp-scrape -i urls.txt -o pages.jsonl --report run.html",
              "And a page about the run, to be opened with a browser."},
};

/// Text that roff shows as it is.
std::string roff(std::string_view text) {
  std::string safe;
  if (text.starts_with('.') || text.starts_with('\'')) safe += "\\&";
  while (!text.empty()) {
    const CodePoint point = code_point_at(text);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    constexpr unsigned ellipsis = 0x2026;  // which terminals without UTF-8 cannot show
    if (point.value == ellipsis) {
      safe += "...";
    } else if (length > 1) {
      safe += fmt::format("\\[u{:04X}]", point.value);
    } else if (text.front() == '\\') {
      safe += "\\e";
    } else if (text.front() == '-') {
      safe += "\\-";
    } else if (text.front() == '\'') {
      safe += "\\(aq";
    } else {
      safe += text.front() == '\n' ? ' ' : text.front();
    }
    text.remove_prefix(length);
  }
  return safe;
}

std::string option_text(const OptionDescription& option) {
  std::string names;
  if (!option.short_name.empty()) names = fmt::format("\\fB{}\\fR, ", roff(option.short_name));
  names += fmt::format("\\fB{}\\fR", roff(option.long_name));
  if (!option.value.empty()) names += fmt::format(" \\fI{}\\fR", roff(option.value));
  return fmt::format(".TP\n{}\n{}\n", names, roff(option.help));
}

}  // namespace

std::string manual_page(const CommandLine& line) {
  std::string page = fmt::format(
      ".TH CDP\\-SCRAPE 1 \"\" \"cdp\\-scrape {}\" \"User Commands\"\n"
      ".SH NAME\ncdp\\-scrape \\- rendered HTML out of many pages, by headless Chromium\n"
      ".SH SYNOPSIS\n.B cdp\\-scrape\n[\\fIOPTIONS\\fR] \\fIURL\\fR...\n",
      CDP_SCRAPE_VERSION);
  for (const CommandDescription& command : line.commands) {
    page += fmt::format(".br\n.B cdp\\-scrape {}{}\n", roff(command.name),
                        command.name == "completion" ? " bash|zsh|fish" : "");
  }
  page +=
      ".SH DESCRIPTION\nScrapes web pages with Chromium, or over plain HTTP where that is enough, "
      "many at once.\nData goes to the standard output, everything else to the standard error.\n"
      ".SH COMMANDS\n";
  for (const CommandDescription& command : line.commands)
    page += fmt::format(".TP\n.B {}\n{}\n", roff(command.name), roff(command.help));
  page += ".SH OPTIONS\n";
  std::vector<std::string> groups;
  for (const OptionDescription& option : line.options)
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end())
      groups.push_back(option.group);
  for (const std::string& group : groups) {
    page += fmt::format(".SS {}\n", roff(group == "Options" ? "General" : group));
    for (const OptionDescription& option : line.options)
      if (option.group == group) page += option_text(option);
  }
  page += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_codes)
    page += fmt::format(".TP\n.B {}\n{}\n", code, roff(meaning));
  page +=
      ".SH ENVIRONMENT\nEvery option is also a variable and a line of a\n.B \\-\\-config\nfile: "
      "\\fB\\-\\-log\\-level\\fR is\n.B CDP_SCRAPE_LOG_LEVEL\nand\n.BR log\\-level=info .\n"
      "The command line wins over the variable, and the variable over the file.\n"
      ".SH FILES\n.TP\n.I ~/.config/cdp\\-scrape/config\nOptions, unless\n.B \\-\\-config\nor\n"
      ".B CDP_SCRAPE_CONFIG\nnames another file.\n.SH EXAMPLES\n";
  for (const auto& [command, meaning] : examples)
    page += fmt::format(".TP\n.B {}\n{}\n", roff(command), roff(meaning));
  return page;
}

}  // namespace cdp::cli
