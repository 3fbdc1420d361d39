// The commands besides scraping.
#include "cli/options/option_table.hpp"

namespace cdp::cli {

std::vector<CommandDescription> command_table() {
  return {
      {.command = Command::demo,
       .name = "demo",
       .argument = "",
       .help = "scrape an embedded site, sequentially and concurrently",
       .more =
           "Serves a small site on the loopback interface, scrapes it page by page and then all "
           "pages at once, and shows both logs. It takes the options of the browser, such as "
           "--chrome."},
      {.command = Command::doctor,
       .name = "doctor",
       .argument = "",
       .help = "check that this machine can scrape, and how to fix it if not",
       .more =
           "Looks at the directory for temporary files, shared memory, memory, limits, fonts and "
           "the browser, starts it and renders a page. Each line says ok, warn or FAIL, and what "
           "to do about it. It takes the options of a run, and exits with 0 when pages can be "
           "scraped, else with 6."},
      {.command = Command::completion,
       .name = "completion",
       .argument = "bash|zsh|fish",
       .help = "print completions for a shell: bash, zsh or fish",
       .more =
           "For this shell: source <(cdp-scrape completion bash). For zsh write them to "
           "_cdp-scrape in a directory of $fpath; for fish: cdp-scrape completion fish | source."},
      {.command = Command::man,
       .name = "man",
       .argument = "",
       .help = "print the manual page",
       .more = "To read it: cdp-scrape man | man -l -"},
      {.command = Command::help,
       .name = "help",
       .argument = "[COMMAND]",
       .help = "print all options, or what a command does",
       .more = ""},
  };
}

}  // namespace cdp::cli
