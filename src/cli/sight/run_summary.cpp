#include "cli/sight/run_summary.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string_view>

namespace cdp::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t listed_hosts = 5;
constexpr std::size_t hosts_a_line = 3;

/// Hosts are worth naming when there are several to choose from.
constexpr std::size_t fewest_hosts = 2;

std::string duration_text(double milliseconds) {
  constexpr double second = 1000;
  constexpr double longest_ms = 9999.5;
  if (milliseconds < longest_ms) return fmt::format("{:.0f} ms", milliseconds);
  return fmt::format("{:.1f} s", milliseconds / second);
}

double rate_of(const RunStats& stats, double seconds) {
  return seconds > 0 ? static_cast<double>(stats.pages()) / seconds : 0;
}

template <class List, class Text>
std::string joined(const List& list, Text text) {
  std::string line;
  for (const auto& entry : list)
    line += (line.empty() ? "" : ", ") + text(entry);
  return line;
}

double rounded(double value) {
  return std::round(value * 10) / 10;
}

}  // namespace

std::vector<std::string> summary_lines(const RunStats& stats, double seconds) {
  std::vector<std::string> lines;
  const DurationHistogram& times = stats.times();
  if (times.count() > 0) {
    lines.push_back(fmt::format("time per page: median {}, p95 {}, p99 {}; {:.1f} pages/s",
                                duration_text(times.percentile(50)),
                                duration_text(times.percentile(95)),
                                duration_text(times.percentile(99)), rate_of(stats, seconds)));
  }
  const auto count_codes = [&](const char* title, const std::vector<RunStats::CodeCount>& codes) {
    if (codes.empty()) return;
    lines.push_back(title + joined(codes, [](const RunStats::CodeCount& entry) {
                      return fmt::format("{} {}", entry.second, to_string(entry.first));
                    }));
  };
  // Where all went well there is nothing to be told apart.
  if (stats.statuses().size() > 1) {
    lines.push_back("statuses: " + joined(stats.statuses(), [](const auto& entry) {
                      return fmt::format("{} × {}", entry.second, entry.first);
                    }));
  }
  count_codes("errors: ", stats.errors());
  count_codes("skipped: ", stats.skips());
  const auto failing = stats.failing_hosts(hosts_a_line);
  if (!failing.empty()) {
    lines.push_back("most failures: " + joined(failing, [](const RunStats::NamedHost& host) {
                      return fmt::format("{} ({} of {})", host.first, host.second.failed,
                                         host.second.pages);
                    }));
  }
  const auto slowest = stats.slowest_hosts(hosts_a_line);
  if (slowest.size() >= fewest_hosts) {
    lines.push_back("slowest hosts: " + joined(slowest, [](const RunStats::NamedHost& host) {
                      return fmt::format("{} ({} per page)", host.first,
                                         duration_text(host.second.mean_ms()));
                    }));
  }
  std::string last = fmt::format("{} pages in {:.1f} s: {} ok, {} failed", stats.pages(), seconds,
                                 stats.ok(), stats.failed());
  if (stats.partial() > 0) last += fmt::format(", {} partial", stats.partial());
  if (stats.skipped() > 0) last += fmt::format(", {} skipped", stats.skipped());
  lines.push_back(std::move(last));
  return lines;
}

json summary_json(const RunStats& stats, double seconds) {
  const DurationHistogram& times = stats.times();
  const auto by_code = [](const std::vector<RunStats::CodeCount>& codes) {
    json counts = json::object();
    for (const auto& [code, count] : codes)
      counts[std::string(to_string(code))] = count;
    return counts;
  };
  json statuses = json::object();
  for (const auto& [status, count] : stats.statuses())
    statuses[std::to_string(status)] = count;
  const auto hosts = [](const std::vector<RunStats::NamedHost>& list) {
    json array = json::array();
    for (const auto& [name, host] : list) {
      array.push_back({{"host", name},
                       {"pages", host.pages},
                       {"failed", host.failed},
                       {"mean_ms", rounded(host.mean_ms())}});
    }
    return array;
  };
  json summary;
  summary["pages"] = stats.pages();
  summary["ok"] = stats.ok();
  summary["failed"] = stats.failed();
  summary["skipped"] = stats.skipped();
  summary["partial"] = stats.partial();
  summary["retries"] = stats.retries();
  summary["seconds"] = rounded(seconds);
  summary["pages_per_second"] = rounded(rate_of(stats, seconds));
  summary["time_ms"] = {{"p50", rounded(times.percentile(50))},
                        {"p95", rounded(times.percentile(95))},
                        {"p99", rounded(times.percentile(99))}};
  summary["html_bytes"] = stats.html_bytes();
  summary["statuses"] = std::move(statuses);
  summary["errors"] = by_code(stats.errors());
  summary["skips"] = by_code(stats.skips());
  summary["failing_hosts"] = hosts(stats.failing_hosts(listed_hosts));
  summary["slowest_hosts"] = hosts(stats.slowest_hosts(listed_hosts));
  return summary;
}

}  // namespace cdp::cli
