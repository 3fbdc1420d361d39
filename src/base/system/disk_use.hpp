// How much is in a directory.
#pragma once

#include <cstdint>
#include <filesystem>

namespace cdp {

/// The room that the files below a directory take on the disk, in bytes. Follows no links. Leaves
/// out the caches that Chromium bounds itself. What cannot be looked at, or goes meanwhile, does
/// not count.
std::uint64_t disk_use(const std::filesystem::path& directory);

}  // namespace cdp
