// Pages over a scripted browser, as tests tell of them.
#pragma once

#include "browser/browser_state.hpp"
#include "scripted_browser.hpp"
#include "scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cdp::test {

/// A driver, and the browser that it thinks it has.
struct Scene {
  std::shared_ptr<ScriptedBrowser> chrome;
  std::shared_ptr<BrowserState> state;

  Browser browser() const { return Browser(state); }

  // ---- what the driver does ----

  /// A page on its way to a URL.
  Task<Page> open(const char* url = "http://a/") { return browser().open(url); }

  /// A page at http://a/ whose document has loaded.
  Task<Page> open_loaded();
  Task<Page> open_loaded(PageOptions options);
  Task<Page> open_with_reader();
  Task<Page> open_recyclable();

  /// A page that has loaded nothing and does nothing.
  Task<Page> open_empty() { return browser().new_page(); }

  /// It lets go of everything, and nothing is left.
  Task<void> close();

  // ---- what the browser saw of it ----

  /// Waits until a method has been asked for that often, and returns that command.
  Task<Command> asked(const char* method, std::size_t times = 1) {
    return chrome->wire().asked(method, times);
  }
  std::size_t count(std::string_view method) const { return chrome->wire().count(method); }
  const std::vector<Command>& commands() const { return chrome->wire().commands(); }
  std::vector<std::string> closed() const { return chrome->closed_targets(); }
  bool is_disconnected() const { return chrome->wire().closed(); }

  // ---- what the browser does ----

  void reply(const Command& command, nlohmann::json result = nlohmann::json::object()) {
    chrome->wire().reply(command, std::move(result));
  }
  void refuse(const Command& command, const std::string& message) {
    chrome->wire().refuse(command, message);
  }
  void cut_connection(std::string how) { chrome->wire().end(std::move(how)); }

  /// Returns when the driver has taken in all that the browser said.
  Task<void> delivered() { return chrome->wire().delivered(); }
};

/// One with a browser that answers as Chromium does.
Task<Scene> open_scene(TargetRegistry::Scope scope = TargetRegistry::Scope::whole_browser);

/// One whose pages, once running, do nothing of their own accord: the test tells their story.
Task<Scene> open_quiet_scene();

/// Of a page of which nothing but events is waited for: its reader reads it.
PageOptions with_reader();

/// The same of one whose target may serve another page.
PageOptions recyclable();

}  // namespace cdp::test
