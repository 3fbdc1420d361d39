// JSON text as Chromium writes it.
#pragma once

#include <cstddef>
#include <string>

namespace cdp {

/// Replaces escapes of lone surrogates (`\ud800` without its other half) by `\ufffd`, in place.
/// Chromium writes them for text that a page left ill-formed; RFC 8259 allows it, nlohmann/json
/// refuses the message.
/// @return how many were replaced
std::size_t repair_lone_surrogates(std::string& json);

}  // namespace cdp
