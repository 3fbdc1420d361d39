// Cookies, cache and storage that some pages share.
#pragma once

#include <cdp/options.hpp>
#include <cdp/page.hpp>
#include <cdp/task.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace cdp {

class BrowserState;

/// A browser context (Target.createBrowserContext). Copies mean the same context. It lives until it
/// is disposed of, or its browser ends.
class BrowserContext {
 public:
  BrowserContext(std::shared_ptr<BrowserState> browser, std::string id);

  /// As `Browser::new_page` and `Browser::open`, in this context.
  Task<Page> new_page();
  Task<Page> new_page(PageOptions options);
  Task<Page> open(std::string url);
  Task<Page> open(std::string url, PageOptions options, std::chrono::milliseconds timeout);
  Task<void> set_cookies(std::vector<Cookie> cookies);

  /// Closes its pages and forgets what they stored. Does not throw.
  Task<void> dispose();

  const std::string& id() const { return id_; }

 private:
  std::shared_ptr<BrowserState> browser_;
  std::string id_;
};

}  // namespace cdp
