#include "protocol/json_reader.hpp"

#include <simdjson.h>

#include <cstddef>
#include <optional>

namespace cdp::protocol {
namespace {

namespace ondemand = simdjson::ondemand;

/// What is nested deeper is left to a parser that does not call itself.
constexpr int deepest = 512;

nlohmann::json read_value(ondemand::value value, int depth);

nlohmann::json read_object(ondemand::object object, int depth) {
  nlohmann::json result = nlohmann::json::object();
  for (ondemand::field field : object) {
    const std::string_view name = field.unescaped_key();
    result[std::string(name)] = read_value(field.value(), depth + 1);
  }
  return result;
}

nlohmann::json read_list(ondemand::array list, int depth) {
  nlohmann::json result = nlohmann::json::array();
  for (ondemand::value element : list)
    result.push_back(read_value(element, depth + 1));
  return result;
}

nlohmann::json read_number(ondemand::number number) {
  if (number.is_uint64()) return number.get_uint64();
  if (!number.is_int64()) return number.get_double();
  const std::int64_t integer = number.get_int64();
  if (integer < 0) return integer;
  return static_cast<std::uint64_t>(integer);
}

nlohmann::json read_value(ondemand::value value, int depth) {
  if (depth > deepest) throw simdjson::simdjson_error(simdjson::DEPTH_ERROR);
  switch (value.type()) {
    case ondemand::json_type::object:
      return read_object(value.get_object(), depth);
    case ondemand::json_type::array:
      return read_list(value.get_array(), depth);
    case ondemand::json_type::string:
      return std::string(std::string_view(value.get_string()));
    case ondemand::json_type::number:
      return read_number(value.get_number());
    case ondemand::json_type::boolean:
      return bool(value.get_bool());
    case ondemand::json_type::null:
      return nullptr;
  }
  throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
}

/// Keeps its memory for the next text, unless that was a rare big one.
class Parser {
 public:
  template <class Read>
  void parse(std::string& text, const Read& read) {
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    ondemand::document document = parser_->iterate(text.data(), text.size(), text.capacity());
    ondemand::value value = document.get_value();
    read(value);
    const bool is_over = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    if (!is_over) throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
    if (parser_->capacity() > usual) parser_.emplace();
  }

 private:
  static constexpr std::size_t usual = 1 << 17;

  std::optional<ondemand::parser> parser_{std::in_place};
};

Parser& parser() {
  static thread_local Parser parser;
  return parser;
}

ondemand::value& at(void* place) {
  return *static_cast<ondemand::value*>(place);
}

}  // namespace

bool JsonValue::is_null() {
  return at(place_).is_null();
}

void JsonValue::read(bool& value) {
  value = at(place_).get_bool();
}

void JsonValue::read(double& value) {
  value = at(place_).get_double();
}

void JsonValue::read(std::int64_t& value) {
  value = at(place_).get_int64();
}

void JsonValue::read(int& value) {
  const std::int64_t number = at(place_).get_int64();
  value = static_cast<int>(number);
  if (value != number) refuse();
}

void JsonValue::read(std::string& value) {
  value = std::string_view(at(place_).get_string());
}

void JsonValue::read(nlohmann::json& value) {
  value = read_value(at(place_), 0);
}

void JsonValue::each_member(const std::function<void(std::string_view, JsonValue&)>& read) {
  for (ondemand::field field : at(place_).get_object()) {
    const std::string_view name = field.unescaped_key();
    JsonValue member(&field.value());
    read(name, member);
  }
}

void JsonValue::each_element(const std::function<void(JsonValue&)>& read) {
  for (ondemand::value element : at(place_).get_array()) {
    JsonValue value(&element);
    read(value);
  }
}

void JsonValue::refuse() {
  throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
}

bool read_text(std::string& text, const std::function<void(JsonValue&)>& read) {
  try {
    parser().parse(text, [&](ondemand::value& value) {
      JsonValue whole(&value);
      read(whole);
    });
    return true;
  } catch (const simdjson::simdjson_error&) {
    return false;
  }
}

nlohmann::json read_json(std::string& text) {
  nlohmann::json result;
  // Either not JSON, and this says where; or more than the other takes, such as 70-digit numbers.
  if (!read_text(text, [&](JsonValue& value) { value.read(result); }))
    return nlohmann::json::parse(text);
  return result;
}

}  // namespace cdp::protocol
