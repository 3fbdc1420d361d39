// The one file that pays for CLI11.
#include "cli/arguments.hpp"

#include "cli/option_text.hpp"
#include <cdp/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>

namespace cdp::cli {
namespace {

const char* const footer = R"(
Data goes to the standard output, everything else to the standard error.

Examples:
  cdp-scrape https://example.com/                    the rendered HTML of one page
  cdp-scrape -i urls.txt -o pages.jsonl -c 8         a record for every line, eight pages at once
  cdp-scrape -i - -f jsonl --order completion        URLs as they come, records as they are done
  cdp-scrape -i urls.txt -o pages.jsonl --state st   the same again goes on where it ended
  cdp-scrape demo                                    see it work on a site of its own
  cdp-scrape doctor                                  see whether it can work here

Exit codes:
  0 all ok   1 internal error   2 usage   3 some URLs failed   4 input cannot be read   5 output cannot be
  written   6 browser cannot be started   7 browser keeps dying   8 state directory unusable   130 SIGINT   143 SIGTERM

Every option is also a variable (--wait: CDP_SCRAPE_WAIT) and a line of a --config file (wait=load); the
command line wins over the variable, and the variable over the file.)";

const std::map<std::string, WaitUntil> wait_names = {
    {"load", WaitUntil::load},
    {"domcontentloaded", WaitUntil::domcontentloaded},
    {"networkidle", WaitUntil::networkidle},
    {"auto", WaitUntil::automatic}};
const std::map<std::string, OnTimeout> on_timeout_names = {{"partial", OnTimeout::partial},
                                                           {"fail", OnTimeout::fail}};
const std::map<std::string, FetchMode> fetch_names = {
    {"browser", FetchMode::browser}, {"http", FetchMode::http}, {"auto", FetchMode::automatic}};
const std::map<std::string, RobotsPolicy> robots_names = {{"obey", RobotsPolicy::obey},
                                                          {"ignore", RobotsPolicy::ignore}};
const std::map<std::string, bool> switch_names = {{"on", true}, {"off", false}};
const std::map<std::string, bool> duplicate_names = {{"skip", true}, {"keep", false}};
const std::map<std::string, Order> order_names = {{"input", Order::input},
                                                  {"completion", Order::completion}};
const std::map<std::string, Format> format_names = {{"html", Format::html},
                                                    {"jsonl", Format::jsonl}};
const std::map<std::string, FramePace> frame_pace_names = {
    {"auto", FramePace::automatic}, {"screen", FramePace::screen}, {"paced", FramePace::paced}};
const std::map<std::string, TransportKind> transport_names = {
    {"auto", TransportKind::automatic},
    {"websocket", TransportKind::websocket},
    {"pipe", TransportKind::pipe}};
const std::map<std::string, LogFormat> log_format_names = {{"text", LogFormat::text},
                                                           {"json", LogFormat::json}};
const std::map<std::string, LogLevel> log_level_names = {
    {"trace", LogLevel::trace}, {"debug", LogLevel::debug}, {"info", LogLevel::info},
    {"warn", LogLevel::warn},   {"error", LogLevel::error}, {"off", LogLevel::off}};

/// Accepts the names of a table, and says them all when there is another.
template <class Value>
CLI::Option* add_choice(CLI::App& app, const std::string& flags, Value& value,
                        const std::map<std::string, Value>& names, const std::string& help) {
  std::string choices;
  for (const auto& [name, ignored] : names)
    choices += (choices.empty() ? "" : "|") + name;
  const auto check = [&names, choices](const std::string& text) {
    return names.contains(text) ? std::string() : "'" + text + "' is none of " + choices;
  };
  const auto set = [&names, &value](const std::string& text) { value = names.at(text); };
  return app.add_option_function<std::string>(flags, set, help)->check(check)->type_name(choices);
}

CLI::Option* add_seconds(CLI::App& app, const std::string& flags, std::chrono::milliseconds& value,
                         const std::string& help) {
  const auto set = [&value](const double& seconds) {
    value = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  };
  constexpr double shortest = 0.001;
  constexpr double longest = 7.0 * 24 * 3600;
  return app.add_option_function<double>(flags, set, help)
      ->check(CLI::Range(shortest, longest))
      ->type_name("SECONDS");
}

CLI::Option* add_milliseconds(CLI::App& app, const std::string& flags,
                              std::chrono::milliseconds& value, const std::string& help) {
  const auto set = [&value](const std::int64_t& count) {
    value = std::chrono::milliseconds(count);
  };
  constexpr std::int64_t longest = 24LL * 3600 * 1000;
  return app.add_option_function<std::int64_t>(flags, set, help)
      ->check(CLI::Range(std::int64_t{0}, longest))
      ->type_name("MS");
}

/// An option whose text is read by a function that returns what is wrong with it, or nothing.
using Reader = std::function<std::string(const std::string&)>;

CLI::Option* add_text(CLI::App& app, const std::string& flags, Reader read,
                      const std::string& help) {
  return app
      .add_option_function<std::vector<std::string>>(
          flags,
          [flags, read = std::move(read)](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              const std::string fault = read(text);
              if (!fault.empty()) throw CLI::ValidationError(flags, fault);
            }
          },
          help)
      ->allow_extra_args(false);
}

