// JSON text as Chromium writes it, and as we do.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace cdp {

/// Replaces escapes of lone surrogates (`\ud800` without its other half) by `\ufffd`, in place.
/// Chromium writes them for text that a page left ill-formed; RFC 8259 allows it, nlohmann/json
/// refuses the message.
/// @return how many were replaced
std::size_t repair_lone_surrogates(std::string& json);

/// Appends a string as JSON writes it. Bytes that are not UTF-8 become U+FFFD: a page's or a user's
/// bad bytes must not stop anything.
void append_quoted(std::string& json, std::string_view text);

/// Appends a piece of such a string: a text that is written piece by piece, between code points.
void append_in_quotes(std::string& json, std::string_view text);

/// Appends a value of nlohmann/json, in one line, as its `dump` writes it. That takes several times
/// as many instructions for strings, and what we write is strings: scripts, and the HTML of pages.
template <class Value>
void append_json(std::string& json, const Value& value) {
  const char* separator = "";
  if (value.is_object()) {
    json += '{';
    for (const auto& [name, member] : value.items()) {
      json += std::exchange(separator, ",");
      append_quoted(json, name);
      json += ':';
      append_json(json, member);
    }
    json += '}';
  } else if (value.is_array()) {
    json += '[';
    for (const auto& element : value) {
      json += std::exchange(separator, ",");
      append_json(json, element);
    }
    json += ']';
  } else if (value.is_string()) {
    append_quoted(json, value.template get_ref<const std::string&>());
  } else {
    json += value.dump();
  }
}

/// A value of nlohmann/json as text, see `append_json`.
template <class Value>
std::string to_text(const Value& value) {
  std::string text;
  append_json(text, value);
  return text;
}

}  // namespace cdp
