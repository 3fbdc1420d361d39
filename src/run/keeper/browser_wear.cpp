#include "run/keeper/browser_wear.hpp"

#include <fmt/format.h>

namespace cdp {

std::optional<std::string> BrowserWear::find_reason(std::size_t memory, Time now) const {
  constexpr std::size_t megabyte = std::size_t{1} << 20;
  if (limits_.pages > 0 && pages_ >= limits_.pages)
    return fmt::format("it has had {} pages", pages_);
  // A limit that every browser exceeds must not have them replaced one after the other.
  constexpr int fewest_pages = 20;
  if (pages_ < fewest_pages) return std::nullopt;
  if (limits_.age.count() > 0 && now - started_ >= limits_.age) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - started_);
    return fmt::format("it is {} minutes old", minutes.count());
  }
  if (limits_.memory > 0 && memory >= limits_.memory) {
    return fmt::format("it uses {} MiB of memory", memory / megabyte);
  }
  return std::nullopt;
}

}  // namespace cdp
