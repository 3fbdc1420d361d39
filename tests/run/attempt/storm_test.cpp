// Random orders of what a browser may say, answer, and leave unanswered: every page has its record
// when its time is over, and the loop goes on turning meanwhile.
#include "run/attempt/scrape_page.hpp"
#include "run/keeper/browser_keeper.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::Command;
using test::ScriptedBrowser;

using Clock = std::chrono::steady_clock;

/// Chance, from a seed that a failure names.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}

  int below(int limit) { return static_cast<int>(engine_() % static_cast<unsigned>(limit)); }
  bool one_in(int number) { return below(number) == 0; }

  template <class T>
  const T& of(const std::vector<T>& choice) {
    return choice[static_cast<std::size_t>(below(static_cast<int>(choice.size())))];
  }

 private:
  std::minstd_rand engine_;
};

/// A browser that says anything at any time.
class Storm {
 public:
  Storm(const boost::asio::any_io_executor& executor, unsigned seed)
      : chrome_(std::make_shared<ScriptedBrowser>(executor)), dice_(seed) {
    // Half of the browsers only talk nonsense; the others do not answer as they should, either.
    const bool is_bad = dice_.one_in(2);
    for (const char* method : {"Runtime.evaluate", "Page.createIsolatedWorld", "Page.enable",
                               "Target.createTarget", "Target.closeTarget", "Page.stopLoading"}) {
      const int chance = method == std::string("Runtime.evaluate") ? 2 : 8;
      chrome_->on(method, [this, is_bad, chance](const Command& command) {
        if (is_bad && dice_.one_in(chance)) return answer_badly(command);
        chrome_->answer(command);
      });
    }
  }

  const std::shared_ptr<ScriptedBrowser>& chrome() const { return chrome_; }

  void end() { over_ = true; }

  /// Goes on until `end`.
  static Task<void> blow(std::shared_ptr<Storm> self) {
    constexpr int most_events = 60;
    const auto executor = co_await boost::asio::this_coro::executor;
    for (int events = 0; events < most_events && !self->over_; ++events) {
      self->say_something();
      if (self->dice_.one_in(3)) {
        co_await sleep_until(deadline_in(std::chrono::milliseconds(self->dice_.below(4))));
      } else {
        co_await boost::asio::post(executor, boost::asio::use_awaitable);
      }
    }
  }

 private:
  void answer_badly(const Command& command) {
    switch (dice_.below(6)) {
      case 0:
        return;  // never
      case 1:
        late_.push_back(command);
        return;
      case 2:
        return chrome_->wire().refuse(command, "Cannot find context with specified id");
      case 3:
        return chrome_->wire().reply(command, {{"nonsense", json::array({1, nullptr})}});
      case 4:
        return chrome_->wire().reply(command,
                                     {{"result", {{"type", "string"}, {"value", "limit"}}}});
      default:
        return chrome_->wire().reply(command,
                                     {{"result", {{"type", "string"}, {"value", "quiet"}}}});
    }
  }

  void say_something() {
    if (!late_.empty() && dice_.one_in(3)) {
      const Command command = late_.back();
      late_.pop_back();
      return chrome_->answer(command);
    }
    const std::string target = "T" + std::to_string(1 + dice_.below(2));
    if (!chrome_->has(target)) return;
    if (dice_.one_in(150)) return chrome_->wire().end("dropped by the storm");
    if (dice_.one_in(100)) return chrome_->detach(target);
    say(target);
  }

