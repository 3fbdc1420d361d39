#include "frontier/robots_cache.hpp"

#include <algorithm>
#include <utility>

namespace cdp {

/// Moves an origin to the front, or makes it.
RobotsCache::Origin& RobotsCache::use(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) {
    origins_.splice(origins_.begin(), origins_, found->second);
  } else {
    origins_.emplace_front().name = std::string(name);
    by_name_.emplace(origins_.front().name, origins_.begin());
    let_go();
  }
  return origins_.front();
}

RobotsCache::Origin& RobotsCache::count(std::string_view name) {
  Origin& origin = use(name);
  origin.urls = std::min(origin.urls + 1, unasked_urls + 1);
  return origin;
}

RobotsCache::Verdict RobotsCache::ask_again(std::string_view name, std::string_view path,
                                            Time now) {
  return judge(use(name), path, now);
}

RobotsCache::Verdict RobotsCache::judge(const Origin& origin, std::string_view path,
                                        Time now) const {
  if (policy_ == RobotsPolicy::ignore) return Verdict::allowed;
  const bool is_known = origin.rules || !origin.fault.empty();
  if (!is_known && policy_ == RobotsPolicy::automatic && origin.urls <= unasked_urls)
    return Verdict::allowed;
  if (!is_known || now >= origin.expires) return Verdict::unknown;
  if (!origin.rules) return Verdict::unreachable;
  return origin.rules->allows(path) ? Verdict::allowed : Verdict::disallowed;
}

void RobotsCache::put(std::string_view name, std::string_view file, Time now) {
  Origin& origin = use(name);
  origin.fault.clear();
  origin.expires = now + shelf_life;
  replace(origin, RobotsRules(file, agents_));
  let_go();
}

void RobotsCache::put_fault(std::string_view name, std::string reason, Time now) {
  Origin& origin = use(name);
  origin.fault = std::move(reason);
  origin.expires = now + shelf_life_of_a_fault;
  replace(origin, std::nullopt);
}

void RobotsCache::replace(Origin& origin, std::optional<RobotsRules> rules) {
  if (origin.rules) rule_bytes_ -= origin.rules->bytes();
  origin.rules = std::move(rules);
  if (origin.rules) rule_bytes_ += origin.rules->bytes();
}

/// The one in use stays.
void RobotsCache::let_go() {
  while (origins_.size() > 1 && (origins_.size() > most_origins || rule_bytes_ > most_rule_bytes)) {
    replace(origins_.back(), std::nullopt);
    by_name_.erase(origins_.back().name);
    origins_.pop_back();
  }
}

const RobotsCache::Origin* RobotsCache::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &*found->second;
}

std::string RobotsCache::fault_of(std::string_view name) const {
  const Origin* const origin = find(name);
  return origin == nullptr ? std::string() : origin->fault;
}

std::chrono::milliseconds RobotsCache::delay_of(std::string_view name) const {
  const Origin* const origin = find(name);
  return origin != nullptr && origin->rules ? origin->rules->delay() : std::chrono::milliseconds(0);
}

}  // namespace cdp
