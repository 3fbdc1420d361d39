#include "run/attempt/attempt_plan.hpp"

#include "frontier/retry.hpp"

#include <algorithm>

namespace cdp {
namespace {

/// Failures because the machine, or the browser's directory, had no room.
bool is_shortage(errc code) {
  return code == errc::machine_limit || code == errc::storage_limit;
}

}  // namespace

AttemptPlan::Next AttemptPlan::take(const Report& report, Clock::time_point now) {
  ++attempts_;
  const bool in_time = now < deadline_;
  if (report.doubtful && in_time) {
    afresh_ = true;
    return take_back();
  }
  if (!report.error) return Next::end;
  if (report.browser_silent && ++silences_ <= most_silences) {
    give_time(now);
    return take_back();
  }
  if (in_time && was_disturbed(report)) {
    apart_ = true;
    give_time(now);
    // A crash is usually the page's own fault, but it is tried once more before that is certain.
    const bool is_free = *report.error != errc::page_crashed || !has_attempts();
    return is_free ? take_back() : Next::at_once;
  }
  if (is_shortage(*report.error)) {
    // Most probably another page's fault; the last attempt is made alone.
    if (++deaths_ > most_deaths) return Next::end;
    ++free_;
  }
  if (*report.error == errc::browser_crashed && ++deaths_ > most_deaths) return Next::poison;
  return in_time && may_pass(*report.error) && has_attempts() ? Next::after_a_pause : Next::end;
}

AttemptPlan::Place AttemptPlan::place() const {
  if (deaths_ >= most_deaths) return Place::alone;
  return apart_ ? Place::apart : Place::company;
}

/// What happens to a page in a shared process may be another page's doing.
bool AttemptPlan::was_disturbed(const Report& report) const {
  if (!report.in_company || apart_) return false;
  switch (*report.error) {
    case errc::page_hung:
    case errc::page_crashed:
      return true;
    case errc::dialog_loop:  // dialogs of others hold it, too
      return !report.has_html;
    case errc::download:  // which a document looks like whose process died before it had it
      return report.lost_document;
    default:
      return false;
  }
}

void AttemptPlan::give_time(Clock::time_point now) {
  const Deadline whole = std::min(now + limits_.timeout, own_deadline_ + limits_.overtime);
  deadline_ = std::max(deadline_, whole);
}

AttemptPlan::Next AttemptPlan::take_back() {
  ++free_;
  return Next::at_once;
}

}  // namespace cdp
