// Labels of domain names that registries do not take, and browsers look up: those with symbols.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// A label with emoji, arrows or dingbats as ASCII (`xn--…`): UTS #46 allows them in URLs, IDNA
/// 2008, which libidn2 follows, in no name.
/// @param label UTF-8
/// @param is_plain whether what is left without the symbols is a label as it is: it is not asked
/// of an empty text
/// @return nothing when the label has no symbols, or the rest of it is not a label
std::optional<std::string> symbol_label_in_ascii(std::string_view label,
                                                 bool (*is_plain)(const std::string& rest));

}  // namespace cdp
