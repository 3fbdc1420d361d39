// The options of a run, by the groups that the help shows.
#include "cli/options/option_types.hpp"
#include "cli/options/proxy_text.hpp"

#include <cstddef>
#include <limits>

namespace cdp::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

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
    {"trace", LogLevel::trace}, {"debug", LogLevel::debug},  {"info", LogLevel::info},
    {"warn", LogLevel::warn},   {"warning", LogLevel::warn}, {"error", LogLevel::error},
    {"off", LogLevel::off}};

constexpr std::chrono::hours a_week{7 * 24};
constexpr std::chrono::hours a_day{24};
constexpr DurationLimits some_seconds{seconds(1), milliseconds(1), a_week};
constexpr DurationLimits milliseconds_or_none{milliseconds(1), milliseconds(0), a_day};

template <class Number>
auto into(Number& target) {
  return [&target](Number number) { target = number; };
}

void add_input_and_output(CLI::App& app, Arguments& arguments) {
  const char* const group = "Input and output";
  app.add_option("URL", arguments.urls, "pages to scrape")->group(group);
  add_word(app, "-i,--input", arguments.input,
           "a file of URLs, one a line; '-' is the standard input; blank lines and # "
           "comments are skipped; "
           "a line may be a JSON object {\"url\": …} with options of that page: timeout, wait, "
           "wait_selector, delay, fetch, headers; and data, which the record repeats")
      ->type_name("FILE")
      ->group(group);
  CLI::Option* output =
      add_word(app, "-o,--output", arguments.output,
               "where to write, '-' is the standard output; .gz and .zst are compressed")
          ->type_name("FILE")
          ->group(group);
  CLI::Option* directory = add_word(app, "--output-dir", arguments.output_dir,
                                    "write a file per URL there, and index.jsonl with the records")
                               ->excludes(output)
                               ->type_name("DIR")
                               ->group(group);
  app.add_flag("--overwrite", arguments.overwrite, "replace results that exist already")
      ->group(group);
  app.add_flag("--append", arguments.append, "add to an output that exists already")->group(group);
  ScrapeOptions::Pictures& pictures = arguments.scrape.pictures;
  app.add_flag("--screenshot", pictures.screenshots,
               "also save a picture of each page (PNG, all of it)")
      ->needs(directory)
      ->group(group);
  app.add_flag("--pdf", pictures.pdfs, "also save each page as printed (PDF)")
      ->needs(directory)
      ->group(group);
  CLI::Option* state =
      add_word(app, "--state", arguments.state,
               "keep a journal in DIR; repeating the command resumes an interrupted run")
          ->type_name("DIR")
          ->group(group);
  app.add_flag("--retry-failed", arguments.retry_failed, "retry URLs that failed in earlier runs")
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
  add_number(app, "-c,--concurrency", 1, most_pages, into(arguments.scrape.concurrency),
             "pages at once; 1: one after the other [2 a core]")
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
  add_word(app, "--wait-selector", wait.selector, "then wait for an element that matches CSS")
      ->type_name("CSS")
      ->group(group);
  add_word(
      app, "--wait-function", wait.function,
      "then wait until the expression JS is true; when it is a function, until what it returns is")
      ->type_name("JS")
      ->group(group);
  add_duration(app, "--delay", wait.delay, milliseconds_or_none, "then wait for this time")
      ->group(group);
  add_duration(app, "--settle-limit", wait.settle_limit, milliseconds_or_none,
               "how long after load auto and networkidle may take [5000]")
      ->group(group);
  add_duration(app, "--load-limit", wait.load_limit, milliseconds_or_none,
               "how long nothing may come before load is given up [5000]")
      ->group(group);
  add_duration(app, "--timeout", arguments.scrape.timeout, some_seconds,
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
  add_number(app, "--scroll", 0, most_scrolls, into(wait.scrolls),
             "scroll down N screens at most, for what loads on sight [0]")
      ->type_name("N")
      ->group(group);
  constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
  add_number(app, "--max-html", std::size_t{1}, no_limit, into(content.max_bytes),
             "cut longer HTML")
      ->type_name("BYTES")
      ->group(group);
  add_word(app, "--save-files", arguments.scrape.save_files,
           "save downloads (PDF, archives, attachments) to DIR; without it such URLs fail with the "
           "code download")
      ->type_name("DIR")
      ->group(group);
  add_number(app, "--max-body", std::size_t{1}, no_limit, into(arguments.scrape.max_body),
             "over HTTP: fail documents that are longer, unpacked (too_large) [67108864]")
      ->type_name("BYTES")
      ->group(group);
  constexpr int most_retries = 100;
  add_number(app, "--retries", 0, most_retries, into(arguments.scrape.retries),
             "further attempts after failures that may pass [2]")
      ->type_name("N")
      ->group(group);
  add_duration(app, "--drain", arguments.drain, some_seconds,
               "time for open pages after the first SIGINT or SIGTERM [10]")
      ->group(group);
  add_text(
      app, "--fail-status",
      [&scrape = arguments.scrape](const std::string& text) {
        return read_statuses(text, scrape.fail_statuses);
      },
      "HTTP statuses that make a page a failure, with the code http_status [none]")
      ->type_name("4xx,5xx")
      ->group(group);
}

void add_fetching(CLI::App& app, Arguments& arguments) {
  const char* const group = "Fetching";
  ScrapeOptions& scrape = arguments.scrape;
  add_choice(app, "--fetch", scrape.fetch, fetch_names,
             "browser: rendered; http: as the server sends it, without a browser; auto: over HTTP "
             "first, and rendered when scripts seem to make the page [browser]")
      ->group(group);
  add_texts(
      app, "--rule", [&scrape](const std::string& text) { return read_rule(text, scrape.rules); },
      "fetch mode for URLs that match REGEX (syntax of RE2); the first rule that fits wins; "
      "may be repeated")
      ->type_name("'REGEX=browser|http|auto'")
      ->group(group);
  constexpr double all = 100;
  add_number(app, "--verify", 0.0, all, into(scrape.verify_percent),
             "re-render PERCENT of the pages fetched over HTTP and report missing text [0]")
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
  add_number(app, "--per-host", 1, most_pages, into(scrape.per_host),
             "pages of one host at once [as --concurrency]")
      ->type_name("N")
      ->group(group);
  add_duration(app, "--host-delay", scrape.host_delay, milliseconds_or_none,
               "time between the starts of two requests for pages of one host [0]")
      ->group(group);
  add_choice(app, "--robots", scrape.robots, robots_names,
             "whether robots.txt is followed [from the sixth URL of a site on]")
      ->group(group);
  add_choice(app, "--duplicates", scrape.skip_duplicates, duplicate_names,
             "how to treat repeated URLs [skip]")
      ->group(group);
  app.add_flag("--dry-run", scrape.dry_run, "read and check the input only: no request, no browser")
      ->group(group);
}

void add_identity(CLI::App& app, Arguments& arguments) {
  const char* const group = "Identity and network";
  ScrapeOptions& scrape = arguments.scrape;
  PageOptions& page = scrape.page;
  add_texts(
      app, "-H,--header",
      [&page](const std::string& text) { return read_header(text, page.headers); },
      "sent with every request; may be repeated")
      ->type_name("'K: V'")
      ->group(group);
  add_text(
      app, "--user-agent",
      [&page](const std::string& text) { return read_header_value(text, page.user_agent); },
      "instead of the browser's own")
      ->type_name("TEXT")
      ->group(group);
  add_texts(
      app, "--cookie-file",
      [&arguments](const std::string& path) { return add_cookies(path, arguments); },
      "cookies, as JSON or in Netscape's form (cookies.txt)")
      ->type_name("FILE")
      ->group(group);
  add_text(
      app, "--viewport",
      [&page](const std::string& text) { return read_viewport(text, page.viewport); },
      "size of the page in CSS pixels")
      ->type_name("WxH")
      ->group(group);
  add_text(
      app, "--locale", [&page](const std::string& text) { return read_locale(text, page.locale); },
      "such as de-DE")
      ->type_name("LOCALE")
      ->group(group);
  add_text(
      app, "--timezone",
      [&page](const std::string& text) { return read_header_value(text, page.timezone); },
      "such as Europe/Berlin")
      ->type_name("ZONE")
      ->group(group);
  add_text(
      app, "--proxy", [&scrape](const std::string& text) { return read_proxy(text, scrape); },
      "for all pages: scheme://[user:pass@]host:port; scheme http, https, socks5, socks4; none: "
      "not even that of http_proxy and https_proxy")
      ->type_name("URL")
      ->group(group);
  add_text(
      app, "--auth", [&page](const std::string& text) { return read_credentials(text, page); },
      "HTTP authentication, for the origin of each URL only")
      ->type_name("USER:PASS")
      ->group(group);
  app.add_flag("--insecure", page.ignore_certificate_errors, "accept any certificate")
      ->group(group);
  add_texts(
      app, "--block",
      [&page](const std::string& text) { return read_blocked_types(text, page.blocked_types); },
      "resource types not to load: image,font,media,stylesheet,…")
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
  add_word(app, "--chrome", launch.chrome, "the browser's program [Debian's, then PATH]")
      ->type_name("PATH")
      ->group(group);
  app.add_option("--chrome-arg", launch.chrome_args, "a further argument for it, may be repeated")
      ->type_name("ARG")
      ->allow_extra_args(false)
      ->group(group);
  BrowserLimits& limits = arguments.scrape.limits;
  constexpr int most_pages = 1'000'000;
  add_number(app, "--browser-pages", 0, most_pages, into(limits.pages),
             "restart the browser after N pages; 0: never [500]")
      ->type_name("N")
      ->group(group);
  const auto set_memory = [&limits](const std::size_t& megabytes) {
    limits.memory = megabytes << 20U;
  };
  constexpr std::size_t most_megabytes = 1'000'000;
  add_number(app, "--browser-memory", std::size_t{0}, most_megabytes, set_memory,
             "or when it uses more than MB")
      ->type_name("MB")
      ->group(group);
  const auto set_disk = [&limits](const std::size_t& megabytes) { limits.disk = megabytes << 20U; };
  add_number(app, "--browser-disk", std::size_t{0}, most_megabytes, set_disk,
             "what its pages may write to the disk; 0: any amount [500]")
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
  add_number(
      app, "--renderers", 0, most_renderers, set_renderers,
      "renderer processes that pages of one site share at the most; 0: each page has its own "
      "[one for two cores]")
      ->type_name("N")
      ->group(group);
  add_choice(app, "--frames", arguments.scrape.frame_pace, frame_pace_names,
             "how often pages are drawn: paced: ten times a second while they load; auto: that, "
             "where no more than load is waited for [auto]")
      ->group(group);
  constexpr int most_uses = 1'000'000;
  add_number(app, "--recycle", 1, most_uses, into(arguments.scrape.recycle),
             "reuse a tab for up to N pages, as long as they leave no state behind [1]")
      ->type_name("N")
      ->group(group);
  add_duration(app, "--launch-timeout", launch.timeout, some_seconds,
               "how long it may take to start [30]")
      ->group(group);
  add_choice(app, "--transport", launch.transport, transport_names,
             "how to talk to it; auto: by a pipe, which no other user can reach, when there are "
             "cookies, headers or credentials, else by a WebSocket [auto]")
      ->group(group);
  add_word(app, "--connect", arguments.scrape.connect,
           "use a running browser instead, by its ws:// URL")
      ->type_name("WS_URL")
      ->group(group);
}

void add_messages(CLI::App& app, Arguments& arguments) {
  const char* const group = "Messages";
  add_word(app, "--report", arguments.report,
           "a page about the run, to be opened with a browser: timeline, errors, hosts")
      ->type_name("FILE.html")
      ->group(group);
  add_text(
      app, "--metrics",
      [&arguments](const std::string& text) { return read_endpoint(text, arguments.metrics); },
      "serve Prometheus metrics at http://ADDR:PORT/metrics")
      ->type_name("ADDR:PORT")
      ->group(group);
  add_choice(app, "--log-level", arguments.log_level, log_level_names, "what to log [info]")
      ->group(group);
  add_choice(app, "--log-format", arguments.log_format, log_format_names, "how to log [text]")
      ->group(group);
  app.add_flag("-q,--quiet", arguments.quiet, "log errors and failed URLs only, show no progress")
      ->group(group);
  app.add_flag("--no-progress", arguments.no_progress, "show no progress")->group(group);
}

}  // namespace

void add_options(CLI::App& app, Arguments& arguments) {
  add_input_and_output(app, arguments);
  add_scraping(app, arguments);
  add_fetching(app, arguments);
  add_politeness(app, arguments);
  add_identity(app, arguments);
  add_browser(app, arguments);
  add_messages(app, arguments);
}

}  // namespace cdp::cli
