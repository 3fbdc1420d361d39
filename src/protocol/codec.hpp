// The structs of this layer to and from JSON. Tolerant, as protocols that grow want it: what we do
// not know is ignored, optional members may be missing; a required one that is missing is an error
// that names it.
#pragma once

#include "base/text/json_text.hpp"
#include "protocol/field.hpp"
#include <cdp/error.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace cdp::protocol {

using nlohmann::json;

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};

template <class T>
json encode(const T& value) {
  if constexpr (HasFields<T>) {
    json object = json::object();
    const auto put = [&](const auto& field) {
      const auto& member = value.*field.member;
      if constexpr (is_optional<std::decay_t<decltype(member)>>::value) {
        if (member) object[std::string(field.name)] = encode(*member);
      } else {
        object[std::string(field.name)] = encode(member);
      }
    };
    std::apply([&](const auto&... field) { (put(field), ...); }, T::fields());
    return object;
  } else if constexpr (is_vector<T>::value) {
    json array = json::array();
    for (const auto& element : value)
      array.push_back(encode(element));
    return array;
  } else {
    return json(value);
  }
}

/// A string as JSON text, which is a literal of JavaScript too.
inline std::string quoted(std::string_view text) {
  std::string literal;
  append_quoted(literal, text);
  return literal;
}

/// Fills `value` from `from`; strings are moved out of a `from` that is not const.
template <class Json, class T>
void decode_into(Json& from, T& value, std::string_view what);

template <class Json, class F, class T>
void decode_member(Json& object, const F& field, T& member, std::string_view what) {
  const std::string_view name = field.name;
  auto found = object.find(name);
  if (found == object.end() && field.letters == Case::is_nothing) {
    for (found = object.begin(); found != object.end() && !field.is_called(found.key());)
      ++found;
  }
  const bool missing = found == object.end() || found->is_null();
  if constexpr (is_optional<T>::value) {
    if (!missing) decode_into(*found, member.emplace(), name);
  } else {
    if (missing) {
      throw Error(errc::protocol_error,
                  std::string(what) + ": the browser's message has no '" + std::string(name) + "'");
    }
    decode_into(*found, member, name);
  }
}

template <class Json, class T>
void decode_into(Json& from, T& value, std::string_view what) {
  try {
    if constexpr (HasFields<T>) {
      if (!from.is_object())
        throw Error(errc::protocol_error, std::string(what) + ": not an object");
      const auto take = [&](const auto& field) {
        decode_member(from, field, value.*field.member, what);
      };
      std::apply([&](const auto&... field) { (take(field), ...); }, T::fields());
    } else if constexpr (is_vector<T>::value) {
      for (auto& element : from)
        decode_into(element, value.emplace_back(), what);
    } else if constexpr (std::is_same_v<T, std::string> && !std::is_const_v<Json>) {
      value = std::move(from.template get_ref<std::string&>());
    } else if constexpr (std::is_same_v<T, json> && !std::is_const_v<Json>) {
      value = std::move(from);
    } else {
      value = from.template get<T>();
    }
  } catch (const json::exception& error) {
    throw Error(errc::protocol_error, std::string(what) + ": " + error.what());
  }
}

template <class T, class Json>
T decode(Json&& from, std::string_view what) {
  T value;
  decode_into(from, value, what);
  return value;
}

}  // namespace cdp::protocol
