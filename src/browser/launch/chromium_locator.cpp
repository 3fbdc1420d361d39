#include "browser/launch/chromium_locator.hpp"

#include <cdp/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

namespace cdp {
namespace fs = std::filesystem;
namespace {

constexpr std::array names = {"chromium-headless-shell",
                              "headless-shell",
                              "chrome-headless-shell",
                              "chromium",
                              "chromium-browser",
                              "google-chrome",
                              "chrome"};

bool is_program(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::vector<std::string> on_path() {
  std::vector<std::string> candidates;
  const std::string path = environment("PATH");
  for (const char* name : names) {
    for (std::size_t start = 0; start <= path.size();) {
      const std::size_t end = std::min(path.find(':', start), path.size());
      if (end > start) candidates.push_back(path.substr(start, end - start) + "/" + name);
      start = end + 1;
    }
  }
  return candidates;
}

std::string require_program(const std::string& path, std::string_view chosen_by) {
  if (is_program(path)) return path;
  throw Error(errc::browser_not_found,
              fmt::format("no browser at {} (from {}): not an executable file", path, chosen_by));
}

}  // namespace

/// The program files themselves: Debian's /usr/bin/chromium-headless-shell is a shell script that
/// stays in between, and to kill a script does not kill its browser.
std::vector<std::string> usual_chromium_places() {
  return {"/usr/lib/chromium/chromium-headless-shell", "/usr/lib/chromium/chromium"};
}

std::string find_chromium(const std::string& chosen) {
  return find_chromium(chosen, usual_chromium_places());
}

std::string find_chromium(const std::string& chosen, const std::vector<std::string>& places) {
  if (!chosen.empty()) return require_program(chosen, "--chrome");
  constexpr const char* variable = "CDP_SCRAPE_CHROME";
  if (const std::string path = environment(variable); !path.empty())
    return require_program(path, variable);
  std::vector<std::string> tried = places;
  for (std::string& candidate : on_path())
    tried.push_back(std::move(candidate));
  for (const std::string& path : tried) {
    if (is_program(path)) return path;
  }
  throw Error(
      errc::browser_not_found,
      fmt::format(
          "no Chromium found; on Debian: apt-get install chromium-headless-shell, or name one "
          "with --chrome. Tried {}",
          fmt::join(tried, ", ")));
}

}  // namespace cdp
