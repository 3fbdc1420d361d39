// The library never prints: it hands its log lines to whoever launched the browser.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace cdp {

enum class LogLevel { trace, debug, info, warn, error, off };

/// Where log lines go. Copies share the same sink. The sink is called on the thread of the event
/// loop and must neither block for long nor throw. Lines may hold text that a page chose: escape
/// control characters before showing them on a terminal.
class Log {
 public:
  using Sink = std::function<void(LogLevel, std::string_view)>;

  /// A log that drops everything.
  Log() = default;

  /// @param least lines below this level are dropped before they are formatted
  Log(LogLevel least, Sink sink)
      : least_(least), sink_(std::make_shared<const Sink>(std::move(sink))) {}

  bool wants(LogLevel level) const noexcept { return sink_ && level >= least_; }

  void write(LogLevel level, std::string_view line) const {
    if (wants(level)) (*sink_)(level, line);
  }

 private:
  LogLevel least_ = LogLevel::off;
  std::shared_ptr<const Sink> sink_;
};

}  // namespace cdp
