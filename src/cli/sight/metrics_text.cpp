#include "cli/sight/metrics_text.hpp"

#include <cdp/version.hpp>

#include <fmt/format.h>

#include <iterator>

namespace cdp::cli {
namespace {

/// Writes families of metrics, each with the two lines that introduce it.
class Exposition {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
  }

  template <class Value>
  void sample(Value value, std::string_view labels = {}, std::string_view suffix = {}) {
    fmt::format_to(std::back_inserter(text_), "{}{}{}{}{} {}\n", name_, suffix,
                   labels.empty() ? "" : "{", labels, labels.empty() ? "" : "}", value);
  }

  template <class Value>
  void metric(std::string_view name, std::string_view type, std::string_view help, Value value) {
    family(name, type, help);
    sample(value);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

void write_times(Exposition& exposition, const RunStats& stats) {
  exposition.family("cdp_scrape_page_duration_seconds", "histogram",
                    "Time of the pages that were tried, all attempts together.");
  const auto& counts = stats.time_buckets();
  std::size_t upto = 0;
  for (std::size_t bucket = 0; bucket < RunStats::bucket_limits.size(); ++bucket) {
    upto += counts.at(bucket);
    exposition.sample(upto, fmt::format("le=\"{}\"", RunStats::bucket_limits.at(bucket)),
                      "_bucket");
  }
  exposition.sample(stats.times().count(), "le=\"+Inf\"", "_bucket");
  constexpr double millisecond = 0.001;
  exposition.sample(stats.times().sum() * millisecond, {}, "_sum");
  exposition.sample(stats.times().count(), {}, "_count");
}

}  // namespace

std::string label_text(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

std::string metrics_text(const RunStats& stats, const RunGauges& gauges) {
  constexpr std::int64_t kib = 1024;
  Exposition exposition;
  exposition.family("cdp_scrape_info", "gauge", "The program; always 1.");
  exposition.sample(1, fmt::format("version=\"{}\"", label_text(CDP_SCRAPE_VERSION)));
  exposition.family("cdp_scrape_pages_total", "counter",
                    "Records that are done, by outcome and error code (none: no error).");
  exposition.sample(stats.ok(), "outcome=\"ok\",code=\"none\"");
  for (const auto& [kind, count] : stats.errors_by_outcome()) {
    exposition.sample(count,
                      fmt::format("outcome=\"{}\",code=\"{}\"", label_text(to_string(kind.first)),
                                  label_text(to_string(kind.second))));
  }
  exposition.metric("cdp_scrape_partial_pages_total", "counter",
                    "Pages that are ok, and were read before they were done.", stats.partial());
  exposition.family("cdp_scrape_responses_total", "counter", "Pages by their HTTP status.");
  for (const auto& [status, count] : stats.statuses())
    exposition.sample(count, fmt::format("status=\"{}\"", status));
  exposition.metric("cdp_scrape_pages_in_flight", "gauge", "Pages in progress.", gauges.in_flight);
  if (gauges.queued) {
    exposition.metric("cdp_scrape_pages_queued", "gauge", "URLs of the input that are waiting.",
                      *gauges.queued);
  }
  write_times(exposition, stats);
  exposition.metric("cdp_scrape_retries_total", "counter", "Attempts beyond the first of a URL.",
                    stats.retries());
  exposition.metric("cdp_scrape_html_bytes_total", "counter", "HTML of the records, in bytes.",
                    stats.html_bytes());
  exposition.metric("cdp_scrape_browser_restarts_total", "counter",
                    "Browsers started after the first.", gauges.browser_restarts);
  exposition.metric("cdp_scrape_browser_resident_memory_bytes", "gauge",
                    "Memory of the browser's processes; shared memory counts once.",
                    gauges.memory.browser_kib * kib);
  exposition.metric("process_resident_memory_bytes", "gauge", "Memory of the driver.",
                    gauges.memory.driver_kib * kib);
  exposition.metric("process_start_time_seconds", "gauge",
                    "Start of the run, in seconds since 1970.",
                    fmt::format("{:.3f}", gauges.started));
  return exposition.take();
}

}  // namespace cdp::cli
