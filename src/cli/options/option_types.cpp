#include "cli/options/option_types.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace cdp::cli {
namespace {

void read_or_refuse(const std::string& flags, const Reader& read, const std::string& text) {
  const std::string fault = read(text);
  if (!fault.empty()) throw CLI::ValidationError(flags.substr(flags.find("--")), fault);
}

}  // namespace

CLI::Option* add_text(CLI::App& app, const std::string& flags, Reader read,
                      const std::string& help) {
  const auto set = [flags, read = std::move(read)](const std::string& text) {
    read_or_refuse(flags, read, text);
  };
  return app.add_option_function<std::string>(flags, set, help)->take_last();
}

CLI::Option* add_texts(CLI::App& app, const std::string& flags, Reader read,
                       const std::string& help) {
  const auto set = [flags, read = std::move(read)](const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      read_or_refuse(flags, read, text);
  };
  return app.add_option_function<std::vector<std::string>>(flags, set, help)
      ->allow_extra_args(false);
}

CLI::Option* add_word(CLI::App& app, const std::string& flags, std::string& value,
                      const std::string& help) {
  const auto read = [&value](const std::string& text) {
    value = text;
    return std::string(text.empty() ? "is empty" : "");
  };
  return add_text(app, flags, read, help);
}

CLI::Option* add_duration(CLI::App& app, const std::string& flags, std::chrono::milliseconds& value,
                          DurationLimits limits, const std::string& help) {
  const auto read = [&value, limits](const std::string& text) {
    return read_duration(text, limits, value);
  };
  const bool in_seconds = limits.unit == std::chrono::seconds(1);
  return add_text(app, flags, read, help)->type_name(in_seconds ? "SECONDS" : "MS");
}

std::string long_name(const CLI::Option& option) {
  return option.get_lnames().empty() ? "" : "--" + option.get_lnames().front();
}

std::string variable_of(const std::string& option) {
  std::string variable = "CDP_SCRAPE_" + option.substr(option.find_first_not_of('-'));
  std::transform(variable.begin(), variable.end(), variable.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return variable;
}

}  // namespace cdp::cli
