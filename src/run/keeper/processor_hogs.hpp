// Renderers that take more of the processors than any page needs.
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

/// Finds renderers that have kept more than so many processors busy for two looks in a row. Is told
/// the time; no I/O. Those are to stand back: a page that starts fifty workers has what nobody else
/// needs, and not what fifty pages would have.
class ProcessorHogs {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param most processors that a renderer may keep busy
  explicit ProcessorHogs(double most) : most_(most) {}

  /// A look at all renderers there are. @return those that are to stand back from now on
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

/// How far a process stands back, as niceness: for the browser's own process, or for everybody.
constexpr int for_the_browser = 5;
constexpr int for_everybody = 10;

/// Has the process wait for those that want less. What cannot be done is not done.
void stand_back(pid_t process, int niceness);

}  // namespace cdp
