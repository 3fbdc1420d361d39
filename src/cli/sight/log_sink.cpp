#include "cli/sight/log_sink.hpp"

#include "base/web/redact.hpp"
#include "cli/process/colour.hpp"
#include "cli/process/printable.hpp"
#include "cli/process/standard_streams.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <chrono>
#include <utility>

namespace cdp::cli {
namespace {

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

/// `cdp-scrape: warning:`, in the colour of its level.
std::string prefix_of(LogLevel level) {
  std::string prefix = fmt::format("cdp-scrape: {}:", level_name(level));
  if (level == LogLevel::error) return coloured_for(STDERR_FILENO, prefix, Colour::red);
  if (level == LogLevel::warn) return coloured_for(STDERR_FILENO, prefix, Colour::yellow);
  return prefix;
}

void write_text(LogLevel level, std::string_view line) {
  write_to_stderr(fmt::format("{} {}\n", prefix_of(level), printable(line)));
}

void write_json(LogLevel level, std::string_view line) {
  write_json_line(level, line, nlohmann::ordered_json::object());
}

}  // namespace

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
