// Where scripts run in a page.
#pragma once

#include "base/async/deadline.hpp"
#include "protocol/runtime.hpp"
#include "rpc/connection.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cdp {

/// One execution context of one frame. Awaited calls hold what they need; the object itself must
/// outlive them.
class World {
 public:
  /// @param context nothing: the world of the main frame's own scripts
  World(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> session,
        std::optional<int> context)
      : connection_(std::move(connection)), session_(std::move(session)), context_(context) {}

  /// The frame's isolated world, with a global object of its own, where the page's scripts have no
  /// say. (Page.createIsolatedWorld)
  /// @param session of the target that the frame belongs to
  static Task<World> isolated(std::shared_ptr<Connection> connection,
                              std::shared_ptr<SessionState> session, std::string frame_id,
                              Deadline deadline);

  /// The value of an expression, or of what its promise becomes. In the page's own world only
  /// promises of JavaScript's are awaited, not what a page's prototypes make look like one.
  /// (Runtime.evaluate, Runtime.awaitPromise)
  /// @throws Error script_error with the exception's text
  Task<nlohmann::json> evaluate(std::string expression, Deadline deadline) const;

  /// The value of an expression as it is: nothing is awaited, so nothing of the page's is called
  /// that it may have put into the place of a promise's functions (`Object.prototype.then`).
  Task<nlohmann::json> read(std::string expression, Deadline deadline) const;

  /// As `evaluate`, with the console's functions at hand, such as `getEventListeners`.
  Task<nlohmann::json> evaluate_with_console(std::string expression, Deadline deadline) const;

  /// The remote object that an expression leads to. @return its id; empty when it is none
  Task<std::string> evaluate_object(std::string expression, Deadline deadline) const;

  /// Calls a function with remote objects of this world. (Runtime.callFunctionOn)
  Task<void> call(std::string function, std::vector<std::string> object_ids,
                  Deadline deadline) const;

  const std::shared_ptr<Connection>& connection() const { return connection_; }
  const std::shared_ptr<SessionState>& session() const { return session_; }
  const std::optional<int>& context() const { return context_; }

 private:
  Task<nlohmann::json> value_of(protocol::runtime::Evaluate command, Deadline deadline) const;
  Task<nlohmann::json> value_of_object(protocol::runtime::RemoteObject object,
                                       Deadline deadline) const;

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<SessionState> session_;
  std::optional<int> context_;
};

}  // namespace cdp
