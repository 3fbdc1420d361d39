#include "cli/process/end_plan.hpp"

#include <algorithm>
#include <csignal>

namespace cdp::cli {

EndPlan::Step EndPlan::take(int signal, Clock::time_point now) {
  const bool is_first = signal_ == 0;
  if (is_first) signal_ = signal;
  const bool drains = is_first && signal != SIGQUIT;
  const auto end_at = now + farewell + (drains ? drain_ + farewell : std::chrono::milliseconds(0));
  end_at_ = std::min(end_at_.value_or(end_at), end_at);
  return drains ? Step::drain : Step::give_up;
}

EndPlan::Step EndPlan::look(Clock::time_point now) const {
  return end_at_ && now >= *end_at_ ? Step::end : Step::none;
}

}  // namespace cdp::cli
