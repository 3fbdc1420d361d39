// What can be chosen when browsers, pages and navigations are started.
#pragma once

#include <cdp/log.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace cdp {

/// How messages reach the browser.
enum class TransportKind {
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

  TransportKind transport = TransportKind::websocket;

  /// From the start of the process to the first answer.
  std::chrono::milliseconds timeout{30'000};

  Log log;
};

struct ConnectOptions {
  /// From resolving the host to the first answer.
  std::chrono::milliseconds timeout{30'000};
  Log log;
};

/// When a navigation is over, by the events of the HTML Standard.
enum class WaitUntil {
  load,             ///< the document and everything it asked for has been loaded
  domcontentloaded  ///< the document has been parsed and its deferred scripts have run
};

struct NavigateOptions {
  WaitUntil wait_until = WaitUntil::load;

  /// The hard limit, from the call to the last event waited for.
  std::chrono::milliseconds timeout{30'000};
};

}  // namespace cdp
