// What can be chosen when browsers, pages and navigations are started.
#pragma once

#include <cdp/log.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace cdp {

/// How messages reach the browser.
enum class TransportKind {
  automatic,  ///< for a run that was given secrets (cookies, credentials, headers) the pipe, which
              ///< no other user of the machine can reach; otherwise, and for `launch`, the
              ///< WebSocket
  websocket,  ///< `--remote-debugging-port`, on a port of loopback that the system chooses
  pipe        ///< `--remote-debugging-pipe`: no open port
};

struct LaunchOptions {
  /// The browser's program. Empty: CDP_SCRAPE_CHROME, then where Debian puts Chromium, then PATH.
  std::string chrome;

  /// More command-line arguments for it. They come last and win over ours.
  std::vector<std::string> chrome_args;

  /// Runs Chromium without its sandbox: a page that breaks out of the renderer then has all rights
  /// of this user. Never set on its own accord.
  bool no_sandbox = false;

  /// Saves what pages turn out to be when they are not pages (PDF, archives, attachments), for
  /// `Page::download`. Otherwise the browser refuses them, and nothing of them is on the disk.
  bool accept_downloads = false;

  TransportKind transport = TransportKind::automatic;

  /// How many renderer processes pages of one site share at most; 0: Chromium's choice, which is
  /// one for each page. Starting a renderer takes longer than a short page does, so few are much
  /// faster; but a page whose script blocks its process holds up those it shares the process with
  /// (see `PageOptions::answer_limit`). Pages of different sites never share one (site isolation).
  int renderers = 0;

  /// Lets pages have `PageOptions::paced_frames`. Only for Chromium's headless shell. A page's
  /// frame then waits for all its parts, so one of a page whose cross-site frame hangs is never
  /// drawn.
  bool paced_frames = false;

  /// A proxy for all pages: `http://host:port`, `socks5://host:port`. Its credentials belong into
  /// `PageOptions::proxy_credentials`; the command line of a process can be read by everyone.
  /// Variables of the environment do not count.
  std::string proxy;

  /// Another proxy for https: URLs; empty: the same; `direct`: none.
  std::string https_proxy;

  /// Hosts that are asked without a proxy, as in the variable no_proxy: `example.com` (and all
  /// below it), `host:port`, `10.0.0.0/8`, `*`.
  std::vector<std::string> no_proxy;

  /// From the start of the process to the first answer.
  std::chrono::milliseconds timeout{30'000};

  Log log;
};

struct ConnectOptions {
  /// From resolving the host to the first answer.
  std::chrono::milliseconds timeout{30'000};
  Log log;
};

/// When a navigation is over.
enum class WaitUntil {
  load,              ///< the document and everything it asked for has been loaded (HTML Standard)
  domcontentloaded,  ///< it has been parsed and its deferred scripts have run (HTML Standard)
  networkidle,       ///< after load, nothing has been under way for 500 ms
  automatic  ///< after load, network and DOM have come to rest; `WaitOptions::settle_limit` at the
             ///< most
};

/// What a page has to reach before it is read. All conditions that are set must hold, one after the
/// other.
struct WaitOptions {
  WaitUntil until = WaitUntil::load;

