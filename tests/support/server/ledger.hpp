#pragma once

// What the threads of a TestServer share: the requests so far, the gates, and whether the server
// stops.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cdp::test {

/// Thread-safe. Every wait ends early with `false` when stop() is called.
class Ledger {
 public:
  using Milliseconds = std::chrono::milliseconds;
  using Ticket = std::uint64_t;

  /// A request as it came in, those for robots.txt included.
  struct Arrival {
    std::string host;  ///< as the header has it
    std::string target;
    std::chrono::steady_clock::time_point at;
  };

  explicit Ledger(bool record) : record_(record) {}

  /// Notes the arrival of a request; its answer is noted by end(). Ending twice does no harm. What
  /// crawlers ask for on their own account, robots.txt, is noted in arrivals() alone.
  Ticket begin(const std::string& host, const std::string& target);
  void end(Ticket ticket);

  std::vector<std::string> targets() const;
  std::vector<Arrival> arrivals() const;
  int count(std::string_view target) const;
  int max_in_flight(std::string_view prefix) const;
  void clear();

  void open_gate(std::string_view name);
  bool wait_for_gate(std::string_view name) const;
  bool wait_for_request(std::string_view target, Milliseconds timeout) const;
  bool pause(Milliseconds duration) const;

  void stop();

 private:
  /// A request that arrived, or one that was answered.
  struct Event {
    std::size_t index;
    bool is_begin;
  };

  bool has_arrived(std::string_view target) const;

  const bool record_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> targets_;
  std::vector<Arrival> arrivals_;
  std::vector<Event> events_;
  Ticket first_ = 0;  ///< ticket of targets_[0]; older ones were cleared
  std::set<std::string, std::less<>> gates_;
  bool stopping_ = false;
};

}  // namespace cdp::test
