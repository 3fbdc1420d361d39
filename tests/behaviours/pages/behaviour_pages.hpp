// Pages that behave in ways of their own, all below /b/.
#pragma once

#include "support/server/test_server.hpp"

namespace cdp::test {

/// Adds them to a server.
void add_behaviour_pages(TestServer& server);

/// Those of them that are never done.
void add_endless_pages(TestServer& server);

/// Those that do one thing so often that their browser has no time for others.
void add_flood_pages(TestServer& server);

/// Those that go somewhere, or want to.
void add_navigation_pages(TestServer& server);

}  // namespace cdp::test