  void say(const std::string& target) {
    const std::string loader = "L" + std::to_string(1 + dice_.below(4));
    const auto tell = [&](const char* method, json params) {
      chrome_->event(target, method, std::move(params));
    };
    switch (dice_.below(16)) {
      case 0:
        return tell("Page.frameRequestedNavigation", {{"frameId", target},
                                                      {"disposition", "currentTab"},
                                                      {"url", "http://b/"},
                                                      {"reason", "formSubmissionPost"}});
      case 1:
        return tell("Page.frameScheduledNavigation", {{"frameId", target},
                                                      {"delay", dice_.below(5)},
                                                      {"url", "http://b/"},
                                                      {"reason", "metaTagRefresh"}});
      case 2:
        return tell("Page.frameClearedScheduledNavigation", {{"frameId", target}});
      case 3:
        chrome_->tell_request(target, "http://c/");
        return;
      case 4:
        return chrome_->tell_response(target, loader, dice_.of<int>({200, 204, 302, 404}));
      case 5:
        return chrome_->tell_commit(target, loader, "http://d/");
      case 6:
      case 7:
        return chrome_->tell_life(
            target, loader,
            {dice_.of<std::string>({"init", "DOMContentLoaded", "load", "networkIdle"})});
      case 8:
        return chrome_->tell_failure(
            target, loader, dice_.of<std::string>({"net::ERR_ABORTED", "net::ERR_FAILED"}));
      case 9:
        return tell("Page.frameStoppedLoading", {{"frameId", target}});
      case 10:
        return tell("Page.navigatedWithinDocument", {{"frameId", target}, {"url", "http://a/#x"}});
      case 11:
        return tell("Page.javascriptDialogOpening",
                    {{"url", "http://a/"}, {"message", "x"}, {"type", "alert"}});
      case 12:
        return tell("Network.loadingFinished", {{"requestId", loader}});
      case 13:
        return tell("Network.requestWillBeSent",
                    {{"requestId", std::to_string(dice_.below(5))},
                     {"loaderId", loader},
                     {"documentURL", "http://a/"},
                     {"request", {{"url", "http://a/data"}, {"method", "GET"}}},
                     {"type", "Fetch"},
                     {"frameId", target}});
      case 14:
        return chrome_->tell_document(target, "http://e/");
      default:
        if (dice_.one_in(10)) tell("Inspector.targetCrashed", json::object());
        return;
    }
  }

  std::shared_ptr<ScriptedBrowser> chrome_;
  Dice dice_;
  std::vector<Command> late_;  ///< to be answered some time
  bool over_ = false;
};

PageJob random_job(unsigned seed) {
  Dice dice(seed);
  PageJob job;
  job.url = "http://a/";
  job.timeout = std::chrono::milliseconds(20 + dice.below(40));
  job.overtime = {20ms, 10ms, 20ms, 60ms, 20ms};
  job.retries = dice.below(2);
  job.page.recyclable = false;
  switch (dice.below(8)) {
    case 0:
      job.wait.until = WaitUntil::load;
      break;
    case 1:
      job.wait.until = WaitUntil::domcontentloaded;
      break;
    case 2:
      job.wait.until = WaitUntil::networkidle;
      break;
    case 3:
      job.wait.selector = "b";
      break;
    case 4:
      job.wait.function = "false";
      break;
    case 5:
      job.wait.delay = std::chrono::milliseconds(dice.below(50));
      break;
    case 6:
      job.wait.scrolls = 3;
      break;
    default:
      job.wait.until = WaitUntil::automatic;
  }
  return job;
}

ScrapeOptions random_options(unsigned seed) {
  ScrapeOptions options;
  options.launch.renderers = static_cast<int>(seed % 2);
  return options;
}

/// All that runs at once, and what it has come to.
struct Sky {
  unsigned next_seed = 1;
  unsigned last_seed = 0;
  unsigned records = 0;
  std::map<std::string, unsigned> ends;  ///< how they ended → how many
  std::atomic<unsigned> turns{0};        ///< of the loop
  bool over = false;
};

/// The most turns of the loop that a record may take when its time is over.
constexpr unsigned most_turns = 400;

/// Counts them, from the moment on when there should be a record.
Task<void> expect_record_in_time(std::shared_ptr<Sky> sky, std::shared_ptr<bool> is_there,
                                 Deadline deadline, unsigned seed) {
  const auto executor = co_await boost::asio::this_coro::executor;
  while (!*is_there && !has_passed(deadline))
    co_await sleep_until(std::min(deadline, deadline_in(5ms)));
  const unsigned from = sky->turns;
  while (!*is_there && sky->turns - from < most_turns)
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
  EXPECT_TRUE(*is_there) << "no record in time, seed " << seed;
}

/// The browsers of one page, all of them made of storms.
struct Weather {
  Weather(boost::asio::any_io_executor on, unsigned of)
      : executor(std::move(on)), seed(of), group(executor) {}

  boost::asio::any_io_executor executor;
  unsigned seed;
  std::vector<std::shared_ptr<Storm>> storms;
  TaskGroup group;
};

