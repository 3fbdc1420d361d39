#include "cli/options/suggestion.hpp"

#include "cli/options/option_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace cdp::cli {
namespace {

/// Further away, a name is another one and not a slip.
std::size_t most_edits(std::string_view written) {
  constexpr std::size_t letters_per_edit = 4;
  constexpr std::size_t most = 3;
  return std::min(most, 1 + written.size() / letters_per_edit);
}

std::string replaced(std::string text, std::string_view part, std::string_view by) {
  if (const std::size_t at = text.find(part); at != text.npos) text.replace(at, part.size(), by);
  return text;
}

std::string describe_extra(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining(true);
  const std::string first = extras.empty() ? "" : extras.front();
  const std::string name = first.substr(0, first.find('='));
  if (!name.starts_with('-')) return fmt::format("unexpected argument '{}'", first);
  return fmt::format("unknown option {}{}", name, suggestion(name, option_names(app)));
}

}  // namespace

std::size_t edit_distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(other.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t row = 1; row <= one.size(); ++row) {
    std::vector<std::size_t> current(other.size() + 1, row);
    for (std::size_t column = 1; column <= other.size(); ++column) {
      const bool same = one[row - 1] == other[column - 1];
      current[column] = std::min(
          {last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0U : 1U)});
      const bool swapped = row > 1 && column > 1 && one[row - 1] == other[column - 2] &&
                           one[row - 2] == other[column - 1];
      if (swapped) current[column] = std::min(current[column], before_last[column - 2] + 1);
    }
    before_last = std::exchange(last, std::move(current));
  }
  return last.back();
}

std::string suggestion(const std::string& written, const std::vector<std::string>& names) {
  const std::string* best = nullptr;
  std::size_t least = most_edits(written) + 1;
  for (const std::string& name : names) {
    // The beginning of a name is near to it, however much is missing.
    constexpr std::size_t shortest_beginning = 5;
    const bool begins = written.size() >= shortest_beginning && name.starts_with(written);
    const std::size_t distance = begins ? 1 : edit_distance(written, name);
    if (distance >= least) continue;
    least = distance;
    best = &name;
  }
  return best == nullptr ? "" : fmt::format("; did you mean {}?", *best);
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    if (std::string name = long_name(*option); !name.empty()) names.push_back(std::move(name));
  return names;
}

std::string option_of(const CLI::ParseError& error) {
  const std::string text = error.what();
  return text.starts_with("--") ? text.substr(0, text.find_first_of(": ")) : "";
}

std::string describe_usage_fault(const CLI::App& app, const CLI::ParseError& error,
                                 const std::string& place) {
  const std::string text = error.what();
  const std::string option = option_of(error);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return describe_extra(app);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && !option.empty()) {
    const CLI::Option* const found = app.get_option_no_throw(option);
    return fmt::format("{} needs a value{}", option,
                       found == nullptr ? "" : ": " + found->get_type_name());
  }
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr)
    return replaced(text, " excludes ", " does not go with ");
  if (dynamic_cast<const CLI::RequiresError*>(&error) != nullptr)
    return replaced(text, " requires ", " needs ");
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    return replaced(text, " is required", " is missing");
  if (dynamic_cast<const CLI::FileError*>(&error) != nullptr) {
    return fmt::format("cannot read the file of options {}",
                       app.get_config_ptr()->as<std::string>());
  }
  return place.empty() ? text : fmt::format("{}: {}", place, text);
}

}  // namespace cdp::cli