  /// `automatic`: how long a page may keep changing after load. Static pages take less than 150 ms.
  /// `networkidle`: how long requests that do not end (streams, long polls) are waited for.
  std::chrono::milliseconds settle_limit{5'000};

  /// How long nothing may come over the network before the load event is given up, once the
  /// document is parsed and its DOM is idle: pictures, frames and styles that are never answered.
  /// Long enough for a slow server to answer, and short against `NavigateOptions::timeout`.
  std::chrono::milliseconds load_limit{5'000};

  /// How many screens to scroll down at most, waiting until the page is idle after each, so that
  /// what loads on sight is loaded; then back to the top.
  int scrolls = 0;

  /// A CSS selector that must match; empty: none.
  std::string selector{};

  /// A JavaScript expression that must become true; empty: none.
  std::string function{};

  /// A fixed time, after everything else.
  std::chrono::milliseconds delay{0};

  /// Whether the page's own rest is waited for, and with it its timers
  /// (`PageOptions::watches_timers`).
  bool waits_for_rest() const { return until == WaitUntil::automatic || scrolls > 0; }

  /// Whether more is waited for than an event of the document.
  bool goes_beyond_events() const {
    const bool has_condition = scrolls > 0 || !selector.empty() || !function.empty();
    const bool is_event = until == WaitUntil::load || until == WaitUntil::domcontentloaded;
    return !is_event || has_condition || delay > std::chrono::milliseconds(0);
  }
};

/// What goes into the HTML of a page. Frames and shadow roots are for HTML documents only.
struct ContentOptions {
  /// Longer HTML is cut, at a character's border.
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();

  /// The documents of iframes, of other processes too, as their elements' srcdoc attributes (HTML
  /// Standard, the iframe element).
  bool frames = false;

  /// Shadow roots, closed ones too, as templates with the attribute shadowrootmode (HTML Standard,
  /// declarative shadow roots). Those of the browser's own controls are left out.
  bool shadow_roots = false;
};

/// What is in a picture of a page.
struct ScreenshotOptions {
  bool full_page = true;  ///< all of it; otherwise what is in the viewport
  std::chrono::milliseconds timeout{30'000};
};

/// How a page is printed. A4, upright.
struct PdfOptions {
  double paper_width = 8.27;  ///< inches
  double paper_height = 11.69;
  bool landscape = false;
  bool backgrounds = true;  ///< colours and pictures behind the text
  std::chrono::milliseconds timeout{30'000};
};

struct NavigateOptions {
  WaitOptions wait{};

  /// The hard limit, from the call to the last condition.
  std::chrono::milliseconds timeout{30'000};
};

struct Header {
  std::string name;
  std::string value;
};

struct Cookie {
  std::string name;
  std::string value;
  std::string domain;  ///< a leading dot includes subdomains
  std::string path = "/";
  bool secure = false;
  bool http_only = false;
  std::string same_site;  ///< Strict, Lax, None, or empty
  double expires = 0;     ///< seconds since 1970; 0: with the browser
};

struct Viewport {
  int width = 0;  ///< CSS pixels; 0: the browser's own
  int height = 0;
};

/// A user and password for HTTP authentication, given to one origin only.
struct Credentials {
  std::string origin;  ///< such as `https://example.com`; empty: the origin of the URL first opened
  std::string user;
  std::string password;
};

/// What becomes of a page's request for its document.
enum class DocumentRequest {
  sent,     ///< it is on its way, or about to be
  answered  ///< the head of the answer is there
};

/// How a page appears to servers and scripts, and what it may load.
struct PageOptions {
  /// Sent with every request of the page. Those that are secrets (`Authorization`, `Cookie`, and
  /// names that sound like one, such as `X-Api-Key`) only with those to the origin of the URL first
  /// opened.
  std::vector<Header> headers;

  std::string user_agent;
  std::string locale;    ///< such as `de-DE`: also the Accept-Language header
  std::string timezone;  ///< such as `Europe/Berlin` (IANA)
  Viewport viewport;
  std::optional<Credentials> credentials;
  std::optional<Credentials> proxy_credentials;

  /// Finds out when a proxy wants a login and there is none (`Page::login_fault`).
  bool watches_proxy = false;

  bool ignore_certificate_errors = false;

  /// Also waits for requests of frames of other sites, which live in other processes. For
  /// `ContentOptions::frames`.
  bool attach_frames = false;

  /// How long the page's process may owe it an answer, before waits for the page end with
  /// `page_hung`; zero: until their own deadlines. For browsers whose pages share processes
  /// (`LaunchOptions::renderers`): the script that keeps the process busy may be another page's, so
  /// it is not ended for the sake of this one.
  std::chrono::milliseconds answer_limit{0};

  /// Asked when that time has passed for a page whose document is there: whether no other page can
  /// be the cause. Then it is the page's own script, which may continue. Must not throw. Empty: one
  /// can.
  std::function<bool()> is_alone;

  /// Draws frames of the page ten times a second while it loads, and as often as a screen once it
  /// is waited for beyond its load event, always one page's after the other's. Animation frames,
  /// what comes into sight, and what else happens with frames comes as late. Drawing is a third of
  /// the work for a short page. Only in browsers launched with `LaunchOptions::paced_frames`
  /// (`HeadlessExperimental.beginFrame` in the protocol); others draw as ever.
  bool paced_frames = false;

  /// Knows when the page's timers are due, for `WaitUntil::automatic` and `WaitOptions::scrolls`.
  /// Off, those do not wait for timers, and pages load somewhat faster; a script of the page can
  /// then find a symbol of ours on its window.
  bool watches_timers = true;

  /// Watches what the page leaves in its target, for `Page::recycle`.
  bool recyclable = false;

  /// Resource types that are not loaded: document types of the Fetch domain in lower case, such as
  /// `image`, `font`, `media`, `stylesheet`.
  std::vector<std::string> blocked_types;

  /// URL patterns that are not loaded; `*` stands for any text.
  std::vector<std::string> blocked_urls;

  /// Told of the requests for the page's own documents, redirects included, on the event loop's
  /// thread. Must not throw.
  std::function<void(DocumentRequest)> on_document_request;
};

/// How a page is fetched.
enum class FetchMode {
  browser,   ///< rendered: loaded by the browser, its scripts run
  http,      ///< as the server sends it, without a browser
  automatic  ///< over HTTP first, and rendered when the answer looks as if scripts made the page
};

/// How the URLs are fetched in which a pattern is found.
struct FetchRule {
  std::string pattern;  ///< a regular expression (ECMAScript), searched for anywhere in the URL
  FetchMode mode = FetchMode::browser;
};

}  // namespace cdp
