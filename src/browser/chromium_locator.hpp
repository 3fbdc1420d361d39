// Where Chromium is.
#pragma once

#include <string>

namespace cdp {

/// @param chosen the user's choice; empty: search
/// @return the path of an executable file
/// @throws Error browser_not_found with everything that was tried
std::string find_chromium(const std::string& chosen);

}  // namespace cdp
