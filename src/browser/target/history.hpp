// The places that a target has been to.
#pragma once

#include "base/async/deadline.hpp"
#include "rpc/connection.hpp"
#include <cdp/task.hpp>

#include <memory>
#include <string>

namespace cdp {

/// Has the browser forget all of a target's history but its present place.
/// @param url of that place. The browser may hear of it later than we do
/// @return whether that place is the only one
Task<bool> forget_history(std::shared_ptr<Connection> connection,
                          std::shared_ptr<SessionState> session, std::string url,
                          Deadline deadline);

}  // namespace cdp
