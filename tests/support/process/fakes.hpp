#pragma once

#include <string>

namespace cdp::test {

/// Path of a copy of fake-chromium that every user may execute: a driver that runs as root starts
/// its browser as another user, who may not be able to reach the build directory. The copy is made
/// at the first call and removed when the process exits.
std::string fake_chromium_path();

}  // namespace cdp::test
