#include "cli/insight.hpp"

#include "base/log.hpp"
#include "cli/log_sink.hpp"
#include "cli/run_summary.hpp"
#include "cli/whole_file.hpp"
#include <cdp/version.hpp>

#include <nlohmann/json.hpp>

#include <utility>

namespace cdp::cli {
namespace {

constexpr std::chrono::seconds sample_interval{1};

const char* describe(BrowserEvent::Kind kind) {
  switch (kind) {
    case BrowserEvent::Kind::started:
      return "browser started";
    case BrowserEvent::Kind::died:
      return "browser died";
    case BrowserEvent::Kind::retired:
      return "browser retired";
    case BrowserEvent::Kind::started_alone:
      return "browser for one page";
  }
  return "";
}

}  // namespace

Insight::Insight(const boost::asio::any_io_executor& executor, const Arguments& arguments,
                 const Log& log, const ScrapeRun& run)
    : arguments_(arguments), log_(log), run_(run), next_sample_(executor) {
  if (arguments.report.empty()) return;
  expect_writable_place(arguments.report);
  collector_.emplace("cdp-scrape " CDP_SCRAPE_VERSION, std::chrono::system_clock::now());
}

void Insight::start() {
  if (collector_) sample();
}

void Insight::sample() {
  collector_->note_memory(std::chrono::system_clock::now(), read_memory_use());
  next_sample_.expires_after(sample_interval);
  next_sample_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sample();
  });
}

void Insight::note(const Record& record) {
  stats_.note(record);
  if (collector_) collector_->note(record);
}

void Insight::stop() {
  next_sample_.cancel();
}

void Insight::log_summary() const {
  if (stats_.pages() < 2) return;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  const std::vector<std::string> lines = summary_lines(stats_, seconds);
  if (arguments_.log_format == LogFormat::json) {
    if (!log_.wants(LogLevel::info)) return;
    nlohmann::ordered_json fields;
    fields["summary"] = summary_json(stats_, seconds);
    write_json_line(LogLevel::info, lines.back(), fields);
    return;
  }
  for (const std::string& line : lines)
    log_.write(LogLevel::info, line);
}

bool Insight::write_report(const std::string& end) {
  if (!collector_) return true;
  const auto now = std::chrono::system_clock::now();
  for (const BrowserEvent& event : run_.browser_events())
    collector_->note_event(event.at, describe(event.kind));
  RunReport& report = collector_->report();
  report.end = end;
  report.duration = std::chrono::duration<double, std::milli>(now - report.started).count();
  report.concurrency = run_.concurrency();
  report.input_size = run_.progress().total;
  try {
    write_whole_file(arguments_.report, to_html(report));
  } catch (const std::exception& error) {
    write_log(log_, LogLevel::error, "the report is lost: {}", error.what());
    return false;
  }
  return true;
}

}  // namespace cdp::cli
