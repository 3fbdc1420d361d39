// One run at a time has a state directory.
#pragma once

#include "base/unique_fd.hpp"

#include <filesystem>

namespace cdp {

/// Makes the directory where there is none, and takes its lock, the file `lock`, which names the
/// process that has it. Links are not followed.
/// @return holds the lock while it is open
/// @throws Error state_error when it cannot be written to, or another process has it
UniqueFd lock_state_directory(const std::filesystem::path& directory);

}  // namespace cdp
