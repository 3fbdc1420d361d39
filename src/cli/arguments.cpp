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

namespace cdp::cli {
namespace {

const char* const footer = R"(
Data goes to the standard output, everything else to the standard error.

Examples:
  cdp-scrape https://example.com/                    the rendered HTML of one page
  cdp-scrape -i urls.txt -o pages.jsonl -c 8         a record for every line, eight pages at once
  cdp-scrape -i - -f jsonl --order completion        URLs as they come, records as they are done
  cdp-scrape demo                                    see it work on a site of its own

Exit codes:
  0 all ok   1 internal error   2 usage   3 some URLs failed   4 input cannot be read   5 output cannot be
  written   6 browser cannot be started   7 browser keeps dying   130 SIGINT   143 SIGTERM

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
const std::map<std::string, TransportKind> transport_names = {
    {"websocket", TransportKind::websocket}, {"pipe", TransportKind::pipe}};
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
  app.add_option("-o,--output", arguments.output, "where to write, '-' is the standard output")
      ->type_name("FILE")
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
  app.add_flag("--no-sandbox", launch.no_sandbox,
               "run it without its sandbox; only for pages you trust")
      ->group(group);
  add_seconds(app, "--launch-timeout", launch.timeout, "how long it may take to start [30]")
      ->group(group);
  add_choice(app, "--transport", launch.transport, transport_names, "how to talk to it [websocket]")
      ->group(group);
  app.add_option("--connect", arguments.scrape.connect,
                 "use a running browser instead, by its ws:// URL")
      ->type_name("WS_URL")
      ->group(group);
}

void add_messages(CLI::App& app, Arguments& arguments) {
  const char* const group = "Messages";
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
  if (arguments.command == Command::demo) return std::nullopt;
  if (arguments.urls.empty() && arguments.input.empty()) {
    std::cerr << "cdp-scrape: no URL given; name some, or a file of them with -i. Run with --help "
                 "for more.\n";
    return ExitCode::usage;
  }
  return std::nullopt;
}

}  // namespace

bool Arguments::prints_html() const {
  if (format != Format::automatic) return format == Format::html;
  return input.empty() && urls.size() == 1;
}

Parsed parse_arguments(int argc, const char* const* argv) {
  Parsed parsed;
  CLI::App app("Rendered HTML out of many pages, by headless Chromium.", "cdp-scrape");
  app.footer(footer);
  app.set_version_flag("--version", "cdp-scrape " CDP_SCRAPE_VERSION);
  app.set_config("--config", "", "a file of options, one name=value a line")->type_name("FILE");
  app.config_formatter(std::make_shared<FileBelowVariables>());
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_input_and_output(app, parsed.arguments);
  add_scraping(app, parsed.arguments);
  add_fetching(app, parsed.arguments);
  add_politeness(app, parsed.arguments);
  add_identity(app, parsed.arguments);
  add_browser(app, parsed.arguments);
  add_messages(app, parsed.arguments);
  add_variables(app);
  CLI::App* demo =
      app.add_subcommand("demo", "scrape an embedded site, sequentially and concurrently");
  demo->fallthrough();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.end = app.exit(error) == 0 ? ExitCode::ok : ExitCode::usage;
    return parsed;
  }
  if (demo->parsed()) parsed.arguments.command = Command::demo;
  if (parsed.arguments.quiet)
    parsed.arguments.log_level = std::max(parsed.arguments.log_level, LogLevel::error);
  parsed.end = check(parsed.arguments);
  return parsed;
}

}  // namespace cdp::cli
