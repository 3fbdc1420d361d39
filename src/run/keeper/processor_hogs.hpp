// Renderers that use more processors than any page needs.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <vector>

namespace cdp {

/// What a renderer has used up so far.
struct RendererTime {
  pid_t pid;
  std::chrono::milliseconds used;  ///< of all of its threads
};

/// Finds renderers that have kept more than a number of processors busy for two looks in a row, to
/// lower their priority: a page that starts fifty workers must not get the share of fifty pages. Is
/// told the time; no I/O.
class ProcessorHogs {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param most processors that a renderer may keep busy
  explicit ProcessorHogs(double most) : most_(most) {}

  /// A look at all renderers. @return those whose priority is to be lowered from now on
  std::vector<pid_t> take(const std::vector<RendererTime>& renderers, Clock::time_point now);

 private:
  struct Seen {
    std::chrono::milliseconds used;
    bool was_busy = false;
    bool stands_back = false;
  };

  double most_;
  Clock::time_point looked_at_;
  std::map<pid_t, Seen> seen_;  ///< the renderers of the last look
};

/// The renderers of a browser, from /proc.
std::vector<RendererTime> read_renderers(pid_t browser);

/// The niceness of a process that yields to the browser's own process, or to everybody.
constexpr int for_the_browser = 5;
constexpr int for_everybody = 10;

/// Lowers the priority of the process. Failures are ignored.
void stand_back(pid_t process, int niceness);

}  // namespace cdp
