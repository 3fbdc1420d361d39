#include "cli/options/option_types.hpp"

namespace cdp::cli {
namespace {

std::string read_word(const std::string& text, std::string& target) {
  target = text;
  return text.empty() ? "is empty" : "";
}

}  // namespace

OptionType one(std::string value, Reader read) {
  OptionType type;
  type.value = std::move(value);
  type.read = std::move(read);
  return type;
}

OptionType every(std::string value, Reader read) {
  OptionType type = one(std::move(value), std::move(read));
  type.kind = OptionType::Kind::every;
  return type;
}

OptionType toggle(bool& target) {
  OptionType type;
  type.kind = OptionType::Kind::toggle;
  type.toggle = &target;
  return type;
}

OptionType count(int& target) {
  OptionType type;
  type.kind = OptionType::Kind::count;
  type.count = &target;
  return type;
}

OptionType word(std::string value, std::string& target) {
  return one(std::move(value),
             [&target](const std::string& text) { return read_word(text, target); });
}

OptionType words(std::string value, std::vector<std::string>& target) {
  return every(std::move(value), [&target](const std::string& text) {
    return read_word(text, target.emplace_back());
  });
}

OptionType duration(std::chrono::milliseconds& target, DurationLimits limits) {
  const bool in_seconds = limits.unit == std::chrono::seconds(1);
  return one(in_seconds ? "SECONDS" : "MS", [&target, limits](const std::string& text) {
    return read_duration(text, limits, target);
  });
}

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  std::string list;
  for (const std::string& text : texts) {
    if (!list.empty()) list += separator;
    list += text;
  }
  return list;
}

}  // namespace cdp::cli
