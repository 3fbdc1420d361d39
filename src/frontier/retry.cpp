#include "frontier/retry.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <random>

namespace cdp {

bool may_pass(errc code) {
  constexpr std::array codes = {errc::browser_crashed,  errc::page_crashed,  errc::connect_error,
                                errc::protocol_timeout, errc::machine_limit, errc::storage_limit};
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// @param attempts zero: those that there were cost nothing
Task<void> back_off(int attempts, Deadline deadline) {
  using namespace std::chrono_literals;
  using Clock = std::chrono::steady_clock;
  constexpr auto first = 200ms;
  constexpr int most_doublings = 5;
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_real_distribution<double> jitter(0.5, 1.5);
  const auto span = first * (1 << std::clamp(attempts - 1, 0, most_doublings));
  const auto jittered = std::chrono::duration_cast<Clock::duration>(span * jitter(random));
  co_await sleep_until(std::min(deadline, Clock::now() + jittered));
}

}  // namespace cdp
