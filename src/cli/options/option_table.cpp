// What a run reads, does and writes.
#include "cli/options/option_table_parts.hpp"

#include <cstddef>
#include <iterator>

namespace cdp::cli {
namespace {

using Table = std::vector<Option>;

Table input_options(Arguments& to) {
  const char* const group = "Read URLs";
  return {
      {.name = "URL",
       .group = group,
       .type = every("...",
                     [&to](const std::string& text) -> std::string {
                       to.urls.push_back(text);
                       return {};
                     }),
       .help = "pages to scrape"},
      {.name = "--input",
       .group = group,
       .type = word("FILE", to.input),
       .help =
           "read URLs from FILE, one per line; '-' is the standard input. Blank lines and "
           "# comments are skipped; a line may be a JSON object {\"url\": ...} with the options "
           "timeout, wait, wait_selector, delay, fetch and headers for that page, and with "
           "data, which its record repeats",
       .letter = "-i",
       .matters_first = true},
      {.name = "--duplicates",
       .group = group,
       .type = choice(to.scrape.skip_duplicates, {{"skip", true}, {"keep", false}}),
       .help = "how to treat repeated URLs",
       .usual = "skip",
       .shapes_records = true},
      {.name = "--dry-run",
       .group = group,
       .type = toggle(to.scrape.dry_run),
       .help = "only read and check the input: no request, no browser"},
  };
}

Table output_options(Arguments& to) {
  const char* const group = "Write results";
  ScrapeOptions::Pictures& pictures = to.scrape.pictures;
  ContentOptions& content = to.scrape.content;
  return {
      {.name = "--output",
       .group = group,
       .type = word("FILE", to.output),
       .help = "write to FILE, compressed for .gz and .zst; '-' is the standard output",
       .usual = "-",
       .letter = "-o",
       .matters_first = true},
      {.name = "--output-dir",
       .group = group,
       .type = word("DIR", to.output_dir),
       .help = "write one file per URL to DIR, and the records to index.jsonl",
       .excludes = "--output"},
      {.name = "--format",
       .group = group,
       .type = choice(to.format, {{"html", Format::html}, {"jsonl", Format::jsonl}}),
       .help = "write the HTML alone, or one JSON record per URL",
       .usual = "html for a single URL, else jsonl",
       .letter = "-f",
       .matters_first = true},
      {.name = "--order",
       .group = group,
       .type =
           choice(to.scrape.order, {{"input", Order::input}, {"completion", Order::completion}}),
       .help = "order of the records",
       .usual = "input"},
      {.name = "--overwrite",
       .group = group,
       .type = toggle(to.overwrite),
       .help = "replace existing results"},
      {.name = "--append",
       .group = group,
       .type = toggle(to.append),
       .help = "add to an existing output"},
      {.name = "--screenshot",
       .group = group,
       .type = toggle(pictures.screenshots),
       .help = "also save a full-page PNG of each page",
       .needs = "--output-dir",
       .shapes_records = true},
      {.name = "--pdf",
       .group = group,
       .type = toggle(pictures.pdfs),
       .help = "also save each page as a PDF",
       .needs = "--output-dir",
       .shapes_records = true},
      {.name = "--save-files",
       .group = group,
       .type = word("DIR", to.scrape.save_files),
       .help = "save downloads (PDF, archives, attachments) to DIR; without it such URLs fail with "
               "the code download",
       .shapes_records = true},
      {.name = "--iframes",
       .group = group,
       .type = toggle(content.frames),
       .help = "include the documents of frames, as srcdoc",
       .shapes_records = true},
      {.name = "--shadow",
       .group = group,
       .type = toggle(content.shadow_roots),
       .help = "include shadow roots, closed ones too, as templates with shadowrootmode",
       .shapes_records = true},
      {.name = "--max-html",
       .group = group,
       .type = number("BYTES", std::size_t{1}, no_limit, into(content.max_bytes)),
       .help = "cut longer HTML, and mark the record as truncated",
       .shapes_records = true},
  };
}

Table readiness_options(Arguments& to) {
  const char* const group = "Decide when a page is done";
  WaitOptions& wait = to.scrape.wait;
  constexpr int most_scrolls = 10'000;
  return {
      {.name = "--wait",
       .group = group,
       .type = choice(wait.until, {{"auto", WaitUntil::automatic},
                                   {"load", WaitUntil::load},
                                   {"domcontentloaded", WaitUntil::domcontentloaded},
                                   {"networkidle", WaitUntil::networkidle}}),
       .help = "the event to wait for; auto: after load, once network and DOM are idle",
       .usual = "auto",
       .shapes_records = true},
      {.name = "--wait-selector",
       .group = group,
       .type = word("CSS", wait.selector),
       .help = "wait for an element that matches CSS, after --wait",
       .matters_first = true,
       .shapes_records = true},
      {.name = "--wait-function",
       .group = group,
       .type = word("JS", wait.function),
       .help = "then wait until the JavaScript expression is true; a function is called",
       .shapes_records = true},
      {.name = "--delay",
       .group = group,
       .type = duration(wait.delay, milliseconds_or_none),
       .help = "then wait for this time",
       .shapes_records = true},
      {.name = "--scroll",
       .group = group,
       .type = number("N", 0, most_scrolls, into(wait.scrolls)),
       .help = "scroll down up to N screens, to load what appears on sight",
       .usual = "0",
       .shapes_records = true},
      {.name = "--timeout",
       .group = group,
       .type = duration(to.scrape.timeout, some_seconds),
       .help = "hard limit for each URL, retries included",
       .usual = "60",
       .matters_first = true},
      {.name = "--on-timeout",
       .group = group,
       .type = choice(to.scrape.on_timeout,
                      {{"partial", OnTimeout::partial}, {"fail", OnTimeout::fail}}),
       .help = "what a page that is not done by then becomes: its HTML so far, or a failure",
       .usual = "partial",
       .shapes_records = true},
      {.name = "--settle-limit",
       .group = group,
       .type = duration(wait.settle_limit, milliseconds_or_none),
       .help = "how long auto and networkidle may take after load",
       .usual = "5000"},
      {.name = "--load-limit",
       .group = group,
       .type = duration(wait.load_limit, milliseconds_or_none),
       .help = "stop waiting for load when nothing has arrived for this time",
       .usual = "5000"},
  };
}

Table pace_options(Arguments& to) {
  const char* const group = "Set the pace";
  ScrapeOptions& scrape = to.scrape;
  return {
      {.name = "--concurrency",
       .group = group,
       .type = number("N", 1, most_pages_at_once, into(scrape.concurrency)),
       .help = "pages at once; 1: one after the other",
       .usual = "2 per core",
       .letter = "-c",
       .matters_first = true},
      {.name = "--adapt",
       .group = group,
       .type = choice(scrape.adapt, {{"on", true}, {"off", false}}),
       .help = "lower the concurrency when memory (without -c, also CPU) runs short",
       .usual = "on"},
      {.name = "--per-host",
       .group = group,
       .type = number("N", 1, most_pages_at_once, into(scrape.per_host)),
       .help = "pages of one host at once",
       .usual = "as --concurrency"},
      {.name = "--host-delay",
       .group = group,
       .type = duration(scrape.host_delay, milliseconds_or_none),
       .help = "time between the starts of two requests for pages of one host",
       .usual = "0"},
      {.name = "--robots",
       .group = group,
       .type =
           choice(scrape.robots, {{"obey", RobotsPolicy::obey}, {"ignore", RobotsPolicy::ignore}}),
       .help = "whether to follow robots.txt",
       .usual = "obey from the sixth URL of a site on",
       .shapes_records = true},
  };
}

Table failure_options(Arguments& to) {
  const char* const group = "Handle failures, resume";
  constexpr int most_retries = 100;
  return {
      {.name = "--retries",
       .group = group,
       .type = number("N", 0, most_retries, into(to.scrape.retries)),
       .help = "retries after transient failures",
       .usual = "2"},
      {.name = "--fail-status",
       .group = group,
       .type = one(
           "4xx,5xx",
           [&to](const std::string& text) { return read_statuses(text, to.scrape.fail_statuses); }),
       .help = "HTTP statuses that make a page a failure, with the code http_status",
       .usual = "none",
       .shapes_records = true},
      {.name = "--state",
       .group = group,
       .type = word("DIR", to.state),
       .help = "keep a journal in DIR, so that repeating the command resumes the run",
       .matters_first = true},
      {.name = "--retry-failed",
       .group = group,
       .type = toggle(to.retry_failed),
       .help = "retry URLs that failed in earlier runs",
       .needs = "--state"},
      {.name = "--drain",
       .group = group,
       .type = duration(to.drain, some_seconds),
       .help = "grace period for open pages after the first SIGINT or SIGTERM",
       .usual = "10"},
  };
}

Table fetch_options(Arguments& to) {
  const char* const group = "Do without the browser";
  ScrapeOptions& scrape = to.scrape;
  constexpr double all = 100;
  return {
      {.name = "--fetch",
       .group = group,
       .type = choice(scrape.fetch, {{"browser", FetchMode::browser},
                                     {"http", FetchMode::http},
                                     {"auto", FetchMode::automatic}}),
       .help = "render pages in the browser, or get them over HTTP alone; auto: over HTTP first, "
               "and rendered "
               "when scripts seem to make the page",
       .usual = "browser",
       .matters_first = true,
       .shapes_records = true},
      {.name = "--rule",
       .group = group,
       .type = every("'REGEX=browser|http|auto'",
                     [&to](const std::string& text) { return read_rule(text, to.scrape.rules); }),
       .help = "fetch mode for URLs that match REGEX (RE2); the first rule that matches wins; "
               "may be repeated",
       .shapes_records = true},
      {.name = "--verify",
       .group = group,
       .type = number("PERCENT", 0.0, all, into(scrape.verify_percent)),
       .help = "re-render PERCENT of the pages fetched over HTTP and report missing text",
       .usual = "0"},
      {.name = "--max-body",
       .group = group,
       .type = number("BYTES", std::size_t{1}, no_limit, into(scrape.max_body)),
       .help = "over HTTP: fail documents that are longer than this when unpacked (too_large)",
       .usual = "67108864",
       .shapes_records = true},
  };
}

Table message_options(Arguments& to) {
  const char* const group = "Watch a run";
  OptionType level = choice(to.log_level, {{"trace", LogLevel::trace},
                                           {"debug", LogLevel::debug},
                                           {"info", LogLevel::info},
                                           {"warn", LogLevel::warn},
                                           {"warning", LogLevel::warn},
                                           {"error", LogLevel::error},
                                           {"off", LogLevel::off}});
  level.value = "LEVEL";
  return {
      {.name = "--report",
       .group = group,
       .type = word("FILE.html", to.report),
       .help = "write an HTML report of the run: timeline, errors, hosts",
       .matters_first = true},
      {.name = "--metrics",
       .group = group,
       .type = one("ADDR:PORT",
                   [&to](const std::string& text) { return read_endpoint(text, to.metrics); }),
       .help = "serve Prometheus metrics at http://ADDR:PORT/metrics"},
      {.name = "--verbose",
       .group = group,
       .type = count(to.verbose),
       .help = "log more: -v as --log-level debug, -vv as trace",
       .letter = "-v"},
      {.name = "--quiet",
       .group = group,
       .type = toggle(to.quiet),
       .help = "log errors and failed URLs only, show no progress",
       .letter = "-q"},
      {.name = "--no-progress",
       .group = group,
       .type = toggle(to.no_progress),
       .help = "show no progress"},
      {.name = "--log-level",
       .group = group,
       .type = std::move(level),
       .help = "what to log: trace, debug, info, warn, error or off",
       .usual = "info"},
      {.name = "--log-format",
       .group = group,
       .type = choice(to.log_format, {{"text", LogFormat::text}, {"json", LogFormat::json}}),
       .help = "how to log",
       .usual = "text"},
  };
}

Table general_options() {
  const char* const group = "General";
  return {
      {.name = "--config",
       .group = group,
       .type = {.kind = OptionType::Kind::config, .value = "FILE"},
       .help = "read options from FILE, one name=value per line",
       .usual = "$CDP_SCRAPE_CONFIG, else ~/.config/cdp-scrape/config"},
      {.name = "--help",
       .group = group,
       .type = {.kind = OptionType::Kind::help},
       .help = "-h: the most important options; --help, --help all: all of them",
       .letter = "-h"},
      {.name = "--version",
       .group = group,
       .type = {.kind = OptionType::Kind::version},
       .help = "print the version",
       .letter = "-V"},
  };
}

}  // namespace

std::vector<Option> option_table(Arguments& target) {
  Table table;
  const auto append = [&table](Table part) {
    std::move(part.begin(), part.end(), std::back_inserter(table));
  };
  append(input_options(target));
  append(output_options(target));
  append(readiness_options(target));
  append(pace_options(target));
  append(failure_options(target));
  append(fetch_options(target));
  append(identity_options(target));
  append(browser_options(target));
  append(message_options(target));
  append(general_options());
  return table;
}

}  // namespace cdp::cli
