// What a run's records come to.
#pragma once

#include <cdp/record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cdp::cli {

/// Durations by steps of two in a hundred, so that its size does not depend on their number.
class DurationHistogram {
 public:
  void add(double milliseconds);

  /// The duration that `percent` of a hundred do not exceed, to one in a hundred; 0 without any.
  double percentile(double percent) const;

  std::size_t count() const { return count_; }
  double sum() const { return sum_; }

 private:
  static constexpr double step = 1.02;
  static constexpr double least = 0.1;

  std::vector<std::size_t> buckets_;  ///< by the logarithm of the duration
  std::size_t count_ = 0;
  double sum_ = 0;
  double longest_ = 0;
};

/// `https://example.com:8080`, without user and password; empty when there is none.
std::string_view origin_of_url(std::string_view url);

/// `example.com:8080`
std::string_view host_of_url(std::string_view url);

/// Counts records. Its size depends on the number of hosts, up to a limit, and on nothing else.
class RunStats {
 public:
  struct Host {
    std::size_t pages = 0;
    std::size_t failed = 0;
    double total_ms = 0;  ///< of all pages together
    double mean_ms() const { return pages == 0 ? 0 : total_ms / static_cast<double>(pages); }
  };
  using NamedHost = std::pair<std::string, Host>;
  using CodeCount = std::pair<errc, std::size_t>;
  using Kind = std::pair<RecordOutcome, errc>;

  /// Upper limits of `time_buckets`, in seconds.
  static constexpr std::array bucket_limits = {0.05, 0.1, 0.25, 0.5,  1.0,
                                               2.5,  5.0, 10.0, 30.0, 60.0};

  void note(const Record& record);

  std::size_t pages() const { return ok_ + failed_ + skipped_; }
  std::size_t ok() const { return ok_; }
  std::size_t failed() const { return failed_; }
  std::size_t skipped() const { return skipped_; }
  std::size_t partial() const { return partial_; }
  std::size_t retries() const { return retries_; }
  std::uint64_t html_bytes() const { return html_bytes_; }

  /// Total time of the pages that were tried.
  const DurationHistogram& times() const { return times_; }

  /// How many pages took at most as long as each limit, and longer than the one before.
  const std::array<std::size_t, bucket_limits.size()>& time_buckets() const { return buckets_; }

  /// How often each code, of failed and of skipped pages.
  const std::map<Kind, std::size_t>& errors_by_outcome() const { return errors_; }

  /// How often each code of pages that failed, the most frequent first.
  std::vector<CodeCount> errors() const { return codes_of(RecordOutcome::failed); }

  /// The same of those that were skipped.
  std::vector<CodeCount> skips() const { return codes_of(RecordOutcome::skipped); }

  /// How often each HTTP status.
  const std::map<int, std::size_t>& statuses() const { return statuses_; }

  /// The hosts with the longest time a page on average. @param most how many
  std::vector<NamedHost> slowest_hosts(std::size_t most) const;

  /// The hosts with the most failures. @param most how many
  std::vector<NamedHost> failing_hosts(std::size_t most) const;

 private:
  std::vector<CodeCount> codes_of(RecordOutcome outcome) const;
  template <class Less>
  std::vector<NamedHost> best_hosts(std::size_t most, Less better) const;

  static constexpr std::size_t most_hosts = 10'000;  ///< those that come later are not told apart

  std::size_t ok_ = 0;
  std::size_t failed_ = 0;
  std::size_t skipped_ = 0;
  std::size_t partial_ = 0;
  std::size_t retries_ = 0;
  std::uint64_t html_bytes_ = 0;
  DurationHistogram times_;
  std::array<std::size_t, bucket_limits.size()> buckets_{};
  std::map<int, std::size_t> statuses_;  ///< by status, from its first page on
  std::map<Kind, std::size_t> errors_;   ///< outcome and code → records
  std::map<std::string, Host, std::less<>> hosts_;
};

}  // namespace cdp::cli
