// What a page costs the driver, counted instead of timed: the same on every machine, however busy.
//
// A program of its own, because it counts all allocations, and because it counts instructions by
// running itself under valgrind.
#include "support/process/private_tmpdir.hpp"
#include "support/process/subprocess.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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

// Callgrind counts from the one to the other. They are found by name: they must be functions, and
// not be folded.
extern "C" [[gnu::noinline]] void cost_counted_from_here() {
  asm volatile("# from");
}
extern "C" [[gnu::noinline]] void cost_counted_up_to_here() {
  asm volatile("# up to");
}

namespace cdp {
namespace {

using nlohmann::json;
using test::patience;
using test::ScriptedBrowser;

constexpr int resources = 9;
constexpr int warming = 5;
constexpr int pages = 50;

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
  PageOptions options;
  options.watches_timers = false;
  Page page = co_await browser.open("http://a/" + std::to_string(number), options, patience);
  tell_resources(*chrome, "T" + std::to_string(number));
  co_await page.loaded();
  const Content content = co_await page.capture(patience);
  EXPECT_EQ(content.html, chrome->html);
}

struct Cost {
  std::size_t commands = 0;
  std::size_t allocations = 0;  ///< the script's own among them
};

Task<void> read_pages(std::shared_ptr<ScriptedBrowser> chrome, Browser browser, int from,
                      int count) {
  for (int number = from; number < from + count; ++number) {
    co_await read_page(chrome, browser, number);
    co_await test::settle();
  }
}

Task<Cost> cost_of_a_page() {
  const auto chrome = co_await ScriptedBrowser::make();
  const auto state = co_await chrome->start();
  const Browser browser(state);
  co_await read_pages(chrome, browser, 1, warming);
  const std::size_t commands = chrome->asked();
  const std::size_t before = allocations;
  cost_counted_from_here();
  co_await read_pages(chrome, browser, 1 + warming, pages);
  cost_counted_up_to_here();
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
  EXPECT_LE(cost.allocations, 3500U);
}

/// What callgrind counted between the two functions.
double counted_in(const std::string& profile) {
  std::ifstream file(profile);
  for (std::string word; file >> word;) {
    double instructions = 0;
    if (word == "summary:" && file >> instructions) return instructions;
  }
  return 0;
}

TEST(Cost, OfAPageInInstructions) {
  const test::PrivateTmpdir place;
  const std::string profile = place.path().string() + "/profile";
  test::ProcessSpec valgrind;
  valgrind.argv = {"valgrind",
                   "--tool=callgrind",
                   "--callgrind-out-file=" + profile,
                   "--zero-before=cost_counted_from_here",
                   "--dump-before=cost_counted_up_to_here",
                   std::filesystem::read_symlink("/proc/self/exe"),
                   "--gtest_filter=Cost.OfAPageIsWhatItWas"};
  valgrind.timeout = std::chrono::minutes(2);
  const test::ProcessResult result = test::run_process(valgrind);
  ASSERT_TRUE(result.ok()) << result;
  const double instructions = counted_in(profile + ".1") / pages;
  RecordProperty("instructions", std::to_string(instructions));
  EXPECT_GT(instructions, 0);
  EXPECT_LE(instructions, 2'800'000);
}

}  // namespace
}  // namespace cdp
