#pragma once

// What a DevTools client sees of a browser in which every page loads at once. No I/O.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cdp::test {

/// The browser as one connected client sees it: JSON commands in, JSON replies and events out, in
/// Chromium's order. Any URL loads with status 200 and shows `fake`. Commands to a page that waits
/// for the debugger are answered only after Runtime.runIfWaitingForDebugger, as Chromium does.
class FakeDevtools {
 public:
  FakeDevtools();
  FakeDevtools(const FakeDevtools&) = delete;
  FakeDevtools& operator=(const FakeDevtools&) = delete;
  ~FakeDevtools();

  /// Messages to send for a command, in order.
  std::vector<std::string> handle(std::string_view command);

  /// Has Browser.close been asked for?
  bool is_closed() const;

  /// The `method` of a command; empty when it is not one.
  static std::string method_of(std::string_view command);
  /// What GET /json/version answers.
  static std::string version_document(std::string_view websocket_url);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cdp::test
