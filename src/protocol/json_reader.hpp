// JSON text into values and into the structs of this layer, no more of it than somebody reads:
// Chromium's events say a lot that is of no use to us.
#pragma once

#include "protocol/codec.hpp"
#include "protocol/field.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

namespace cdp::protocol {

/// A value in a JSON text that is being read, from front to back: each value once. What does not
/// fit ends the reading, see `read_text`.
class JsonValue {
 public:
  bool is_null();

  void read(bool& value);
  void read(double& value);
  void read(std::int64_t& value);
  void read(int& value);
  void read(std::string& value);
  void read(nlohmann::json& value);

  /// Members that `read` does not touch are skipped, and need not be well-formed.
  void each_member(const std::function<void(std::string_view name, JsonValue& member)>& read);
  void each_element(const std::function<void(JsonValue& element)>& read);

  /// Ends the reading.
  [[noreturn]] static void refuse();

 private:
  friend bool read_text(std::string& text, const std::function<void(JsonValue&)>& read);

  explicit JsonValue(void* place) : place_(place) {}

  void* place_;  ///< the parser's own, whose header stays out of here
};

/// @param text gets a larger capacity
/// @return false when the text is not JSON, or `read` refuses what it says
bool read_text(std::string& text, const std::function<void(JsonValue&)>& read);

/// Reads a JSON text.
/// @param text gets a larger capacity
/// @throws nlohmann::json::exception when it is not JSON
nlohmann::json read_json(std::string& text);

template <class T>
void read_into(JsonValue& from, T& value);

/// @return whether there is a value
template <class Member>
bool read_member(JsonValue& from, Member& member) {
  const bool is_there = !from.is_null();
  if constexpr (is_optional<Member>::value) {
    member.reset();
    if (is_there) read_into(from, member.emplace());
  } else {
    if (is_there) read_into(from, member);
  }
  return is_there;
}

template <class T, class... Fields>
void read_members(JsonValue& from, T& value, const Fields&... fields) {
  static_assert(sizeof...(Fields) <= std::numeric_limits<std::uint64_t>::digits);
  std::uint64_t read = 0;  // a bit for each field
  const auto read_one = [&](std::string_view name, JsonValue& member) {
    std::uint64_t bit = 1;
    [[maybe_unused]] const auto take = [&](const auto& field) {
      const bool is_it = field.is_called(name);
      if (is_it) read = read_member(member, value.*field.member) ? read | bit : read & ~bit;
      bit <<= 1U;
      return is_it;
    };
    static_cast<void>((take(fields) || ...));
  };
  from.each_member(std::ref(read_one));  // by reference: it would be copied to the heap
  std::uint64_t bit = 1;
  [[maybe_unused]] const auto demand = [&](const auto& field) {
    constexpr bool is_required = !is_optional<std::decay_t<decltype(value.*field.member)>>::value;
    if (is_required && (read & bit) == 0) JsonValue::refuse();
    bit <<= 1U;
  };
  (demand(fields), ...);
}

template <class T>
void read_into(JsonValue& from, T& value) {
  if constexpr (HasFields<T>) {
    std::apply([&](const auto&... fields) { read_members(from, value, fields...); }, T::fields());
  } else if constexpr (is_vector<T>::value) {
    value.clear();
    from.each_element([&](JsonValue& element) { read_into(element, value.emplace_back()); });
  } else {
    from.read(value);
  }
}

/// Reads a struct as `decode` does, without the values between.
/// @param text gets a larger capacity
/// @return nothing when that is not possible; `decode` then says why, or does it
template <class T>
std::optional<T> read_struct(std::string& text) {
  std::optional<T> value(std::in_place);
  if (!read_text(text, [&](JsonValue& from) { read_into(from, *value); })) value.reset();
  return value;
}

}  // namespace cdp::protocol
