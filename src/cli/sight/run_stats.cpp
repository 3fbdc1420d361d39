#include "cli/sight/run_stats.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace cdp::cli {
namespace {

double to_milliseconds(Timings::Span span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

}  // namespace

void DurationHistogram::add(double milliseconds) {
  const double position = std::log(std::max(milliseconds, least) / least) / std::log(step);
  const auto bucket = static_cast<std::size_t>(position);
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  sum_ += milliseconds;
  longest_ = std::max(longest_, milliseconds);
}

double DurationHistogram::percentile(double percent) const {
  if (count_ == 0) return 0;
  const auto wanted = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::ceil(static_cast<double>(count_) * percent / 100.0)));
  std::size_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen < wanted) continue;
    const double middle = least * std::pow(step, static_cast<double>(bucket) + 0.5);
    return std::min(middle, longest_);
  }
  return longest_;
}

std::string_view origin_of_url(std::string_view url) {
  const std::size_t mark = url.find("://");
  if (mark == url.npos) return {};
  const std::size_t end = std::min(url.find_first_of("/\\?#", mark + 3), url.size());
  return url.substr(0, end);
}

std::string_view host_of_url(std::string_view url) {
  std::string_view origin = origin_of_url(url);
  if (origin.empty()) return {};
  origin.remove_prefix(origin.find("://") + 3);
  const std::size_t at = origin.rfind('@');
  if (at != origin.npos) origin.remove_prefix(at + 1);
  return origin;
}

void RunStats::note(const Record& record) {
  const bool skipped = record.outcome == RecordOutcome::skipped;
  ++(skipped ? skipped_ : record.error ? failed_ : ok_);
  if (record.error) {
    const RecordOutcome outcome = skipped ? RecordOutcome::skipped : RecordOutcome::failed;
    ++errors_[{outcome, record.error->code}];
  }
  if (record.partial) ++partial_;
  if (record.status > 0) ++statuses_[record.status];
  if (record.attempts > 1) retries_ += static_cast<std::size_t>(record.attempts) - 1;
  html_bytes_ += record.html_bytes();
  if (record.attempts == 0) return;  // nothing was asked of any server
  const double total = to_milliseconds(record.timings.total);
  times_.add(total);
  constexpr double millisecond = 0.001;
  const auto limit =
      std::lower_bound(bucket_limits.begin(), bucket_limits.end(), total * millisecond);
  if (limit != bucket_limits.end())
    ++buckets_.at(static_cast<std::size_t>(limit - bucket_limits.begin()));
  const std::string_view name = host_of_url(record.url);
  auto host = hosts_.find(name);
  if (host == hosts_.end()) {
    const bool full = hosts_.size() >= most_hosts;
    host = hosts_.emplace(full ? "(other hosts)" : std::string(name), Host{}).first;
  }
  ++host->second.pages;
  if (record.error && !skipped) ++host->second.failed;
  host->second.total_ms += total;
}

std::vector<RunStats::CodeCount> RunStats::codes_of(RecordOutcome outcome) const {
  std::vector<CodeCount> list;
  for (const auto& [kind, count] : errors_)
    if (kind.first == outcome) list.emplace_back(kind.second, count);
  std::stable_sort(list.begin(), list.end(), [](const CodeCount& one, const CodeCount& other) {
    return one.second > other.second;
  });
  return list;
}

template <class Less>
std::vector<RunStats::NamedHost> RunStats::best_hosts(std::size_t most, Less better) const {
  std::vector<NamedHost> list(hosts_.begin(), hosts_.end());
  const std::size_t count = std::min(most, list.size());
  std::partial_sort(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(count), list.end(),
                    better);
  list.resize(count);
  return list;
}

std::vector<RunStats::NamedHost> RunStats::slowest_hosts(std::size_t most) const {
  return best_hosts(most, [](const NamedHost& one, const NamedHost& other) {
    return one.second.mean_ms() > other.second.mean_ms();
  });
}

std::vector<RunStats::NamedHost> RunStats::failing_hosts(std::size_t most) const {
  std::vector<NamedHost> list = best_hosts(most, [](const NamedHost& one, const NamedHost& other) {
    return one.second.failed > other.second.failed;
  });
  std::erase_if(list, [](const NamedHost& host) { return host.second.failed == 0; });
  return list;
}

}  // namespace cdp::cli
