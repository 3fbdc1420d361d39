// Descriptors 0 to 2.
#pragma once

#include "cli/process/exit_code.hpp"

#include <string_view>

namespace cdp::cli {

/// Opens those that are closed, so that no file of ours gets their number and messages end up in
/// it. What is opened cannot be used the way the number promises: reading from such a standard
/// input, and writing to such a standard output, fails as it would have. Before anything is opened.
void open_standard_streams() noexcept;

/// Writes to the standard error. If that fails (nobody reads, the terminal has hung up, the disk is
/// full), the caller continues: no message is worth a run.
void write_to_stderr(std::string_view text) noexcept;

/// Writes a text to the standard output: the whole work of some commands.
/// @return ok; broken_pipe when nobody reads; output, and a line on the standard error
ExitCode print_text(std::string_view text) noexcept;

}  // namespace cdp::cli
