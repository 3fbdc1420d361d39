// Whether root may become somebody else here.
#pragma once

#include <cdp/error.hpp>

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace cdp {

/// Why root cannot run a browser as another user: to start it, to end it and to remove its files
/// takes rights (capabilities(7)) that containers may withhold from root. Nothing when it can.
/// @return sandbox_unavailable, with what to do
std::optional<Error> find_missing_right(uid_t user);

/// As above, of the effective capabilities, as a set of bits.
std::optional<Error> judge_rights(std::uint64_t effective, uid_t user);

/// An attempt that has failed. @param reason errno's text
Error cannot_change_user(uid_t user, const std::string& reason);

}  // namespace cdp
