#include "base/system/long_text.hpp"
#include "base/text/json_text.hpp"
#include "output/record_line.hpp"

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace cdp {
namespace {

using json = nlohmann::ordered_json;

constexpr int schema_version = 1;

/// Milliseconds with three decimals.
double to_ms(Timings::Span span) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(span).count()) /
         1000.0;
}

json to_json(const Timings& timings) {
  return {{"queued", to_ms(timings.queued)},     {"open", to_ms(timings.open)},
          {"navigate", to_ms(timings.navigate)}, {"wait", to_ms(timings.wait)},
          {"extract", to_ms(timings.extract)},   {"close", to_ms(timings.close)},
          {"total", to_ms(timings.total)}};
}

json to_json(const std::optional<RecordError>& error) {
  if (!error) return nullptr;
  return {{"code", to_string(error->code)},
          {"phase", to_string(error->phase)},
          {"detail", error->detail},
          {"net_error", error->net_error.empty() ? json(nullptr) : json(error->net_error)}};
}

json to_json(const std::vector<Redirect>& redirects) {
  json list = json::array();
  for (const Redirect& redirect : redirects)
    list.push_back({{"url", redirect.url}, {"status", redirect.status}});
  return list;
}

json to_json(const std::vector<NotFollowed>& attempts) {
  json list = json::array();
  for (const NotFollowed& attempt : attempts) {
    list.push_back({{"url", attempt.url},
                    {"why", attempt.why},
                    {"status", attempt.status == 0 ? json(nullptr) : json(attempt.status)},
                    {"content_type",
                     attempt.content_type.empty() ? json(nullptr) : json(attempt.content_type)}});
  }
  return list;
}

/// RFC 3339 in UTC, with milliseconds.
std::string to_timestamp(std::chrono::system_clock::time_point time) {
  const auto since = time.time_since_epoch();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)), millis);
}

json to_json(const std::optional<Verification>& verification) {
  if (!verification) return nullptr;
  return {{"words", verification->words},
          {"lost", verification->lost},
          {"loss", verification->is_loss()}};
}

json or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

/// Everything but the HTML. `v` and `seq` come first: `seq_of_line` relies on it.
json members_of(const Record& record) {
  json line;
  line["v"] = schema_version;
  line["seq"] = record.seq;
  line["url"] = record.url;
  line["final_url"] = or_null(record.final_url);
  line["outcome"] = to_string(record.outcome);
  line["error"] = to_json(record.error);
  line["status"] = record.status == 0 ? json(nullptr) : json(record.status);
  line["redirects"] = to_json(record.redirects);
  line["not_followed"] = to_json(record.not_followed);
  line["content_type"] = or_null(record.content_type);
  line["charset"] = or_null(record.charset);
  line["charset_guessed"] = record.charset_guessed;
  line["title"] = record.title;
  line["html_bytes"] = record.html_bytes();
  line["file"] = or_null(record.file);
  line["file_bytes"] = record.file.empty() ? json(nullptr) : json(record.file_bytes);
  line["screenshot_file"] = or_null(record.screenshot_file);
  line["pdf_file"] = or_null(record.pdf_file);
  line["partial"] = record.partial;
  line["truncated"] = record.truncated;
  line["fetch"] = record.fetch == FetchMode::http ? "http" : "browser";
  line["fetch_reason"] = or_null(record.fetch_reason);
  line["verify"] = to_json(record.verification);
  line["wait"] = {{"ended_by", or_null(record.wait_ended_by)}, {"pending", record.pending}};
  line["attempts"] = record.attempts;
  line["dialogs"] = record.dialogs;
  line["popups"] = record.popups;
  line["timings_ms"] = to_json(record.timings);
  line["started_at"] = to_timestamp(record.started_at);
  line["browser"] = or_null(record.browser);
  line["data"] = record.data.empty() ? json(nullptr) : json::parse(record.data, nullptr, false);
  return line;
}

/// A copy of it costs more than writing it piece by piece.
bool is_long(const Record& record) {
  return record.html_bytes() > LongText::piece_size;
}

std::shared_ptr<const LongText> take_long_html(Record& record) {
  if (record.long_html) return std::move(record.long_html);
  return std::make_shared<const LongText>(std::move(record.html));
}

}  // namespace

std::string_view to_string(Phase phase) noexcept {
  switch (phase) {
    case Phase::queued:
      return "queued";
    case Phase::open:
      return "open";
    case Phase::navigate:
      return "navigate";
    case Phase::wait:
      return "wait";
    case Phase::extract:
      return "extract";
    case Phase::close:
      return "close";
  }
  return "queued";
}

std::string_view to_string(RecordOutcome outcome) noexcept {
  switch (outcome) {
    case RecordOutcome::ok:
      return "ok";
    case RecordOutcome::failed:
      return "failed";
    case RecordOutcome::skipped:
      return "skipped";
  }
  return "failed";
}

std::size_t Record::html_bytes() const {
  return long_html ? long_html->size() : html.size();
}

std::string to_json_line(Record record) {
  const OutputText line = to_output_line(std::move(record));
  std::string text;
  text.reserve(line.size() + line.size() / 16);
  line.read([&](std::string_view piece) { text += piece; });
  text.pop_back();
  return text;
}

OutputText to_output_line(Record record) {
  std::string line = to_text(members_of(record));
  line.pop_back();
  line += ",\"html\":";
  if (!record.has_html()) return line + "null}\n";
  if (!is_long(record)) {
    append_quoted(line, record.html);
    return line + "}\n";
  }
  return {std::move(line), take_long_html(record), OutputText::Form::quoted, "}\n"};
}

OutputText to_html(Record record, std::string end) {
  if (!is_long(record)) return std::move(record.html) + end;
  return {{}, take_long_html(record), OutputText::Form::as_it_is, std::move(end)};
}

std::string text_of(const Record& record) {
  return record.long_html ? record.long_html->text() : record.html;
}

std::string to_index_line(const Record& record, const std::string& html_file) {
  json line = members_of(record);
  line["html_file"] = or_null(html_file);
  return to_text(line);
}

std::optional<std::size_t> seq_of_line(std::string_view line) {
  constexpr std::string_view before = ",\"seq\":";
  constexpr std::size_t longest_version = 16;
  const std::size_t at = line.substr(0, longest_version).find(before);
  if (!line.starts_with("{\"v\":") || at == line.npos) return std::nullopt;
  const char* const first = line.data() + at + before.size();
  const char* const last = line.data() + line.size();
  std::size_t seq = 0;
  const auto parsed = std::from_chars(first, last, seq);
  if (parsed.ec != std::errc{} || parsed.ptr == last || *parsed.ptr != ',') return std::nullopt;
  return seq;
}

}  // namespace cdp
