// How a page appears to servers and scripts.
#pragma once

#include "rpc/connection.hpp"
#include <cdp/options.hpp>

#include <memory>

namespace cdp {

/// Sends what makes the page in a session appear as its options say: headers, user agent, locale,
/// time zone, viewport, certificates. Nothing is awaited.
void set_identity(Connection& connection, const std::shared_ptr<SessionState>& session,
                  const PageOptions& options);

}  // namespace cdp
