#include "cli/options/run_settings.hpp"

#include "base/ascii.hpp"
#include "base/web/secret_header.hpp"

#include <array>
#include <string_view>

namespace cdp::cli {
namespace {

/// Not among them: how much is done at once, how long it may take, where it goes, and who looks on.
constexpr std::array deciding = {
    "--wait",     "--wait-selector", "--wait-function", "--delay",    "--scroll",
    "--iframes",  "--shadow",        "--max-html",      "--max-body", "--on-timeout",
    "--fetch",    "--rule",          "--fail-status",   "--header",   "--user-agent",
    "--viewport", "--locale",        "--timezone",      "--auth",     "--cookie-file",
    "--block",    "--block-url",     "--screenshot",    "--pdf",      "--save-files",
    "--robots",   "--duplicates",    "--chrome-arg"};

std::string shown(std::string_view option, const std::string& value) {
  if (option == "--auth") return "given";
  const std::string_view name = trimmed(std::string_view(value).substr(0, value.find(':')), " ");
  if (option == "--header" && is_secret_header(name)) return std::string(name);
  return value;
}

}  // namespace

RunSettings settings_of(const CLI::App& app) {
  RunSettings settings;
  for (const char* name : deciding) {
    const CLI::Option* const option = app.get_option(name);
    if (option->count() == 0) continue;
    std::string text;
    for (const std::string& value : option->reduced_results())
      text += (text.empty() ? "" : ", ") + shown(name, value);
    if (option->get_items_expected_max() > 0 || text != "false") settings[name] = text;
  }
  return settings;
}

}  // namespace cdp::cli
