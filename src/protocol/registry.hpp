// Everything of the protocol that is used, for the test against the running browser's own
// description.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cdp::protocol {

enum class UsedKind { command, event, type };

struct Used {
  UsedKind kind;
  std::string_view name;                  ///< `Domain.name`
  std::vector<std::string_view> members;  ///< parameters of a command or event, members of a type
  std::vector<std::string_view> results;  ///< of a command
};

std::vector<Used> used_protocol();

}  // namespace cdp::protocol
