// JSON text into values, no more of it than somebody reads.
#pragma once

#include "protocol/members.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace cdp::protocol {

/// Reads a JSON text. Members that are not wanted are left out, and not looked into: they need not
/// be well-formed.
/// @param text gets a larger capacity
/// @throws nlohmann::json::exception when the text is not JSON
nlohmann::json read_json(std::string& text, const Members& wanted);

}  // namespace cdp::protocol
