#include "frontier/url_queue.hpp"

#include "base/web/web_url.hpp"
#include "fetch/redirect_chain.hpp"
#include "frontier/retry_after.hpp"
#include "frontier/url_normal_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cdp {
namespace {

/// Ids of fetches of robots.txt are above all numbers.
constexpr HostScheduler::Id first_fetch = HostScheduler::Id{1} << 62U;

HostScheduler::Limits limits_of(const ScrapeOptions& options) {
  return {static_cast<std::size_t>(std::max(options.per_host, 0)), options.host_delay};
}

/// What the run is called in robots.txt.
std::vector<std::string> agents_of(const ScrapeOptions& options) {
  std::vector<std::string> agents;
  if (auto token = product_token(options.page.user_agent)) agents.push_back(std::move(*token));
  agents.emplace_back("cdp-scrape");
  return agents;
}

}  // namespace

UrlQueue::UrlQueue(const ScrapeOptions& options, std::uint32_t seed)
    : scheduler_(limits_of(options), seed),
      robots_(options.robots, agents_of(options)),
      next_fetch_(first_fetch) {}

std::string_view UrlQueue::Place::path() const {
  return path_and_query(normal);
}

std::string_view UrlQueue::Place::host() const {
  return host_name(normal);
}

UrlQueue::Place UrlQueue::place_of(const InputUrl& input) {
  std::string normal = normal_form(input.url);
  std::string origin = origin_of(normal);
  return {std::move(normal), std::move(origin)};
}

void UrlQueue::add(QueuedUrl url, Time now) {
  const Place place = place_of(url.input);
  const auto verdict = robots_.ask(place.origin, place.path(), now);
  admit(std::move(url), place, verdict);
}

void UrlQueue::admit(QueuedUrl url, const Place& place, RobotsCache::Verdict verdict) {
  using Verdict = RobotsCache::Verdict;
  if (verdict == Verdict::allowed) return schedule(std::move(url), place);
  if (verdict == Verdict::unknown) return park(std::move(url), place);
  RecordError error;
  error.phase = Phase::queued;
  error.code = verdict == Verdict::disallowed ? errc::robots_disallowed : errc::robots_unreachable;
  error.detail = verdict == Verdict::disallowed
                     ? fmt::format("{}/robots.txt forbids {}", place.origin, place.path())
                     : robots_.fault_of(place.origin);
  refused_.push_back({std::move(url), std::move(error)});
}

void UrlQueue::schedule(QueuedUrl url, const Place& place) {
  const std::size_t number = url.number;
  const auto delay = robots_.delay_of(place.origin);
  if (delay.count() > 0) scheduler_.set_least_delay(place.host(), delay);
  scheduler_.add_page(number, place.host());
  pages_.emplace(number, std::move(url));
}

void UrlQueue::park(QueuedUrl url, const Place& place) {
  const auto [parked, is_first] = parked_.try_emplace(place.origin);
  parked->second.urls.push_back(std::move(url));
  parked->second.host = place.host();
  ++parked_urls_;
  if (!is_first) return;
  unfetched_.push_back(place.origin);
  begin_fetches();
}

void UrlQueue::begin_fetches() {
  for (; !unfetched_.empty() && fetches_.size() < most_fetches; unfetched_.pop_front()) {
    const HostScheduler::Id id = next_fetch_++;
    scheduler_.add_request(id, parked_.find(unfetched_.front())->second.host);
    fetches_.emplace(id, unfetched_.front());
  }
}

void UrlQueue::take_robots(const std::string& origin, const RobotsFile& file, Time now) {
  if (file.fault.empty()) {
    robots_.put(origin, file.text, now);
  } else {
    robots_.put_fault(origin, file.fault, now);
  }
  const auto fetch = std::find_if(fetches_.begin(), fetches_.end(),
                                  [&](const auto& entry) { return entry.second == origin; });
  if (fetch != fetches_.end()) {
    scheduler_.finish(fetch->first, now);
    fetches_.erase(fetch);
  }
  auto parked = parked_.extract(origin);
  begin_fetches();
  if (parked.empty()) return;
  parked_urls_ -= parked.mapped().urls.size();
  for (QueuedUrl& url : parked.mapped().urls) {
    const Place place = place_of(url.input);
    const auto verdict = robots_.ask_again(place.origin, place.path(), now);
    admit(std::move(url), place, verdict);
  }
}

HostScheduler::Span UrlQueue::refuse(std::size_t number, std::string_view retry_after, Time now) {
  const auto wish = parse_retry_after(retry_after, std::chrono::system_clock::now());
  return scheduler_.refuse(number, wish, now);
}

void UrlQueue::add_again(QueuedUrl url, Time now) {
  finish(url.number, now);
  const Place place = place_of(url.input);
  schedule(std::move(url), place);
}

bool UrlQueue::is_spaced(std::size_t number) const {
  const auto host = under_way_.find(number);
  return host != under_way_.end() && scheduler_.is_spaced(host->second);
}

UrlQueue::Step UrlQueue::next(Time now, std::optional<std::size_t> last_page) {
  if (!refused_.empty()) {
    Refuse refuse = std::move(refused_.front());
    refused_.pop_front();
    return refuse;
  }
  const HostScheduler::Choice choice = scheduler_.next(now, last_page);
  if (!choice.start) return Wait{choice.ask_again};
  const auto [id, kind] = *choice.start;
  if (kind == HostScheduler::Kind::page) {
    auto page = pages_.extract(id);
    under_way_.emplace(id, place_of(page.mapped().input).host());
    return StartPage{std::move(page.mapped())};
  }
  if (const auto fetch = fetches_.find(id); fetch != fetches_.end())
    return FetchRobots{fetch->second};
  granted_.insert(id);
  return Grant{};
}

bool UrlQueue::has_step(Time now) {
  return !refused_.empty() || scheduler_.has_page(now);
}

void UrlQueue::note(std::size_t number, DocumentRequest event, Time now) {
  if (event == DocumentRequest::sent) {
    scheduler_.note_sent(number, now);
  } else {
    scheduler_.note_answered(number, now);
  }
}

void UrlQueue::finish(std::size_t number, Time now) {
  scheduler_.finish(number, now);
  under_way_.erase(number);
}

void UrlQueue::ask_turn(std::size_t number) {
  scheduler_.add_request(number, under_way_.at(number));
}

void UrlQueue::give_up_turn(std::size_t number, Time now) {
  granted_.erase(number);
  if (const auto host = under_way_.find(number); host != under_way_.end())
    scheduler_.withdraw_request(number, host->second, now);
}

std::vector<QueuedUrl> UrlQueue::clear() {
  std::vector<QueuedUrl> urls;
  for (auto& [number, url] : pages_)
    urls.push_back(std::move(url));
  for (auto& [origin, parked] : parked_)
    std::move(parked.urls.begin(), parked.urls.end(), std::back_inserter(urls));
  for (Refuse& refuse : refused_)
    urls.push_back(std::move(refuse.url));
  pages_.clear();
  parked_.clear();
  parked_urls_ = 0;
  unfetched_.clear();
  refused_.clear();
  return urls;
}

}  // namespace cdp
