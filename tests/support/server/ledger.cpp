#include "ledger.hpp"

#include <algorithm>

namespace cdp::test {
namespace {

constexpr Ledger::Ticket no_ticket = ~Ledger::Ticket{0};

/// Does `target` name this request, by its path alone or with the query?
bool matches(std::string_view arrived, std::string_view target) {
  return arrived == target || arrived.substr(0, arrived.find('?')) == target;
}

}  // namespace

Ledger::Ticket Ledger::begin(const std::string& host, const std::string& target) {
  const std::lock_guard lock(mutex_);
  if (!record_) return 0;
  arrivals_.push_back({host, target, std::chrono::steady_clock::now()});
  if (target == "/robots.txt") {
    changed_.notify_all();
    return no_ticket;
  }
  const std::size_t index = targets_.size();
  targets_.push_back(target);
  events_.push_back({index, true});
  changed_.notify_all();
  return first_ + index;
}

void Ledger::end(Ticket ticket) {
  const std::lock_guard lock(mutex_);
  if (!record_ || ticket == no_ticket || ticket < first_) return;
  events_.push_back({static_cast<std::size_t>(ticket - first_), false});
}

std::vector<Ledger::Arrival> Ledger::arrivals() const {
  const std::lock_guard lock(mutex_);
  return arrivals_;
}

std::vector<std::string> Ledger::targets() const {
  const std::lock_guard lock(mutex_);
  return targets_;
}

int Ledger::count(std::string_view target) const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(std::count_if(targets_.begin(), targets_.end(),
                                        [&](const auto& t) { return matches(t, target); }));
}

int Ledger::max_in_flight(std::string_view prefix) const {
  const std::lock_guard lock(mutex_);
  std::set<std::size_t> waiting;
  std::size_t most = 0;
  for (const auto& [index, is_begin] : events_) {
    if (!targets_[index].starts_with(prefix)) continue;
    if (is_begin) {
      waiting.insert(index);
    } else {
      waiting.erase(index);
    }
    most = std::max(most, waiting.size());
  }
  return static_cast<int>(most);
}

void Ledger::clear() {
  const std::lock_guard lock(mutex_);
  first_ += targets_.size();
  targets_.clear();
  arrivals_.clear();
  events_.clear();
}

void Ledger::open_gate(std::string_view name) {
  const std::lock_guard lock(mutex_);
  gates_.emplace(name);
  changed_.notify_all();
}

bool Ledger::wait_for_gate(std::string_view name) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || gates_.contains(name); });
  return !stopping_;
}

bool Ledger::wait_for_request(std::string_view target, Milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [&] { return stopping_ || has_arrived(target); });
  return !stopping_ && has_arrived(target);
}

bool Ledger::pause(Milliseconds duration) const {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, duration, [&] { return stopping_; });
}

void Ledger::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

bool Ledger::has_arrived(std::string_view target) const {
  return std::any_of(targets_.begin(), targets_.end(),
                     [&](const auto& t) { return matches(t, target); });
}

}  // namespace cdp::test
