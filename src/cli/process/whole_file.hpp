// Files that are there as a whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace cdp::cli {

/// Whether a file could be made there: its directory is one that can be written to.
/// @throws Error output_error
void expect_writable_place(const std::string& path);

/// Writes beside the path and renames, so that nobody reads half a file, and what was there before
/// stays until then. What is not a plain file (a pipe, /dev/stdout) is written to as it is.
/// @throws Error output_error
void write_whole_file(const std::string& path, std::string_view text);

}  // namespace cdp::cli
