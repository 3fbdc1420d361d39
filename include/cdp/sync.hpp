// The same browser without coroutines: every call waits for its end.
#pragma once

#include <cdp/browser.hpp>
#include <cdp/options.hpp>
#include <cdp/page.hpp>
#include <cdp/record.hpp>
#include <cdp/scrape.hpp>
#include <cdp/task.hpp>

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cdp {

namespace detail {

class Loop;

void run_on(const std::shared_ptr<Loop>& loop, Task<void> task);

template <class T>
T run_on_and_take(const std::shared_ptr<Loop>& loop, Task<T> task) {
  auto slot = make_slot<T>();
  run_on(loop, keep_in(std::move(task), slot));
  return slot->take();
}

}  // namespace detail

namespace sync {

/// A page whose calls wait for their end. It moves; the page is closed when its handle goes away,
/// which the browser hears of with the next call: call `close` to be sure. Errors and limits are
/// those of cdp::Page. For the thread that launched the browser: elsewhere every call throws Error
/// wrong_loop.
class Page {
 public:
  Page(std::shared_ptr<detail::Loop> loop, cdp::Page page);

  Document navigate(std::string url);
  Document navigate(std::string url, NavigateOptions options);
  Document loaded();
  Document loaded(NavigateOptions options);
  std::string content();

  /// @param timeout for all of it
  Content capture(std::chrono::milliseconds timeout);
  Content capture(std::chrono::milliseconds timeout, ContentOptions options);

  nlohmann::json evaluate(std::string expression);
  void close();

  /// The page itself, for whatever is not here: with `Browser::run`.
  cdp::Page& async() noexcept { return page_; }

 private:
  std::shared_ptr<detail::Loop> loop_;  ///< first: the page lives on it
  cdp::Page page_;
};

/// A browser whose calls wait for their end, for programs without coroutines and for synchronous
/// functions between coroutines. Copies mean the same browser. Errors and limits are those of
/// cdp::Browser.
///
/// One that was made by `sync::launch` or `sync::connect` has an event loop of its own, which turns
/// only while one of its calls waits: when it is used inside a coroutine, the coroutine's own loop
/// stands still meanwhile. One that was made of a cdp::Browser turns the loop of that browser: the
/// other coroutines go on, as with `run_nested`, with the order of return that is described there.
///
/// For the thread it was made on: elsewhere every call throws Error wrong_loop, as does every call
/// after the end of the loop.
class Browser {
 public:
  /// A browser that lives on the loop that runs on this thread.
  /// @throws Error wrong_loop when none of `cdp::run` does
  explicit Browser(cdp::Browser browser);
  Browser(std::shared_ptr<detail::Loop> loop, cdp::Browser browser);

  Page new_page();
  Page new_page(PageOptions options);

  /// Opens a page that is on its way to `url`: `Page::loaded` waits for it.
  Page open(std::string url);
  Page open(std::string url, PageOptions options, std::chrono::milliseconds timeout);

  void set_cookies(std::vector<Cookie> cookies);
  void close();

  bool is_alive() const { return browser_.is_alive(); }
  const std::string& version() const { return browser_.version(); }

  /// The browser itself, for whatever is not here.
  cdp::Browser& async() noexcept { return browser_; }

  /// Runs a coroutine on the browser's loop to its end, which may use the browser and its pages.
  /// @throws what the coroutine throws
  template <class T>
  T run(Task<T> task) {
    return detail::run_on_and_take(loop_, std::move(task));
  }

 private:
  std::shared_ptr<detail::Loop> loop_;  ///< first: the browser lives on it
  cdp::Browser browser_;
};

/// Starts Chromium on an event loop of its own. @throws Error as cdp::launch does
Browser launch();
Browser launch(LaunchOptions options);

/// Connects to a browser that runs, on an event loop of its own. @throws Error as cdp::connect does
Browser connect(std::string url);
Browser connect(std::string url, ConnectOptions options);

/// cdp::scrape, on an event loop of its own: a record for every URL, in the order of the URLs.
/// @throws Error as cdp::scrape does
std::vector<Record> scrape(std::vector<std::string> urls, ScrapeOptions options);
std::vector<Record> scrape(std::vector<std::string> urls);

}  // namespace sync
}  // namespace cdp
