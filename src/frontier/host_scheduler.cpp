#include "frontier/host_scheduler.hpp"

#include <algorithm>
#include <utility>

namespace cdp {

void HostScheduler::add(Id id, std::string_view name, Kind kind) {
  Hosts::iterator host = hosts_.find(name);
  if (host == hosts_.end()) host = hosts_.try_emplace(std::string(name)).first;
  (kind == Kind::page ? host->second.pages : host->second.requests).insert(id);
  if (kind == Kind::page) ++waiting_pages_;
  // Due as far as is known here; `next` looks at the clock.
  place(host, Time::min());
}

void HostScheduler::withdraw_request(Id id, std::string_view name, Time now) {
  const Hosts::iterator host = hosts_.find(name);
  if (host == hosts_.end()) return;
  host->second.requests.erase(id);
  place(host, now);
}

void HostScheduler::set_least_delay(std::string_view name, Span delay) {
  Hosts::iterator host = hosts_.find(name);
  if (host == hosts_.end()) host = hosts_.try_emplace(std::string(name)).first;
  host->second.least_delay = delay;
}

bool HostScheduler::is_spaced(std::string_view name) const {
  const auto host = hosts_.find(name);
  return host == hosts_.end() ? limits_.delay > Span::zero()
                              : delay_of(host->second) > Span::zero();
}

/// What of this host would be started, were it time.
std::optional<HostScheduler::Key> HostScheduler::first_of(const Host& host) const {
  if (host.is_unsent) return std::nullopt;
  if (!host.requests.empty()) return Key(Kind::request, *host.requests.begin());
  const std::size_t most = host.refusals > 0 ? 1 : limits_.pages_at_once;
  if (host.pages.empty() || (most != 0 && host.running >= most)) return std::nullopt;
  return Key(Kind::page, *host.pages.begin());
}

/// Puts a host where it belongs: among those that may be asked, those whose time comes, those that
/// wait for an event, or nowhere any more.
void HostScheduler::place(Hosts::iterator at, Time now) {
  Host& host = at->second;
  if (host.ready) ready_.erase(*std::exchange(host.ready, std::nullopt));
  if (host.alarm) alarms_.erase({*std::exchange(host.alarm, std::nullopt), at->first});
  const Time due = std::max(host.next_start, host.paused_until);
  const bool is_idle =
      host.requests.empty() && host.pages.empty() && host.running == 0 && host.own_requests == 0;
  const std::optional<Key> first = first_of(host);
  if ((first || is_idle) && due > now) {
    host.alarm = due;
    alarms_.emplace(due, at->first);
  } else if (first) {
    host.ready = first;
    ready_.emplace(*first, at);
  } else if (is_idle) {
    hosts_.erase(at);
  }
}

/// Looks again at the hosts whose time has come.
void HostScheduler::wake(Time now) {
  while (!alarms_.empty() && alarms_.begin()->first <= now)
    place(hosts_.find(alarms_.begin()->second), now);
}

HostScheduler::Choice HostScheduler::next(Time now, std::optional<Id> last_page) {
  wake(now);
  Choice choice;
  if (!alarms_.empty()) choice.ask_again = alarms_.begin()->first;
  if (ready_.empty()) return choice;
  const auto [key, at] = *ready_.begin();
  const auto [kind, id] = key;
  if (kind == Kind::page && (!last_page || id > *last_page)) return choice;
  Host& host = at->second;
  if (kind == Kind::page) {
    host.pages.erase(id);
    --waiting_pages_;
  } else {
    host.requests.erase(id);
  }
  const bool is_new = running_.emplace(id, UnderWay{at, kind}).second;
  if (is_new) ++(kind == Kind::page ? host.running : host.own_requests);
  if (delay_of(host) > Span::zero()) {
    host.newest = id;
    host.is_unsent = true;
  }
  place(at, now);
  choice.start = Start{id, kind};
  return choice;
}

bool HostScheduler::has_page(Time now) {
  wake(now);
  return !ready_.empty() && ready_.rbegin()->first.first == Kind::page;
}

/// Only what was started last keeps the next one waiting.
const HostScheduler::UnderWay* HostScheduler::newest_under_way(Id id) const {
  const auto found = running_.find(id);
  const bool counts = found != running_.end() && found->second.host->second.newest == id;
  return counts ? &found->second : nullptr;
}

void HostScheduler::note_sent(Id id, Time now) {
  const UnderWay* const sent = newest_under_way(id);
  if (sent == nullptr) return;
  Host& host = sent->host->second;
  host.is_unsent = false;
  host.next_start = std::max(host.next_start, now + unanswered + delay_of(host));
  place(sent->host, now);
}

void HostScheduler::note_answered(Id id, Time now) {
  const UnderWay* const answered = newest_under_way(id);
  if (answered == nullptr) return;
  Host& host = answered->host->second;
  host.is_unsent = false;
  host.next_start = now + delay_of(host);
  place(answered->host, now);
}

void HostScheduler::finish(Id id, Time now) {
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  const auto [at, kind] = found->second;
  running_.erase(found);
  Host& host = at->second;
  --(kind == Kind::page ? host.running : host.own_requests);
  if (host.newest == id) {
    // Whatever it has sent, the server has seen it by now.
    const Time latest = now + delay_of(host);
    host.next_start = host.is_unsent ? latest : std::min(host.next_start, latest);
    host.is_unsent = false;
    host.newest.reset();
  }
  place(at, now);
}

HostScheduler::Span HostScheduler::refuse(Id id, std::optional<Span> retry_after, Time now) {
  const auto found = running_.find(id);
  if (found == running_.end()) return {};
  Host& host = found->second.host->second;
  constexpr int most_doublings = 6;
  const int doublings = std::min(host.refusals++, most_doublings);
  std::uniform_real_distribution<double> jitter(0.5, 1.5);
  const Span usual = std::min<Span>(first_pause * (1 << doublings), longest_pause);
  const Span jittered = std::chrono::duration_cast<Span>(usual * jitter(random_));
  const Span pause =
      retry_after ? std::clamp<Span>(*retry_after, first_pause, longest_retry_after) : jittered;
  host.paused_until = std::max(host.paused_until, now + pause);
  place(found->second.host, now);
  return pause;
}

void HostScheduler::accept(Id id, Time now) {
  const auto found = running_.find(id);
  if (found == running_.end() || found->second.host->second.refusals == 0) return;
  found->second.host->second.refusals = 0;
  place(found->second.host, now);
}

}  // namespace cdp
