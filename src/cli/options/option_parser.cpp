#include "cli/options/option_parser.hpp"

#include <cdp/version.hpp>

#include <algorithm>
#include <cctype>

namespace cdp::cli {
namespace {

void read_or_refuse(const Option& option, const std::string& text) {
  const std::string fault = option.type.read(text);
  if (!fault.empty()) throw CLI::ValidationError(option.name, fault);
}

bool is_argument(const Option& option) {
  return !option.name.starts_with('-');
}

std::string flags_of(const Option& option) {
  return option.letter.empty() ? option.name : option.letter + "," + option.name;
}

CLI::Option* add_one(CLI::App& app, const Option& option) {
  const auto set = [option](const std::string& text) { read_or_refuse(option, text); };
  return app.add_option_function<std::string>(flags_of(option), set)->take_last();
}

CLI::Option* add_every(CLI::App& app, const Option& option) {
  const auto set = [option](const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      read_or_refuse(option, text);
  };
  CLI::Option* const added =
      app.add_option_function<std::vector<std::string>>(flags_of(option), set);
  return is_argument(option) ? added : added->allow_extra_args(false);
}

CLI::Option* add_option(CLI::App& app, const Option& option, const std::string& usual_file,
                        bool is_required) {
  using Kind = OptionType::Kind;
  const std::string flags = flags_of(option);
  switch (option.type.kind) {
    case Kind::one:
      return add_one(app, option);
    case Kind::every:
      return add_every(app, option);
    case Kind::toggle:
      return app.add_flag(flags, *option.type.toggle);
    case Kind::count:
      return app.add_flag(flags, *option.type.count);
    case Kind::config:
      return app.set_config(flags, usual_file, "", is_required)->take_last();
    case Kind::help:
      return app.set_help_flag(flags);
    case Kind::version:
      break;
  }
  return app.set_version_flag(flags, "cdp-scrape " CDP_SCRAPE_VERSION);
}

}  // namespace

void add_options(CLI::App& app, const std::vector<Option>& table, const std::string& usual_file,
                 bool is_required) {
  for (const Option& option : table) {
    CLI::Option* const added = add_option(app, option, usual_file, is_required);
    if (option.type.takes_value()) added->type_name(option.type.value);
  }
  for (const Option& option : table) {
    if (!option.needs.empty()) app.get_option(option.name)->needs(app.get_option(option.needs));
    if (!option.excludes.empty())
      app.get_option(option.name)->excludes(app.get_option(option.excludes));
  }
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
