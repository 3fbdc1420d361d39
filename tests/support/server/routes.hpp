#pragma once

// The built-in routes of TestServer; its header has the table.

#include "test_server.hpp"

#include <map>
#include <string>

namespace cdp::test {

/// Handlers by path; a key that ends in `/` stands for everything below it.
using RouteTable = std::map<std::string, ExchangeHandler, std::less<>>;

RouteTable builtin_routes();

/// A handler that only computes an answer.
ExchangeHandler answering(Handler handler);

}  // namespace cdp::test
