// Where Chromium is.
#pragma once

#include <string>
#include <vector>

namespace cdp {

/// Where Debian puts its browsers, best first.
std::vector<std::string> usual_chromium_places();

/// @param chosen the user's choice; empty: search
/// @return the path of an executable file
/// @throws Error browser_not_found with everything that was tried
std::string find_chromium(const std::string& chosen);

/// As above. @param places the files to look at before PATH: tests bring their own
std::string find_chromium(const std::string& chosen, const std::vector<std::string>& places);

}  // namespace cdp
