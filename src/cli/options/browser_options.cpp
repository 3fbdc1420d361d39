// What servers see, and the browser.
#include "cli/options/option_table_parts.hpp"
#include "cli/options/proxy_text.hpp"

#include <cstddef>

namespace cdp::cli {
namespace {

auto megabytes_into(std::size_t& bytes) {
  return [&bytes](std::size_t megabytes) { bytes = megabytes << 20U; };
}

}  // namespace

std::vector<Option> identity_options(Arguments& to) {
  const char* const group = "Log in, set what servers see";
  ScrapeOptions& scrape = to.scrape;
  PageOptions& page = scrape.page;
  return {
      {.name = "--header",
       .group = group,
       .type = every("'K: V'",
                     [&page](const std::string& text) { return read_header(text, page.headers); }),
       .help = "send this header with every request; may be repeated",
       .letter = "-H",
       .matters_first = true,
       .shapes_records = true},
      {.name = "--user-agent",
       .group = group,
       .type = one(
           "TEXT",
           [&page](const std::string& text) { return read_header_value(text, page.user_agent); }),
       .help = "instead of the browser's own",
       .shapes_records = true},
      {.name = "--cookie-file",
       .group = group,
       .type = every("FILE", [&to](const std::string& path) { return add_cookies(path, to); }),
       .help = "cookies, as JSON or in the Netscape format (cookies.txt); may be repeated",
       .shapes_records = true},
      {.name = "--auth",
       .group = group,
       .type = one("USER:PASS",
                   [&page](const std::string& text) { return read_credentials(text, page); }),
       .help = "HTTP authentication, for the origin of each URL only",
       .shapes_records = true},
      {.name = "--proxy",
       .group = group,
       .type = one("URL", [&scrape](const std::string& text) { return read_proxy(text, scrape); }),
       .help = "for all pages: scheme://[user:pass@]host:port; scheme http, https, socks5 or "
               "socks4; none: no proxy, not even that of http_proxy and https_proxy"},
      {.name = "--insecure",
       .group = group,
       .type = toggle(page.ignore_certificate_errors),
       .help = "accept any certificate"},
      {.name = "--viewport",
       .group = group,
       .type = one("WxH",
                   [&page](const std::string& text) { return read_viewport(text, page.viewport); }),
       .help = "size of the page in CSS pixels",
       .shapes_records = true},
      {.name = "--locale",
       .group = group,
       .type = one("LOCALE",
                   [&page](const std::string& text) { return read_locale(text, page.locale); }),
       .help = "language of the browser, such as de-DE",
       .shapes_records = true},
      {.name = "--timezone",
       .group = group,
       .type =
           one("ZONE",
               [&page](const std::string& text) { return read_header_value(text, page.timezone); }),
       .help = "time zone of the browser, such as Europe/Berlin",
       .shapes_records = true},
  };
}

std::vector<Option> browser_options(Arguments& to) {
  const char* const group = "Choose and tune the browser";
  ScrapeOptions& scrape = to.scrape;
  LaunchOptions& launch = scrape.launch;
  BrowserLimits& limits = scrape.limits;
  PageOptions& page = scrape.page;
  constexpr int most_pages = 1'000'000;
  constexpr std::size_t most_megabytes = 1'000'000;
  const auto set_renderers = [&scrape](int renderers) {
    scrape.launch.renderers = renderers;
    scrape.share_renderers = renderers > 0;
  };
  OptionType blocked = every("TYPE,...", [&page](const std::string& text) {
    return read_blocked_types(text, page.blocked_types);
  });
  blocked.choices = blockable_types();
  return {
      {.name = "--chrome",
       .group = group,
       .type = word("PATH", launch.chrome),
       .help = "the browser's program",
       .usual = "Debian's, then PATH"},
      {.name = "--chrome-arg",
       .group = group,
       .type = words("ARG", launch.chrome_args),
       .help = "a further argument for the browser; may be repeated",
       .shapes_records = true},
      {.name = "--connect",
       .group = group,
       .type = word("WS_URL", scrape.connect),
       .help = "use a running browser, by its ws:// URL"},
      {.name = "--no-sandbox",
       .group = group,
       .type = toggle(launch.no_sandbox),
       .help = "run the browser without its sandbox; only for pages that you trust"},
      {.name = "--block",
       .group = group,
       .type = std::move(blocked),
       .help = "resource types not to load: image, font, media, stylesheet, ...",
       .shapes_records = true},
      {.name = "--block-url",
       .group = group,
       .type = words("PATTERN", page.blocked_urls),
       .help = "URLs not to load; * is any text; may be repeated",
       .shapes_records = true},
      {.name = "--recycle",
       .group = group,
       .type = number("N", 1, most_pages, into(scrape.recycle)),
       .help = "reuse a tab for up to N pages, as long as they leave no state behind",
       .usual = "1"},
      {.name = "--renderers",
       .group = group,
       .type = number("N", 0, most_pages_at_once, set_renderers),
       .help = "renderer processes that pages of one site share; 0: one for each page",
       .usual = "one for two cores"},
      {.name = "--frames",
       .group = group,
       .type = choice(scrape.frame_pace, {{"auto", FramePace::automatic},
                                          {"screen", FramePace::screen},
                                          {"paced", FramePace::paced}}),
       .help = "how often pages are drawn; paced: ten times a second while they load; auto: paced "
               "where only load is waited for",
       .usual = "auto"},
      {.name = "--browser-pages",
       .group = group,
       .type = number("N", 0, most_pages, into(limits.pages)),
       .help = "restart the browser after N pages; 0: never",
       .usual = "500"},
      {.name = "--browser-memory",
       .group = group,
       .type = number("MB", std::size_t{0}, most_megabytes, megabytes_into(limits.memory)),
       .help = "restart the browser when it uses more than MB"},
      {.name = "--browser-disk",
       .group = group,
       .type = number("MB", std::size_t{0}, most_megabytes, megabytes_into(limits.disk)),
       .help = "how much its pages may write to the disk; 0: no limit",
       .usual = "500"},
      {.name = "--launch-timeout",
       .group = group,
       .type = duration(launch.timeout, some_seconds),
       .help = "how long the browser may take to start",
       .usual = "30"},
      {.name = "--transport",
       .group = group,
       .type = choice(launch.transport, {{"auto", TransportKind::automatic},
                                         {"websocket", TransportKind::websocket},
                                         {"pipe", TransportKind::pipe}}),
       .help = "how to talk to the browser; auto: by a pipe, which no other user can reach, when "
               "there are cookies, headers or credentials, else by a WebSocket",
       .usual = "auto"},
  };
}

}  // namespace cdp::cli
