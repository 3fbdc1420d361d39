#include "cli/log_sink.hpp"

#include "base/redact.hpp"
#include "base/utf8.hpp"
#include "cli/standard_streams.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <utility>

namespace cdp::cli {
namespace {

constexpr std::size_t longest_line = 4000;

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return "trace";
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warning";
    case LogLevel::error:
      return "error";
    case LogLevel::off:
      break;
  }
  return "off";
}

/// What could move the cursor, turn the direction of text, or break the line.
bool is_unsafe(unsigned code_point) {
  const auto within = [&](unsigned first, unsigned last) {
    return code_point >= first && code_point <= last;
  };
  return code_point < 0x20 || within(0x7F, 0x9F) || within(0x2028, 0x202E) ||
         within(0x2066, 0x2069) || within(0xD800, 0xDFFF);
}

void write_text(LogLevel level, std::string_view line) {
  write_to_stderr(fmt::format("cdp-scrape: {}: {}\n", level_name(level), printable(line)));
}

void write_json(LogLevel level, std::string_view line) {
  write_json_line(level, line, nlohmann::ordered_json::object());
}

}  // namespace

std::string printable(std::string_view text) {
  const bool cut = text.size() > longest_line;
  text = text.substr(0, longest_line);
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = code_point_at(text);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    if (point.length == 0 || is_unsafe(point.value)) {
      safe += fmt::format("\\x{:02x}", point.value);
    } else {
      safe.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return cut ? safe + "…" : safe;
}

void write_json_line(LogLevel level, std::string_view message,
                     const nlohmann::ordered_json& members) {
  const auto now = std::chrono::system_clock::now();
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  nlohmann::ordered_json entry;
  entry["time"] = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                              fmt::gmtime(std::chrono::system_clock::to_time_t(now)), millis);
  entry["level"] = level_name(level);
  entry["message"] = message.substr(0, longest_line);
  entry.update(members);
  write_to_stderr(entry.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + '\n');
}

Log make_log(const Arguments& arguments, std::function<void()> before_line) {
  const auto write = arguments.log_format == LogFormat::json ? write_json : write_text;
  return Log(arguments.log_level,
             [write, before = std::move(before_line)](LogLevel level, std::string_view line) {
               try {
                 before();
                 write(level, redacted(line));
               } catch (...) {
                 // A line that cannot be made is lost; the work it is about is not.
               }
             });
}

}  // namespace cdp::cli