void add_input_and_output(CLI::App& app, Arguments& arguments) {
  const char* const group = "Input and output";
  app.add_option("URL", arguments.urls, "pages to scrape")->group(group);
  app.add_option(
         "-i,--input", arguments.input,
         "a file of URLs, one a line; '-' is the standard input; blank lines and # "
         "comments are skipped; "
         "a line may be a JSON object {\"url\": …} with options of that page: timeout, wait, "
         "wait_selector, delay, fetch, headers; and data, which the record repeats")
      ->type_name("FILE")
      ->group(group);
  CLI::Option* output =
      app.add_option("-o,--output", arguments.output,
                     "where to write, '-' is the standard output; .gz and .zst are compressed")
          ->type_name("FILE")
          ->group(group);
  CLI::Option* directory =
      app.add_option("--output-dir", arguments.output_dir,
                     "write a file per URL there, and index.jsonl with the records")
          ->excludes(output)
          ->type_name("DIR")
          ->group(group);
  ScrapeOptions::Pictures& pictures = arguments.scrape.pictures;
  app.add_flag("--screenshot", pictures.screenshots, "and a picture of each page (PNG)")
      ->needs(directory)
      ->group(group);
  app.add_flag("--pdf", pictures.pdfs, "and each page as printed (PDF)")
      ->needs(directory)
      ->group(group);
  CLI::Option* state =
      app.add_option("--state", arguments.state,
                     "keep a journal there: the same command again goes on where a run ended, "
                     "however it ended")
          ->type_name("DIR")
          ->group(group);
  app.add_flag("--retry-failed", arguments.retry_failed, "try URLs again that failed before")
      ->needs(state)
      ->group(group);
  add_choice(app, "-f,--format", arguments.format, format_names,
             "html: the pages' HTML; jsonl: a record per URL, one a line [html for a single URL, "
             "else jsonl]")
      ->group(group);
  add_choice(app, "--order", arguments.scrape.order, order_names,
             "in which order records come [input]")
      ->group(group);
}

