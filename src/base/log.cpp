#include "base/log.hpp"

namespace cdp {

void log_formatted(const Log& log, LogLevel level, fmt::string_view format,
                   fmt::format_args args) noexcept {
  try {
    log.write(level, fmt::vformat(format, args));
  } catch (...) {
    // There is nobody to tell, and the work continues.
  }
}

}  // namespace cdp
