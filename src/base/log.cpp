#include "base/log.hpp"

namespace cdp {

void log_formatted(const Log& log, LogLevel level, fmt::string_view format, fmt::format_args args) {
  log.write(level, fmt::vformat(format, args));
}

}  // namespace cdp
