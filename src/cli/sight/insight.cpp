#include "cli/sight/insight.hpp"

#include "base/log.hpp"
#include "cli/process/whole_file.hpp"
#include "cli/sight/log_sink.hpp"
#include "cli/sight/run_summary.hpp"
#include <cdp/version.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <system_error>
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
    case BrowserEvent::Kind::started_apart:
      return "browser started in which every page has a process of its own";
    case BrowserEvent::Kind::started_alone:
      return "browser for one page";
  }
  return "";
}

/// What leads from the report to the pictures.
std::string picture_prefix(const Arguments& arguments) {
  namespace fs = std::filesystem;
  if (!arguments.scrape.pictures.screenshots) return {};
  std::error_code error;
  const fs::path report = fs::absolute(arguments.report, error).parent_path();
  const fs::path pictures = fs::absolute(arguments.output_dir, error);
  return (pictures.lexically_relative(report) / "").string();
}

}  // namespace

Insight::Insight(const boost::asio::any_io_executor& executor, const Arguments& arguments,
                 const Log& log, const ScrapeRun& run)
    : arguments_(arguments), log_(log), run_(run), next_sample_(executor) {
  if (!arguments.report.empty()) {
    expect_writable_place(arguments.report);
    collector_.emplace("cdp-scrape " CDP_SCRAPE_VERSION, started_at_, picture_prefix(arguments));
  }
  if (!arguments.metrics.address.empty()) {
    server_ =
        std::make_unique<HttpServer>(executor, arguments.metrics.address, arguments.metrics.port,
                                     [this](std::string path) { return answer(std::move(path)); });
    write_log(log_, LogLevel::info, "metrics at http://{}/metrics", server_->endpoint());
  }
}

void Insight::start() {
  if (collector_) sample();
}

Task<HttpReply> Insight::answer(std::string path) {
  HttpReply reply;
  if (path == "/metrics" || path.starts_with("/metrics?")) {
    reply.content_type = metrics_content_type;
    reply.body = metrics();
  } else {
    reply.status = 404;
    reply.content_type = "text/plain; charset=utf-8";
    reply.body = "metrics are at /metrics\n";
  }
  co_return reply;
}

std::string Insight::metrics() {
  const auto now = std::chrono::steady_clock::now();
  if (now - memory_read_at_ >= sample_interval) {
    memory_ = read_memory_use();
    memory_read_at_ = now;
  }
  const ScrapeRun::Progress& progress = run_.progress();
  RunGauges gauges;
  gauges.in_flight = progress.in_flight;
  if (progress.total && !progress.is_estimate) {
    const std::size_t begun = progress.done() + progress.in_flight;
    gauges.queued = *progress.total > begun ? *progress.total - begun : 0;
  }
  for (const BrowserEvent& event : run_.browser_events())
    if (event.kind == BrowserEvent::Kind::started) ++gauges.browser_restarts;
  if (gauges.browser_restarts > 0) --gauges.browser_restarts;
  gauges.memory = memory_;
  gauges.started = std::chrono::duration<double>(started_at_.time_since_epoch()).count();
  return metrics_text(stats_, gauges);
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

Task<void> Insight::stop() {
  ended_ = std::chrono::steady_clock::now();
  next_sample_.cancel();
  if (server_) co_await server_->close();
}

/// The same for whoever asks, once the run is over.
double Insight::seconds() const {
  const auto end = ended_.value_or(std::chrono::steady_clock::now());
  return std::chrono::duration<double>(end - started_).count();
}

void Insight::log_summary() const {
  if (stats_.pages() < 2) return;
  const double seconds = this->seconds();
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
  for (const BrowserEvent& event : run_.browser_events())
    collector_->note_event(event.at, describe(event.kind));
  RunReport& report = collector_->report();
  report.end = end;
  constexpr double second = 1000;
  report.duration = seconds() * second;
  report.concurrency = run_.concurrency();
  if (!run_.progress().is_estimate) report.input_size = run_.progress().total;
  try {
    write_whole_file(arguments_.report, to_html(report));
  } catch (const std::exception& error) {
    write_log(log_, LogLevel::error, "the report is lost: {}", error.what());
    return false;
  }
  return true;
}

}  // namespace cdp::cli
