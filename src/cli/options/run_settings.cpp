#include "cli/options/run_settings.hpp"

#include "base/ascii.hpp"
#include "base/web/secret_header.hpp"
#include "cli/options/option_table.hpp"

#include <string_view>

namespace cdp::cli {
namespace {

std::string shown(std::string_view option, const std::string& value) {
  if (option == "--auth") return "given";
  const std::string_view name = trimmed(std::string_view(value).substr(0, value.find(':')), " ");
  if (option == "--header" && is_secret_header(name)) return std::string(name);
  return value;
}

}  // namespace

RunSettings settings_of(const CLI::App& app) {
  RunSettings settings;
  Arguments nobody;
  for (const Option& row : option_table(nobody)) {
    if (!row.shapes_records) continue;
    const CLI::Option* const option = app.get_option(row.name);
    if (option->count() == 0) continue;
    std::string text;
    for (const std::string& value : option->reduced_results())
      text += (text.empty() ? "" : ", ") + shown(row.name, value);
    if (option->get_items_expected_max() > 0 || text != "false") settings[row.name] = text;
  }
  return settings;
}

}  // namespace cdp::cli
