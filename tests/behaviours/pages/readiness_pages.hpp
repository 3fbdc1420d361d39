// Pages that take from readiness what it might rely on, and pages that are done late, all below
// /b/.
#pragma once

#include "support/server/test_server.hpp"

#include <span>
#include <string_view>

namespace cdp::test {

/// A page whose first script takes a builtin away or replaces it. A timer then adds `done-NAME`.
struct BuiltinPage {
  std::string_view name;  ///< its path is /b/builtin/NAME
  std::string_view script;
};

std::span<const BuiltinPage> builtin_pages();

/// Adds all of them to a server.
void add_readiness_pages(TestServer& server);

}  // namespace cdp::test
