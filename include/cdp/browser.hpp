// A Chromium process, or a connection to one.
#pragma once

#include <cdp/browser_context.hpp>
#include <cdp/error.hpp>
#include <cdp/options.hpp>
#include <cdp/page.hpp>
#include <cdp/session.hpp>
#include <cdp/task.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace cdp {

class BrowserState;

/// A browser. Copies mean the same browser. Used on the event loop it was launched on.
///
/// When the last handle (those of its pages included) goes away, a launched browser is killed and
/// its directory removed, which blocks for some milliseconds: call `close` on the way out instead.
/// A driver that is killed takes its browser along.
class Browser {
 public:
  explicit Browser(std::shared_ptr<BrowserState> state);

  /// Opens an empty page (about:blank).
  Task<Page> new_page();
  Task<Page> new_page(PageOptions options);

  /// Opens a page that is on its way to `url` already, and returns without waiting for it:
  /// `Page::loaded` does. The fastest way to a page, as nothing is loaded before it.
  /// @throws Error invalid_url when Chromium cannot make a page of the URL
  Task<Page> open(std::string url);

  /// As above. @param timeout how long the browser may take to make the page; 30 s otherwise
  Task<Page> open(std::string url, std::chrono::milliseconds timeout);
  Task<Page> open(std::string url, PageOptions options, std::chrono::milliseconds timeout);

  /// Sets cookies for all pages outside of browser contexts. @throws Error protocol_error for one
  /// that Chromium does not accept
  Task<void> set_cookies(std::vector<Cookie> cookies);

  /// Makes a browser context: pages in it share cookies, cache and storage with each other and with
  /// no one else, as an incognito window does.
  Task<BrowserContext> new_context();

  /// Ends the browser: asks it to, then SIGTERM, then SIGKILL to its process group; then removes
  /// its directory. Takes at most about 6 s. A browser that was connected to stays open; pages
  /// opened there are closed. Does not throw; calling it again does nothing.
  Task<void> close();

  /// Kills a launched browser at once, without asking it.
  void kill();

  /// As above. @param cause what calls of its pages throw
  void kill(Error cause);

  /// Where a launched browser keeps all that it writes; empty for one that was connected to.
  std::filesystem::path directory() const;

  bool is_alive() const;

  /// The number of its process, which is also that of its process group; 0 for one that was
  /// connected to.
  int process_id() const;

  /// Product and version, such as `HeadlessChrome/120.0.6099.109`.
  const std::string& version() const;

  /// The browser's own session.
  Session session() const;

 private:
  std::shared_ptr<BrowserState> state_;
};

/// Starts Chromium. Everything it writes goes into a private directory that is removed with it. Run
/// by root, it is started as an unprivileged user, so that its sandbox works.
/// @throws Error browser_not_found, launch_failed, launch_timeout, sandbox_unavailable
Task<Browser> launch();
Task<Browser> launch(LaunchOptions options);

/// Connects to a browser that runs. Pages are opened in a browser context of our own; pages of
/// others are left alone.
/// @param url its `ws://…/devtools/browser/…`, as /json/version of its debugging port tells
/// @throws Error invalid_argument when the URL is malformed, browser_crashed when there is no
/// connection
Task<Browser> connect(std::string url);
Task<Browser> connect(std::string url, ConnectOptions options);

namespace detail {

template <class Body>
using BodyResult = typename std::invoke_result_t<Body&, Page&>::value_type;

}  // namespace detail

/// Opens a page, runs `body(page)` and closes the page on every path out, cancellation included.
/// @param body a coroutine function `Task<T>(Page&)`
/// @return what the body returns @throws what the body throws
template <class Body>
Task<detail::BodyResult<Body>> with_page(Browser browser, Body body) {
  using Result = detail::BodyResult<Body>;
  Page page = co_await browser.new_page();
  auto slot = detail::make_slot<Result>();
  Task<void> running = detail::keep_in(body(page), slot);
  co_await std::move(running);
  // A caller that has been cancelled, by Asio, waits for this anyway.
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await page.close();
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  co_return slot->take();
}

}  // namespace cdp
