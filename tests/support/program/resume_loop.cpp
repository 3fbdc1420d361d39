#include "resume_loop.hpp"

#include <signal.h>

#include <iostream>
#include <set>
#include <thread>

namespace cdp::test {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

ResumeTest::ResumeTest() {
  server_.on_exchange("/static", [allowance = allowance_](Exchange& exchange) {
    if (--*allowance < 0) return exchange.wait_for_close();
    const std::string title = exchange.request().query("title");
    exchange.send({.body = "<!DOCTYPE html><title>" + title + "</title><p>Page " + title + "."});
  });
}

std::string ResumeTest::write_input(int count) const {
  std::string lines = "# a list\n";
  for (const std::string& url : static_pages(count))
    lines += url + "\n";
  return write_file("urls.txt", lines);
}

std::vector<std::string> ResumeTest::resumable(const std::string& input,
                                               std::vector<std::string> more) const {
  std::vector<std::string> arguments = {"-i", input, "--state", state(), "-o", output()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

void ResumeTest::expect_complete(const std::vector<Json>& records, int count) {
  std::multiset<int> seqs;
  for (const Json& record : records) {
    const int seq = record.value("seq", -1);
    seqs.insert(seq);
    EXPECT_EQ(record.value("outcome", ""), "ok") << record.value("error", Json());
    EXPECT_EQ(record.value("title", ""), std::to_string(seq + 1)) << "the page of another URL";
  }
  int lost = 0;
  int doubled = 0;
  for (int seq = 0; seq < count; ++seq) {
    lost += seqs.count(seq) == 0 ? 1 : 0;
    doubled += seqs.count(seq) > 1 ? 1 : 0;
  }
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(doubled, 0);
  EXPECT_EQ(records.size(), static_cast<std::size_t>(count));
  std::cout << count << " URLs, " << lost << " lost, " << doubled << " doubled\n";
}

void ResumeTest::kill_and_resume(const std::vector<std::string>& arguments, int urls, int kills) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  const auto start = Clock::now();
  for (int done = 0; done < kills && !HasFailure(); ++done)
    run_and_kill(arguments, (urls - 1) / kills, done % 2 == 1);
  *allowance_ = unlimited;
  ProcessSpec spec = program(arguments);
  spec.timeout = 10min;
  const ProcessResult result = run_process(std::move(spec));
  EXPECT_TRUE(result.ok()) << result;
  // A run that had nothing left to do had no browser, and tidied nothing up.
  if (!leaks_.session_directories().empty()) {
    EXPECT_TRUE(run({"-q", server_.url("/static")}).ok());
  }
  std::cout << kills << " kills in " << seconds_since(start) << " s; a browser ended "
            << longest_end_ << " s after its driver at the latest\n";
}

/// The moment is drawn by lot, in the middle of the pages or behind them: the waits are no
/// synchronisation.
void ResumeTest::run_and_kill(const std::vector<std::string>& arguments, int pages,
                              bool with_browser) {
  server_.clear_requests();
  *allowance_ = pages;
  const int requests = std::uniform_int_distribution<int>(0, pages)(random_);
  const auto pause = std::chrono::milliseconds(std::uniform_int_distribution<>(0, 150)(random_));
  ProcessSpec spec = program(arguments);
  spec.timeout = 10min;
  RunningProcess driver(std::move(spec));
  while (driver.running() && server_.count("/static") < requests)
    std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(pause);
  EXPECT_TRUE(driver.send_signal(SIGKILL));
  if (with_browser) {
    for (const pid_t process : leaks_.browser_processes())
      ::kill(process, SIGKILL);
  }
  const ProcessResult result = driver.wait(patience);
  EXPECT_EQ(result.signal, SIGKILL) << result;
  expect_browser_gone();
}

void ResumeTest::expect_browser_gone() {
  const auto start = Clock::now();
  while (!leaks_.browser_processes().empty()) {
    ASSERT_LT(Clock::now(), start + 10s) << "the browser outlives its driver";
    std::this_thread::sleep_for(5ms);
  }
  longest_end_ = std::max(longest_end_, seconds_since(start));
}

}  // namespace cdp::test
