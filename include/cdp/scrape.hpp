// A list of URLs in, a record for each out.
#pragma once

#include <cdp/options.hpp>
#include <cdp/record.hpp>
#include <cdp/task.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace cdp {

enum class Order {
  input,      ///< records come in the order of their URLs
  completion  ///< records come as their pages are done
};

enum class OnTimeout {
  partial,  ///< its HTML as it is then, marked as partial
  fail      ///< a failed record
};

/// Whether robots.txt (RFC 9309) is asked for and followed.
enum class RobotsPolicy {
  ignore,     ///< never
  automatic,  ///< from the sixth URL of an origin on
  obey        ///< always
};

/// When a browser is replaced by another one, which is started first: browsers grow as they work.
/// Not for a browser that was connected to.
struct BrowserLimits {
  int pages = 500;               ///< 0: any number
  std::chrono::minutes age{30};  ///< 0: any
  std::size_t memory = 0;        ///< bytes of all its processes; 0: any

  /// Bytes that its pages may write (IndexedDB, caches, file systems), before it is ended with
  /// them, and the pages are tried again in another one; 0: any.
  std::size_t disk = std::size_t{500} << 20;
};

/// How often pages are drawn.
enum class FramePace {
  automatic,  ///< paced where no more than the load event is waited for and no picture is taken;
              ///< otherwise as on a screen
  screen,     ///< as on a screen, sixty times a second while anything moves
  paced       ///< `PageOptions::paced_frames`
};

/// HTTP statuses, both ends included.
struct StatusRange {
  int first = 0;
  int last = 0;
};

struct ScrapeOptions {
  /// Pages at once. 1: one after the other. 0: derived from the number of cores.
  int concurrency = 0;

  Order order = Order::input;

  /// When a page is done.
  WaitOptions wait{.until = WaitUntil::automatic};

  /// The hard limit for one URL, all phases and attempts together. Giving up a page that hangs
  /// comes on top, with at most 5 s.
  std::chrono::milliseconds timeout{60'000};

  /// What to do with a page that was not done in time.
  OnTimeout on_timeout = OnTimeout::partial;

  /// How often a URL is tried again whose failure may pass: a connection that broke, a page or
  /// browser that died.
  int retries = 2;

  /// Statuses that make a page a failure, with the code http_status. A status is data otherwise.
  std::vector<StatusRange> fail_statuses;

  /// Pages of one host at once. 0: no limit but `concurrency`.
  int per_host = 0;

  /// The time between the starts of two requests for pages of one host, as the host sees it. What
  /// pages load, and redirects, do not count.
  std::chrono::milliseconds host_delay{0};

  /// A list of URLs that the caller made is asked for as it is. cdp-scrape has `automatic`.
  RobotsPolicy robots = RobotsPolicy::ignore;

  /// URLs that stood in the list before, in the form that docs/cli.md describes, become records
  /// with the outcome `skipped`.
  bool skip_duplicates = false;

  /// Asks no server and starts no browser: what would be scraped is `skipped` without an error.
  bool dry_run = false;

  /// What goes into the HTML.
  ContentOptions content;

  /// A document that is longer, unpacked, is not read over HTTP: it fails with too_large.
  std::size_t max_body = std::size_t{64} << 20;

  /// A directory for the files that URLs turn out to be instead of pages: PDF, archives,
  /// attachments. Empty: they are failed records, with the code download. Made when it is not
  /// there.
  std::string save_files;

  /// Pictures of pages, as files. Pages that were fetched over HTTP have none.
  struct Pictures {
    std::string directory;     ///< made when it is not there
    bool screenshots = false;  ///< PNG, of the whole page
    bool pdfs = false;         ///< as printed on A4
  } pictures;

  /// How pages are fetched that no rule speaks of. The browser is started for the first page that
  /// needs it.
  FetchMode fetch = FetchMode::browser;
  std::vector<FetchRule> rules;  ///< the first that fits decides

  /// How many of a hundred pages that were fetched over HTTP are rendered again, each in a time of
  /// its own, to see whether they lack text.
  double verify_percent = 0;

  /// How pages appear to servers, and what they may load.
  PageOptions page;
  std::vector<Cookie> cookies;

  /// How the browser is started.
  LaunchOptions launch;

  /// Lets pages of one site share renderer processes, which makes short pages twice as fast:
  /// `launch.renderers` of them, and when that is 0, one for two cores. A page that another one
  /// holds up or crashes is scraped again in a process of its own. Not for a browser that was
  /// connected to.
  bool share_renderers = true;

  /// How often pages are drawn. Not for a browser that was connected to.
  FramePace frame_pace = FramePace::automatic;

  /// Pages a target is used for, one after the other: see `Page::recycle`. URLs with headers of
  /// their own, and runs that keep pictures or files or read frames, have a target for each page.
  int recycle = 1;

  /// When it is replaced.
  BrowserLimits limits;

  /// Runs fewer pages at once while the machine or its container is short of memory; and, where
  /// `concurrency` is 0, while its processors are wanted by too many.
  bool adapt = false;

  /// A browser to connect to instead of starting one: its `ws://` URL.
  std::string connect;

  Log log;
};

/// Scrapes the URLs, with one browser if any of them needs one, and returns their records in the
/// order of the URLs (or as they were done, by `order`). A URL that fails is a record with an
/// error: nothing is thrown for it, and the others continue. When the awaiting coroutine is
/// cancelled (by Asio), the browser is ended, and it throws when all is over.
/// @throws Error when the browser cannot be started, or dies again and again; invalid_argument for
/// a rule that is not a regular expression
Task<std::vector<Record>> scrape(std::vector<std::string> urls, ScrapeOptions options);

}  // namespace cdp