void add_scraping(CLI::App& app, Arguments& arguments) {
  const char* const group = "Scraping";
  constexpr int most_pages = 256;
  app.add_option("-c,--concurrency", arguments.scrape.concurrency,
                 "pages at once; 1: one after the other [2 a core]")
      ->check(CLI::Range(1, most_pages))
      ->type_name("N")
      ->group(group);
  arguments.scrape.adapt = true;
  add_choice(app, "--adapt", arguments.scrape.adapt, switch_names,
             "run fewer pages at once while memory is short; and, without -c, while processors are "
             "[on]")
      ->group(group);
  WaitOptions& wait = arguments.scrape.wait;
  add_choice(app, "--wait", wait.until, wait_names,
             "when a page is done; auto: after load, when network and DOM have come to rest [auto]")
      ->group(group);
  app.add_option("--wait-selector", wait.selector, "and when this matches")
      ->type_name("CSS")
      ->group(group);
  app.add_option("--wait-function", wait.function, "and when this expression is true")
      ->type_name("JS")
      ->group(group);
  add_milliseconds(app, "--delay", wait.delay, "and after this time")->group(group);
  add_milliseconds(app, "--settle-limit", wait.settle_limit,
                   "how long after load auto and networkidle may take [5000]")
      ->group(group);
  add_seconds(app, "--timeout", arguments.scrape.timeout,
              "hard limit for each URL, everything included [60]")
      ->group(group);
  add_choice(
      app, "--on-timeout", arguments.scrape.on_timeout, on_timeout_names,
      "what to do with a page that is not done by then: its HTML as it is, or a failure [partial]")
      ->group(group);
  ContentOptions& content = arguments.scrape.content;
  app.add_flag("--iframes", content.frames, "put the documents of iframes into their srcdoc")
      ->group(group);
  app.add_flag("--shadow", content.shadow_roots,
               "put shadow roots, closed ones too, into templates with shadowrootmode")
      ->group(group);
  constexpr int most_scrolls = 10'000;
  app.add_option("--scroll", wait.scrolls,
                 "scroll down so many screens at the most, for what loads on sight [0]")
      ->check(CLI::Range(0, most_scrolls))
      ->type_name("N")
      ->group(group);
  app.add_option("--max-html", content.max_bytes, "cut longer HTML")
      ->check(CLI::PositiveNumber)
      ->type_name("BYTES")
      ->group(group);
  app.add_option("--save-files", arguments.scrape.save_files,
                 "save what is no page (PDF, archives, attachments) into this directory; otherwise "
                 "it is a failure, with the code download")
      ->type_name("DIR")
      ->group(group);
  constexpr int most_retries = 100;
  app.add_option("--retries", arguments.scrape.retries,
                 "further attempts after failures that may pass [2]")
      ->check(CLI::Range(0, most_retries))
      ->type_name("N")
      ->group(group);
  add_seconds(app, "--drain", arguments.drain,
              "what a first SIGINT or SIGTERM leaves to pages under way [10]")
      ->group(group);
}

void add_fetching(CLI::App& app, Arguments& arguments) {
  const char* const group = "Fetching";
  ScrapeOptions& scrape = arguments.scrape;
  add_choice(app, "--fetch", scrape.fetch, fetch_names,
             "browser: rendered; http: as the server sends it, without a browser; auto: over HTTP "
             "first, and rendered when scripts seem to make the page [browser]")
      ->group(group);
  add_text(
      app, "--rule", [&scrape](const std::string& text) { return read_rule(text, scrape.rules); },
      "how URLs are fetched in which a regular expression is found; the first rule that fits wins; "
      "may be repeated")
      ->type_name("'REGEX=browser|http|auto'")
      ->group(group);
  constexpr double all = 100;
  app.add_option(
         "--verify", scrape.verify_percent,
         "render that many of a hundred pages fetched over HTTP again, and report those that "
         "lack text [0]")
      ->check(CLI::Range(0.0, all))
      ->type_name("PERCENT")
      ->group(group);
}

void add_politeness(CLI::App& app, Arguments& arguments) {
  const char* const group = "Politeness";
  ScrapeOptions& scrape = arguments.scrape;
  // A list may come from anywhere: its servers decide about more than a handful of their pages.
  scrape.robots = RobotsPolicy::automatic;
  scrape.skip_duplicates = true;
  constexpr int most_pages = 256;
  app.add_option("--per-host", scrape.per_host, "pages of one host at once [as --concurrency]")
      ->check(CLI::Range(1, most_pages))
      ->type_name("N")
      ->group(group);
  add_milliseconds(app, "--host-delay", scrape.host_delay,
                   "time between the starts of two requests for pages of one host [0]")
      ->group(group);
  add_choice(app, "--robots", scrape.robots, robots_names,
             "whether robots.txt is followed [from the sixth URL of a site on]")
      ->group(group);
  add_choice(app, "--duplicates", scrape.skip_duplicates, duplicate_names,
             "what to do with URLs that stood in the input before [skip]")
      ->group(group);
  app.add_flag("--dry-run", scrape.dry_run, "read and check the input only: no request, no browser")
      ->group(group);
}

