// SIGKILL for the driver, at moments of all kinds.
#pragma once

#include "cli_test.hpp"

#include <random>
#include <string>
#include <vector>

namespace cdp::test {

/// What the driver is doing when it is killed.
enum class Moment { launching, navigating, extracting, writing, any };

class KillTest : public CliTest {
 protected:
  /// Kills drivers, moment after moment, with the transport of that name. After each, the browser
  /// must go by itself; after the next start, the directory too.
  void kill_drivers(int count, const std::string& transport);
  void expect_browser_gone() const;

 private:
  void kill_at(Moment moment, const std::string& transport);
  void wait_for(Moment moment, RunningProcess& driver, SlowReader& output);
  void expect_next_start_tidies_up(const std::string& transport) const;

  /// From 0 to `most`.
  std::chrono::milliseconds random_time(std::chrono::milliseconds most);

  const std::random_device::result_type seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  int round_ = 0;
};

}  // namespace cdp::test
