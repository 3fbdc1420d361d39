// What Chromium writes to its standard error.
#pragma once

#include <cdp/error.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// Keeps the last lines, finds the DevTools endpoint in them, and knows the faults that Chromium
/// only tells here. No I/O.
class StartupLog {
 public:
  void append(std::string_view bytes);

  /// The text after `DevTools listening on `, once there is such a line.
  const std::optional<std::string>& endpoint() const { return endpoint_; }

  /// A fault that is known by its line, with its remedy.
  const std::optional<Error>& known_fault() const { return known_fault_; }

  /// What the machine did not give, if the last lines tell of that: for a browser that has ended.
  std::optional<std::string> machine_fault() const;

  /// The last lines in one, for error texts; empty when there were none.
  std::string tail() const;

 private:
  void add_line(std::string line);

  static constexpr std::size_t kept_lines = 50;
  static constexpr std::size_t kept_length = 2000;  ///< of one line: a flood must not become memory

  std::string partial_;
  std::deque<std::string> lines_;
  std::optional<std::string> endpoint_;
  std::optional<Error> known_fault_;
};

}  // namespace cdp