void add_identity(CLI::App& app, Arguments& arguments) {
  const char* const group = "Identity and network";
  ScrapeOptions& scrape = arguments.scrape;
  PageOptions& page = scrape.page;
  add_text(
      app, "-H,--header",
      [&page](const std::string& text) { return read_header(text, page.headers); },
      "sent with every request; may be repeated")
      ->type_name("'K: V'")
      ->group(group);
  app.add_option("--user-agent", page.user_agent, "instead of the browser's own")
      ->type_name("TEXT")
      ->group(group);
  add_text(
      app, "--cookie-file",
      [&scrape](const std::string& path) { return add_cookies(path, scrape.cookies); },
      "cookies, as JSON or in Netscape's form (cookies.txt)")
      ->type_name("FILE")
      ->group(group);
  add_text(
      app, "--viewport",
      [&page](const std::string& text) { return read_viewport(text, page.viewport); },
      "size of the page in CSS pixels")
      ->type_name("WxH")
      ->group(group);
  app.add_option("--locale", page.locale, "such as de-DE")->type_name("LOCALE")->group(group);
  app.add_option("--timezone", page.timezone, "such as Europe/Berlin")
      ->type_name("ZONE")
      ->group(group);
  add_text(
      app, "--proxy", [&scrape](const std::string& text) { return read_proxy(text, scrape); },
      "for all pages: scheme://[user:pass@]host:port; scheme http, https, socks5")
      ->type_name("URL")
      ->group(group);
  add_text(
      app, "--auth", [&page](const std::string& text) { return read_credentials(text, page); },
      "HTTP authentication, for the origin of each URL only")
      ->type_name("USER:PASS")
      ->group(group);
  app.add_flag("--insecure", page.ignore_certificate_errors, "accept any certificate")
      ->group(group);
  app.add_option("--block", page.blocked_types,
                 "resource types not to load: image,font,media,stylesheet,…")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"stylesheet", "image", "media", "font", "script", "texttrack", "xhr",
                             "fetch", "eventsource", "websocket", "manifest", "ping", "other"}))
      ->type_name("TYPE,…")
      ->group(group);
  app.add_option("--block-url", page.blocked_urls,
                 "URL pattern not to load, * is any text; may be repeated")
      ->allow_extra_args(false)
      ->type_name("PATTERN")
      ->group(group);
}

void add_browser(CLI::App& app, Arguments& arguments) {
  const char* const group = "Browser";
  LaunchOptions& launch = arguments.scrape.launch;
  app.add_option("--chrome", launch.chrome, "the browser's program [Debian's, then PATH]")
      ->type_name("PATH")
      ->group(group);
  app.add_option("--chrome-arg", launch.chrome_args, "a further argument for it, may be repeated")
      ->type_name("ARG")
      ->allow_extra_args(false)
      ->group(group);
  BrowserLimits& limits = arguments.scrape.limits;
  constexpr int most_pages = 1'000'000;
  app.add_option("--browser-pages", limits.pages,
                 "pages after which another browser takes over; 0: never [500]")
      ->check(CLI::Range(0, most_pages))
      ->type_name("N")
      ->group(group);
  const auto set_memory = [&limits](const std::size_t& megabytes) {
    limits.memory = megabytes << 20U;
  };
  constexpr std::size_t most_megabytes = 1'000'000;
  app.add_option_function<std::size_t>("--browser-memory", set_memory,
                                       "or when it takes so much memory")
      ->check(CLI::Range(std::size_t{0}, most_megabytes))
      ->type_name("MB")
      ->group(group);
  const auto set_disk = [&limits](const std::size_t& megabytes) { limits.disk = megabytes << 20U; };
  app.add_option_function<std::size_t>("--browser-disk", set_disk,
                                       "what its pages may write to the disk; 0: any amount [500]")
      ->check(CLI::Range(std::size_t{0}, most_megabytes))
      ->type_name("MB")
      ->group(group);
  app.add_flag("--no-sandbox", launch.no_sandbox,
               "run it without its sandbox; only for pages you trust")
      ->group(group);
  constexpr int most_renderers = 256;
  const auto set_renderers = [&scrape = arguments.scrape](int number) {
    scrape.launch.renderers = number;
    scrape.share_renderers = number > 0;
  };
  app.add_option_function<int>("--renderers", set_renderers,
                               "renderer processes that pages of one site share at the most; 0: "
                               "each page has its own [one for two cores]")
      ->check(CLI::Range(0, most_renderers))
      ->type_name("N")
      ->group(group);
  add_choice(app, "--frames", arguments.scrape.frame_pace, frame_pace_names,
             "how often pages are drawn: paced: ten times a second while they load; auto: that, "
             "where no more than load is waited for [auto]")
      ->group(group);
  constexpr int most_uses = 1'000'000;
  app.add_option(
         "--recycle", arguments.scrape.recycle,
         "pages a tab is used for, one after the other, as far as they leave nothing behind "
         "in it [1]")
      ->check(CLI::Range(1, most_uses))
      ->type_name("N")
      ->group(group);
  add_seconds(app, "--launch-timeout", launch.timeout, "how long it may take to start [30]")
      ->group(group);
  add_choice(app, "--transport", launch.transport, transport_names,
             "how to talk to it; auto: by a pipe, which no other user can reach, when there are "
             "cookies, headers or credentials, else by a WebSocket [auto]")
      ->group(group);
  app.add_option("--connect", arguments.scrape.connect,
                 "use a running browser instead, by its ws:// URL")
      ->type_name("WS_URL")
      ->group(group);
}

