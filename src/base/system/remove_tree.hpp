// Removing a directory that is ours, and nothing else.
#pragma once

#include <filesystem>

namespace cdp {

/// Removes everything in a directory but `spared`, through descriptors: no name is looked up again
/// from the top, no symbolic link is followed, and nothing is entered that is mounted inside.
/// @param directory an open descriptor of it
/// @param spared the name of one entry of the directory that stays
/// @return whether nothing else is left
bool remove_contents(int directory, const char* spared);

/// Removes an empty directory under its name, if that still is the directory of the descriptor.
/// @return whether there is no such directory under this name any more
bool remove_empty_directory(int directory, const std::filesystem::path& path);

/// Whether the descriptor is of the directory that stands under this name, which is not a link.
bool is_directory_at(int directory, const std::filesystem::path& path);

/// Whether a file system is mounted on the directory of the descriptor; true when nobody can tell.
bool is_mount_point(int directory);

}  // namespace cdp
