#include "kill_loop.hpp"

#include <signal.h>

#include <array>
#include <thread>

namespace cdp::test {

using namespace std::chrono_literals;

void KillTest::kill_drivers(int count, const std::string& transport) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  constexpr std::array moments = {Moment::launching, Moment::navigating, Moment::extracting,
                                  Moment::writing, Moment::any};
  for (int i = 0; i < count && !HasFailure(); ++i) {
    SCOPED_TRACE("kill " + std::to_string(i));
    kill_at(moments[static_cast<std::size_t>(i) % moments.size()], transport);
    // Every other time two leftovers meet.
    if (i % 2 == 1 || i + 1 == count) expect_next_start_tidies_up(transport);
  }
}

void KillTest::kill_at(Moment moment, const std::string& transport) {
  const std::string round = std::to_string(++round_);
  server_.clear_requests();
  SlowReader output(file_path("pipe" + round));
  RunningProcess driver(
      program({"-q", "--transport", transport, "-c", "3", "-f", "jsonl", "-o", output.path(),
               server_.url("/page/1"), server_.url("/big?mb=8&round=" + round),
               server_.url("/gate/" + round)}));
  wait_for(moment, driver, output);
  driver.send_signal(SIGKILL);
  const ProcessResult result = driver.wait(patience);
  EXPECT_EQ(result.signal, SIGKILL) << result;
  expect_browser_gone();
}

/// The moment itself is drawn by lot: a wait here is no synchronisation.
void KillTest::wait_for(Moment moment, RunningProcess& driver, SlowReader& output) {
  switch (moment) {
    case Moment::launching:
      return std::this_thread::sleep_for(random_time(150ms));
    case Moment::navigating:
      EXPECT_TRUE(server_.wait_for_request("/gate/" + std::to_string(round_), patience));
      return std::this_thread::sleep_for(random_time(20ms));
    case Moment::extracting:
      EXPECT_TRUE(server_.wait_for_request("/big", patience));
      return std::this_thread::sleep_for(random_time(400ms));
    case Moment::writing:
      EXPECT_TRUE(output.wait_for_output(patience));
      return std::this_thread::sleep_for(random_time(20ms));
    case Moment::any:
      EXPECT_TRUE(driver.running());
      return std::this_thread::sleep_for(random_time(1500ms));
  }
}

void KillTest::expect_browser_gone() const {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!leaks_.browser_processes().empty()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the browser outlives its driver";
    std::this_thread::sleep_for(5ms);
  }
}

void KillTest::expect_next_start_tidies_up(const std::string& transport) const {
  const ProcessResult result = run({"-q", "--transport", transport, server_.url("/static")});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_TRUE(leaks_.session_directories().empty());
}

std::chrono::milliseconds KillTest::random_time(std::chrono::milliseconds most) {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> draw(0, most.count());
  return std::chrono::milliseconds(draw(random_));
}

}  // namespace cdp::test
