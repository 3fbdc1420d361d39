#include "cli/commands/manual.hpp"

#include "base/text/utf8.hpp"
#include "cli/process/exit_code.hpp"
#include <cdp/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace cdp::cli {
namespace {

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

std::string sentence(std::string_view text) {
  std::string sentence(text);
  sentence.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence.front())));
  return sentence + ".";
}

std::string option_text(const OptionDescription& option) {
  std::string names;
  if (!option.short_name.empty()) names = fmt::format("\\fB{}\\fR, ", roff(option.short_name));
  names += fmt::format("\\fB{}\\fR", roff(option.long_name));
  if (!option.value.empty()) names += fmt::format(" \\fI{}\\fR", roff(option.value));
  return fmt::format(".TP\n{}\n{}\n", names, roff(option.full_help()));
}

}  // namespace

std::string manual_page(const CommandLine& line) {
  std::string page = fmt::format(
      ".TH CDP\\-SCRAPE 1 {} \"cdp\\-scrape {}\" \"User Commands\"\n"
      ".SH NAME\ncdp\\-scrape \\- scrape many web pages with headless Chromium\n"
      ".SH SYNOPSIS\n.B cdp\\-scrape\n[\\fIOPTIONS\\fR] \\fIURL\\fR...\n",
      CDP_SCRAPE_DATE, CDP_SCRAPE_VERSION);
  for (const CommandDescription& command : line.commands) {
    page += fmt::format(".br\n.B cdp\\-scrape {}{}\n", roff(command.name),
                        command.argument.empty() ? "" : " " + roff(command.argument));
  }
  page +=
      ".SH DESCRIPTION\nScrapes web pages with Chromium, or over plain HTTP where that is enough, "
      "many at once.\nData goes to the standard output, everything else to the standard error.\n"
      ".SH COMMANDS\n";
  for (const CommandDescription& command : line.commands)
    page += fmt::format(
        ".TP\n.B {}\n{}\n", roff(command.name),
        roff(sentence(command.help)) + (command.more.empty() ? "" : "\n" + roff(command.more)));
  page += ".SH OPTIONS\n";
  for (const std::string& group : line.groups()) {
    page += fmt::format(".SS {}\n", roff(group));
    for (const OptionDescription& option : line.options)
      if (option.group == group) page += option_text(option);
  }
  page += ".SH EXIT STATUS\n";
  for (const ExitCode code : exit_codes())
    page +=
        fmt::format(".TP\n.B {}\n{}\n", static_cast<int>(code), roff(sentence(meaning_of(code))));
  page +=
      ".SH ENVIRONMENT\nEvery option is also a variable and a line of a\n.B \\-\\-config\nfile: "
      "\\fB\\-\\-log\\-level\\fR is\n.B CDP_SCRAPE_LOG_LEVEL\nand\n.BR log\\-level=info .\n"
      "The command line wins over the variable, and the variable over the file.\n"
      ".SH FILES\n.TP\n.I ~/.config/cdp\\-scrape/config\nOptions, unless\n.B \\-\\-config\nor\n"
      ".B CDP_SCRAPE_CONFIG\nnames another file.\n.SH EXAMPLES\n";
  for (const Example& example : line.examples)
    page += fmt::format(".TP\n.B {}\n{}\n", roff(example.command), roff(sentence(example.meaning)));
  return page;
}

}  // namespace cdp::cli
