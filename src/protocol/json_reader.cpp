#include "protocol/json_reader.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cdp::protocol {
namespace {

namespace ondemand = simdjson::ondemand;

/// What is nested deeper is left to a parser that does not call itself.
constexpr int deepest = 512;

nlohmann::json read_value(ondemand::value value, const Members& wanted, int depth);

nlohmann::json read_object(ondemand::object object, const Members& wanted, int depth) {
  nlohmann::json result = nlohmann::json::object();
  for (ondemand::field field : object) {
    const std::string_view name = field.unescaped_key();
    if (const Members* const inner = wanted.find(name))
      result[std::string(name)] = read_value(field.value(), *inner, depth + 1);
  }
  return result;
}

nlohmann::json read_list(ondemand::array list, const Members& wanted, int depth) {
  nlohmann::json result = nlohmann::json::array();
  for (ondemand::value element : list)
    result.push_back(read_value(element, wanted, depth + 1));
  return result;
}

nlohmann::json read_number(ondemand::number number) {
  if (number.is_uint64()) return number.get_uint64();
  if (!number.is_int64()) return number.get_double();
  const std::int64_t integer = number.get_int64();
  if (integer < 0) return integer;
  return static_cast<std::uint64_t>(integer);
}

nlohmann::json read_value(ondemand::value value, const Members& wanted, int depth) {
  if (depth > deepest) throw simdjson::simdjson_error(simdjson::DEPTH_ERROR);
  switch (value.type()) {
    case ondemand::json_type::object:
      return read_object(value.get_object(), wanted, depth);
    case ondemand::json_type::array:
      return read_list(value.get_array(), wanted, depth);
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
class Reader {
 public:
  nlohmann::json read(std::string& text, const Members& wanted) {
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    ondemand::document document = parser_->iterate(text.data(), text.size(), text.capacity());
    nlohmann::json result = read_value(document.get_value(), wanted, 0);
    const bool is_over = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    if (!is_over) throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
    if (parser_->capacity() > usual) parser_.emplace();
    return result;
  }

 private:
  static constexpr std::size_t usual = 1 << 17;

  std::optional<ondemand::parser> parser_{std::in_place};
};

}  // namespace

nlohmann::json read_json(std::string& text, const Members& wanted) {
  static thread_local Reader reader;
  try {
    return reader.read(text, wanted);
  } catch (const simdjson::simdjson_error&) {
    // Either not JSON, and this says where; or more than the other takes, such as 70-digit numbers.
    return nlohmann::json::parse(text);
  }
}

}  // namespace cdp::protocol