void add_messages(CLI::App& app, Arguments& arguments) {
  const char* const group = "Messages";
  app.add_option("--report", arguments.report,
                 "a page about the run, to be opened with a browser: timeline, errors, hosts")
      ->type_name("FILE.html")
      ->group(group);
  add_text(
      app, "--metrics",
      [&arguments](const std::string& text) { return read_endpoint(text, arguments.metrics); },
      "tell numbers of the run there over HTTP, as Prometheus reads them: /metrics")
      ->type_name("ADDR:PORT")
      ->group(group);
  add_choice(app, "--log-level", arguments.log_level, log_level_names, "what to log [info]")
      ->group(group);
  add_choice(app, "--log-format", arguments.log_format, log_format_names, "how to log [text]")
      ->group(group);
  app.add_flag("-q,--quiet", arguments.quiet, "log errors only, show no progress")->group(group);
  app.add_flag("--no-progress", arguments.no_progress, "show no progress")->group(group);
}

/// --log-level → CDP_SCRAPE_LOG_LEVEL
std::string variable_of(const std::string& option) {
  std::string variable = "CDP_SCRAPE_" + option;
  std::transform(variable.begin(), variable.end(), variable.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return variable;
}

/// For every option that has a long name.
void add_variables(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    const std::string name = option->get_lnames().empty() ? "" : option->get_lnames().front();
    if (name.empty() || name == "help" || name == "version" || name == "config") continue;
    option->envname(variable_of(name));
  }
}

/// A file of options that leaves out those whose variable is set: CLI11 would have the file win.
class FileBelowVariables final : public CLI::ConfigINI {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> entries = CLI::ConfigINI::from_config(input);
    std::erase_if(entries, [](const CLI::ConfigItem& entry) {
      const char* const value = std::getenv(variable_of(entry.name).c_str());
      return value != nullptr && *value != '\0';
    });
    return entries;
  }
};

std::optional<ExitCode> check(const Arguments& arguments) {
  if (arguments.command != Command::scrape) return std::nullopt;
  if (arguments.urls.empty() && arguments.input.empty()) {
    std::cerr << "cdp-scrape: no URL given; name some, or a file of them with -i. Run with --help "
                 "for more.\n";
    return ExitCode::usage;
  }
  if (!arguments.scrape.save_files.empty() && !arguments.scrape.connect.empty()) {
    std::cerr << "cdp-scrape: --save-files does not go with --connect: the files would be on the "
                 "browser's machine\n";
    return ExitCode::usage;
  }
  if (!arguments.state.empty() && arguments.output == "-" && arguments.output_dir.empty()) {
    std::cerr << "cdp-scrape: --state needs -o FILE or --output-dir DIR: what has gone to the "
                 "standard output cannot be taken back after a crash.\n";
    return ExitCode::usage;
  }
  if (!arguments.output_dir.empty() && arguments.format == Format::html) {
    std::cerr << "cdp-scrape: --output-dir writes the HTML to files, and records to index.jsonl; "
                 "leave out -f html.\n";
    return ExitCode::usage;
  }
  return std::nullopt;
}