Task<Browser> make_browser(std::shared_ptr<Weather> weather) {
  constexpr unsigned step = 1'000'000;
  const auto number = static_cast<unsigned>(weather->storms.size()) + 1;
  const auto storm = std::make_shared<Storm>(weather->executor, weather->seed + number * step);
  weather->storms.push_back(storm);
  const auto state = co_await storm->chrome()->start();
  weather->group.spawn_soon(Storm::blow(storm), "storm");
  co_return Browser(state);
}

std::string how_it_ended(const Record& record) {
  if (record.error) return std::string(to_string(record.error->code));
  return record.partial ? "partial" : "ok, by " + record.wait_ended_by;
}

Task<void> scrape_in_storm(std::shared_ptr<Sky> sky, unsigned seed) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto weather = std::make_shared<Weather>(executor, seed);
  const BrowserKeeper::Maker make = [weather] { return make_browser(weather); };
  BrowserKeeper keeper(executor, random_options(seed), make);
  PageJob job = random_job(seed);
  const Deadline deadline = deadline_in(job.timeout + job.overtime.end + job.overtime.cancel);
  const auto is_there = std::make_shared<bool>(false);
  weather->group.spawn_soon(expect_record_in_time(sky, is_there, deadline, seed), "clock");
  Task<Record> scraping = scrape_page(std::move(job), keeper);
  const Record record = co_await std::move(scraping);
  *is_there = true;
  ++sky->records;
  ++sky->ends[how_it_ended(record)];
  EXPECT_NE(record.outcome == RecordOutcome::ok, record.error.has_value()) << "seed " << seed;
  EXPECT_GE(record.attempts, 1) << "seed " << seed;
  keeper.kill();
  co_await keeper.close();
  for (const auto& storm : weather->storms)
    storm->end();
  co_await weather->group.join();
}

Task<void> scrape_one_after_the_other(std::shared_ptr<Sky> sky) {
  while (sky->next_seed <= sky->last_seed) {
    const unsigned seed = sky->next_seed++;
    co_await scrape_in_storm(sky, seed);
  }
}

Task<void> count_turns(std::shared_ptr<Sky> sky) {
  const auto executor = co_await boost::asio::this_coro::executor;
  while (!sky->over) {
    ++sky->turns;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
  }
}

/// Ends the test when the loop does not turn any more: nothing inside of it can.
class LoopGuard {
 public:
  explicit LoopGuard(std::shared_ptr<Sky> sky) : thread_([this, sky] { watch(*sky); }) {}
  ~LoopGuard() {
    over_ = true;
    thread_.join();
  }

 private:
  void watch(const Sky& sky) {
    unsigned seen = 0;
    for (auto turned_at = Clock::now(); !over_; std::this_thread::sleep_for(50ms)) {
      if (std::exchange(seen, sky.turns.load()) != sky.turns) turned_at = Clock::now();
      if (Clock::now() - turned_at < 60s) continue;
      std::fprintf(stderr, "the loop does not turn any more, near seed %u\n", sky.next_seed);
      std::abort();
    }
  }

  std::atomic<bool> over_{false};
  std::thread thread_;
};

unsigned number_of_storms() {
  constexpr unsigned usual = 10'000;
  const char* given = std::getenv("CDP_SCRAPE_STORMS");
  return given == nullptr ? usual : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
}

SCRIPTED_TEST(Storm, EveryPageHasItsRecordWhenItsTimeIsOver) {
  constexpr int at_once = 24;  // more, and none gets anywhere in its time
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto sky = std::make_shared<Sky>();
  sky->last_seed = number_of_storms();
  const LoopGuard guard(sky);
  TaskGroup counting(executor);
  counting.spawn_soon(count_turns(sky), "count turns");
  TaskGroup pages(executor);
  for (int i = 0; i < at_once; ++i)
    pages.spawn_soon(scrape_one_after_the_other(sky), "pages");
  co_await pages.join();
  EXPECT_EQ(sky->records, sky->last_seed);
  // A storm in which all pages fare alike would prove nothing. On a slow machine, more of them fare
  // alike.
  EXPECT_GE(sky->ends.size(), 6U);
  for (const auto& [end, number] : sky->ends)
    std::printf("%7u %s\n", number, end.c_str());
  sky->over = true;
  co_await counting.join();
}

}  // namespace
}  // namespace cdp
