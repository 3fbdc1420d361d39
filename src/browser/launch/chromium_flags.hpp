// Chromium's command line.
#pragma once

#include <cdp/options.hpp>

#include <string>
#include <vector>

namespace cdp {

/// The arguments after the program's name: ours, then the user's, which win. `--disable-features`
/// and
/// `--enable-features` of both are joined, for Chromium listens to the last one only.
/// @throws Error invalid_argument for arguments that would take the browser away from its driver
std::vector<std::string> chromium_arguments(const LaunchOptions& options,
                                            const std::string& profile);

}  // namespace cdp