/// The subcommands. Options may stand behind them too.
struct Commands {
  CLI::App* demo;
  CLI::App* doctor;
  CLI::App* completion;
  CLI::App* man;
};

Commands set_up(CLI::App& app, Arguments& arguments) {
  app.footer(footer);
  app.set_version_flag("--version", "cdp-scrape " CDP_SCRAPE_VERSION);
  app.set_config("--config", "", "a file of options, one name=value a line")->type_name("FILE");
  app.config_formatter(std::make_shared<FileBelowVariables>());
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_input_and_output(app, arguments);
  add_scraping(app, arguments);
  add_fetching(app, arguments);
  add_politeness(app, arguments);
  add_identity(app, arguments);
  add_browser(app, arguments);
  add_messages(app, arguments);
  add_variables(app);
  Commands commands{};
  commands.demo =
      app.add_subcommand("demo", "scrape an embedded site, sequentially and concurrently");
  commands.doctor =
      app.add_subcommand("doctor", "is all there that scraping needs? what is wrong, and the fix");
  commands.completion =
      app.add_subcommand("completion", "print completions for a shell: bash, zsh or fish");
  commands.completion->add_option("SHELL", arguments.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  commands.man = app.add_subcommand("man", "print the manual page");
  for (CLI::App* command : {commands.demo, commands.doctor, commands.completion, commands.man})
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

/// CLI11 appends what its validators say, such as `N:INT in [1 - 256]`.
std::string value_name(const CLI::Option& option) {
  std::string name = option.get_type_name();
  for (const char* validator :
       {":INT in ", ":UINT in ", ":FLOAT in ", ":{", ":POSITIVE", ":NUMBER"})
    name = name.substr(0, name.find(validator));
  return name;
}

constexpr const char* summary = "Rendered HTML out of many pages, by headless Chromium.";

}  // namespace

bool Arguments::prints_html() const {
  if (format != Format::automatic) return format == Format::html;
  return input.empty() && urls.size() == 1;
}

OutputOptions Arguments::output_options() const {
  OutputOptions options;
  options.file = output;
  options.directory = output_dir;
  options.html = prints_html() && output_dir.empty();
  options.state = state;
  options.retry_failed = retry_failed;
  return options;
}

CommandLine describe_command_line() {
  Arguments arguments;
  CLI::App app(summary, "cdp-scrape");
  set_up(app, arguments);
  CommandLine line;
  line.summary = summary;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty()) continue;  // URL...
    OptionDescription description;
    if (!option->get_snames().empty()) description.short_name = "-" + option->get_snames().front();
    description.long_name = "--" + option->get_lnames().front();
    if (option->get_items_expected_max() > 0) description.value = value_name(*option);
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
  const Commands commands = set_up(app, parsed.arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.end = app.exit(error) == 0 ? ExitCode::ok : ExitCode::usage;
    return parsed;
  }
  if (commands.demo->parsed()) parsed.arguments.command = Command::demo;
  if (commands.doctor->parsed()) parsed.arguments.command = Command::doctor;
  if (commands.completion->parsed()) parsed.arguments.command = Command::completion;
  if (commands.man->parsed()) parsed.arguments.command = Command::man;
  if (parsed.arguments.quiet)
    parsed.arguments.log_level = std::max(parsed.arguments.log_level, LogLevel::error);
  parsed.arguments.scrape.pictures.directory = parsed.arguments.output_dir;
  parsed.end = check(parsed.arguments);
  return parsed;
}

}  // namespace cdp::cli
