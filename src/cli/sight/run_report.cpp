#include "cli/sight/run_report.hpp"

#include "base/text/json_text.hpp"
#include "base/text/utf8.hpp"
#include "base/web/redact.hpp"
#include "cli/sight/report_parts.hpp"
#include "cli/sight/run_stats.hpp"
#include "cli/sight/run_summary.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <string_view>
#include <utility>

namespace cdp::cli {
namespace {

using json = nlohmann::ordered_json;

/// Above that, browsers are slow to show it, and the page is larger than anybody wants to send.
constexpr std::size_t most_pages = 200'000;
constexpr std::size_t most_samples = 4'000;
constexpr std::size_t longest_url = 2'000;
constexpr std::size_t longest_title = 80;
constexpr std::size_t longest_detail = 240;

double to_milliseconds(Timings::Span span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

std::string beginning(std::string text, std::size_t most) {
  if (cut_utf8(text, most)) text += "…";
  return text;
}

/// Tenths of a millisecond: what is worth its place.
std::int64_t tenths(double milliseconds) {
  return std::llround(milliseconds * 10);
}

/// Numbers the values of a list in the order in which they first come.
class Names {
 public:
  std::size_t number_of(std::string_view name) {
    const auto [entry, is_new] = numbers_.emplace(name, numbers_.size());
    if (is_new) list_.push_back(std::string(name));
    return entry->second;
  }
  const json& list() const { return list_; }

 private:
  std::map<std::string, std::size_t, std::less<>> numbers_;
  json list_ = json::array();
};

/// The pages by columns: names are not repeated, and what few pages have is told for those alone.
json to_json(const std::vector<RunReport::Page>& pages) {
  enum Flag : unsigned { partial = 1, over_http = 2 };
  Names origins;
  Names codes;
  json columns;
  for (const char* name : {"seq", "origin", "path", "outcome", "code", "phase", "status", "bytes",
                           "flags", "attempts", "worker", "start", "total", "spans"})
    columns[name] = json::array();
  json titles = json::object();
  json details = json::object();
  json screenshots = json::object();
  json later = json::object();
  json redirects = json::object();
  for (std::size_t index = 0; index < pages.size(); ++index) {
    const RunReport::Page& page = pages[index];
    const std::string key = std::to_string(index);
    const std::string_view origin = origin_of_url(page.url);
    columns["seq"].push_back(page.seq);
    columns["origin"].push_back(origins.number_of(origin));
    columns["path"].push_back(page.url.substr(origin.size()));
    columns["outcome"].push_back(static_cast<int>(page.outcome));
    columns["code"].push_back(page.code ? static_cast<int>(codes.number_of(to_string(*page.code)))
                                        : -1);
    columns["phase"].push_back(static_cast<int>(page.phase));
    columns["status"].push_back(page.status);
    columns["bytes"].push_back(page.bytes);
    columns["flags"].push_back((page.partial ? partial : 0U) | (page.over_http ? over_http : 0U));
    columns["attempts"].push_back(page.attempts);
    columns["worker"].push_back(page.worker);
    columns["start"].push_back(tenths(page.start));
    columns["total"].push_back(tenths(page.total));
    for (const float span : page.phases)
      columns["spans"].push_back(tenths(static_cast<double>(span)));
    if (!page.title.empty()) titles[key] = page.title;
    if (!page.detail.empty()) details[key] = page.detail;
    if (!page.screenshot.empty()) screenshots[key] = page.screenshot;
    if (page.redirects > 0) redirects[key] = page.redirects;
    for (const float begin : page.later_attempts)
      later[key].push_back(tenths(static_cast<double>(begin)));
  }
  columns["origins"] = origins.list();
  columns["codes"] = codes.list();
  columns["titles"] = std::move(titles);
  columns["details"] = std::move(details);
  columns["screenshots"] = std::move(screenshots);
  columns["later"] = std::move(later);
  columns["redirects"] = std::move(redirects);
  return columns;
}

json to_json(const RunReport& report) {
  json data;
  const auto since = report.started.time_since_epoch();
  data["v"] = 1;
  data["program"] = report.program;
  data["browser"] = report.browser;
  data["end"] = report.end;
  data["started"] = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  data["duration"] = tenths(report.duration);
  data["concurrency"] = report.concurrency;
  data["input_size"] = report.input_size ? json(*report.input_size) : json(nullptr);
  data["left_out"] = report.left_out;
  constexpr double second = 1000;
  data["summary"] = summary_json(report.stats, report.duration / second);
  data["memory"] = {{"at", json::array()}, {"driver", json::array()}, {"browser", json::array()}};
  for (const RunReport::Memory& sample : report.memory) {
    data["memory"]["at"].push_back(tenths(sample.at));
    data["memory"]["driver"].push_back(sample.use.driver_kib);
    data["memory"]["browser"].push_back(sample.use.browser_kib);
  }
  data["events"] = json::array();
  for (const RunReport::Event& event : report.events)
    data["events"].push_back({tenths(event.at), event.what});
  data["pages"] = to_json(report.pages);
  return data;
}

/// JSON that may stand in a script element (HTML Standard, restrictions for the contents of script
/// elements): without `<` neither an end tag nor a comment can begin.
std::string for_script_element(const json& data) {
  const std::string text = to_text(data);
  std::string safe;
  safe.reserve(text.size() + text.size() / 64);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = std::string_view(text).substr(at);
    if (rest.front() == '<') {
      safe += "\\u003c";
    } else if (rest.starts_with("\u2028") || rest.starts_with("\u2029")) {
      safe += rest.starts_with("\u2028") ? "\\u2028" : "\\u2029";
      at += 2;
    } else {
      safe += rest.front();
    }
  }
  return safe;
}

}  // namespace

ReportCollector::ReportCollector(std::string program, std::chrono::system_clock::time_point started,
                                 std::string picture_prefix)
    : picture_prefix_(std::move(picture_prefix)) {
  report_.program = std::move(program);
  report_.started = started;
}

double ReportCollector::since_start(std::chrono::system_clock::time_point at) const {
  return std::chrono::duration<double, std::milli>(at - report_.started).count();
}

void ReportCollector::note(const Record& record) {
  report_.stats.note(record);
  if (report_.browser.empty()) report_.browser = record.browser;
  if (report_.pages.size() >= most_pages) {
    ++report_.left_out;
    return;
  }
  RunReport::Page page;
  page.seq = record.seq;
  page.url = beginning(redacted(record.url), longest_url);
  page.title = beginning(record.title, longest_title);
  if (record.error) {
    page.code = record.error->code;
    page.phase = record.error->phase;
    page.detail = beginning(redacted(record.error->detail), longest_detail);
  }
  page.outcome = record.outcome;
  page.status = record.status;
  page.attempts = record.attempts;
  page.worker = record.worker;
  if (!record.screenshot_file.empty()) page.screenshot = picture_prefix_ + record.screenshot_file;
  page.partial = record.partial;
  page.over_http = record.fetch == FetchMode::http;
  page.redirects = static_cast<std::uint32_t>(record.redirects.size());
  page.bytes = record.html.size();
  page.start = since_start(record.started_at);
  const Timings& timings = record.timings;
  page.total = to_milliseconds(timings.total);
  const std::array spans = {timings.queued, timings.open,    timings.navigate,
                            timings.wait,   timings.extract, timings.close};
  for (std::size_t phase = 0; phase < spans.size(); ++phase)
    page.phases.at(phase) = static_cast<float>(to_milliseconds(spans.at(phase)));
  for (std::size_t attempt = 1; attempt < record.attempt_starts.size(); ++attempt)
    page.later_attempts.push_back(
        static_cast<float>(to_milliseconds(record.attempt_starts[attempt])));
  report_.pages.push_back(std::move(page));
}

void ReportCollector::note_memory(std::chrono::system_clock::time_point at, MemoryUse use) {
  if (memory_count_++ % memory_stride_ != 0) return;
  std::vector<RunReport::Memory>& samples = report_.memory;
  samples.push_back({since_start(at), use});
  if (samples.size() < most_samples) return;
  for (std::size_t index = 0; 2 * index < samples.size(); ++index)
    samples[index] = samples[2 * index];
  samples.resize((samples.size() + 1) / 2);
  memory_stride_ *= 2;
}

void ReportCollector::note_event(std::chrono::system_clock::time_point at, std::string what) {
  report_.events.push_back({since_start(at), std::move(what)});
}

std::string to_html(const RunReport& report) {
  const std::string data = for_script_element(to_json(report));
  const std::pair<std::string_view, std::string_view> parts[] = {
      {"<!--style-->", report_css}, {"<!--data-->", data}, {"<!--script-->", report_js}};
  std::string page;
  page.reserve(report_html.size() + report_css.size() + report_js.size() + data.size());
  std::string_view rest = report_html;
  for (const auto& [mark, part] : parts) {
    const std::size_t at = rest.find(mark);
    page += rest.substr(0, at);
    page += part;
    rest.remove_prefix(at + mark.size());
  }
  return page.append(rest);
}

}  // namespace cdp::cli
