// What a page costs the driver, counted instead of timed: the same on every machine, however busy.
//
// A program of its own, because it counts all allocations. For instructions:
//   valgrind --tool=callgrind build/release/tests/cdp-cost-tests
#include "scripted/scripted_browser.hpp"
#include "scripted/scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const place = std::malloc(size > 0 ? size : 1)) return place;  // NOLINT
  throw std::bad_alloc();
}

void operator delete(void* place) noexcept {
  std::free(place);  // NOLINT
}

void operator delete(void* place, std::size_t) noexcept {
  std::free(place);  // NOLINT
}

namespace cdp {
namespace {

using nlohmann::json;
using test::patience;
using test::ScriptedBrowser;

constexpr int resources = 9;

/// What Chromium tells of a page's images, scripts and styles; half of it nobody wants.
void tell_resources(ScriptedBrowser& chrome, const std::string& target) {
  for (int number = 0; number < resources; ++number) {
    const std::string id = "R" + std::to_string(number);
    const std::string url = "http://a/asset/" + std::to_string(number) + ".png";
    chrome.event(target, "Network.requestWillBeSent",
                 {{"requestId", id},
                  {"loaderId", "L"},
                  {"type", "Image"},
                  {"frameId", target},
                  {"request", {{"url", url}, {"method", "GET"}, {"headers", json::object()}}}});
    chrome.event(target, "Network.requestWillBeSentExtraInfo",
                 {{"requestId", id}, {"headers", json::object()}});
    chrome.event(target, "Network.responseReceivedExtraInfo",
                 {{"requestId", id}, {"headers", json::object()}});
    chrome.event(target, "Network.responseReceived",
                 {{"requestId", id},
                  {"response", {{"url", url}, {"status", 200}, {"mimeType", "image/png"}}}});
    chrome.event(target, "Network.dataReceived", {{"requestId", id}, {"dataLength", 1000}});
    chrome.event(target, "Network.loadingFinished", {{"requestId", id}});
  }
}

Task<void> read_page(std::shared_ptr<ScriptedBrowser> chrome, Browser browser, int number) {
  Page page = co_await browser.open("http://a/" + std::to_string(number));
  tell_resources(*chrome, "T" + std::to_string(number));
  co_await page.loaded();
  const Content content = co_await page.capture(patience);
  EXPECT_EQ(content.html, chrome->html);
}

struct Cost {
  std::size_t commands = 0;
  std::size_t allocations = 0;  ///< the script's own among them
};

Task<Cost> cost_of_a_page() {
  constexpr int warming = 5;
  constexpr int pages = 50;
  const auto chrome = co_await ScriptedBrowser::make();
  const auto state = co_await chrome->start();
  const Browser browser(state);
  for (int number = 1; number <= warming; ++number) {
    co_await read_page(chrome, browser, number);
    co_await test::settle();
  }
  const std::size_t commands = chrome->asked();
  const std::size_t before = allocations;
  for (int number = warming + 1; number <= warming + pages; ++number) {
    co_await read_page(chrome, browser, number);
    co_await test::settle();
  }
  Cost cost;
  cost.allocations = (allocations - before) / pages;
  cost.commands = (chrome->asked() - commands) / pages;
  co_await state->close();
  co_return cost;
}

// Loosen these only for something that is worth it: every command is work for the browser, too.
SCRIPTED_TEST(Cost, OfAPageIsWhatItWas) {
  const Cost cost = co_await cost_of_a_page();
  EXPECT_EQ(cost.commands, 10U);
  EXPECT_LE(cost.allocations, 3700U);
}

}  // namespace
}  // namespace cdp
