// The dialogs that a page opens.
#pragma once

#include "rpc/connection.hpp"
#include <cdp/error.hpp>

#include <memory>
#include <optional>
#include <string>

namespace cdp {

/// Answers the page's dialogs (`alert`, `confirm`, `prompt`, `beforeunload`), for an open one stops
/// its scripts, its load and its close. Leaving is allowed, everything else declined. Each is
/// answered at once, on the receive path.
class Dialogs {
 public:
  /// A script that opens one after the other would never get to its end.
  static constexpr int most = 20;

  Dialogs(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> session)
      : connection_(std::move(connection)), session_(std::move(session)) {}

  /// One has opened. @return whether there were too many: its script is to be ended before it is
  /// answered
  bool note();

  /// @param type as in Page.javascriptDialogOpening
  void answer(const std::string& type);

  int count() const { return count_; }

  /// dialog_loop, when there were too many.
  const std::optional<Error>& excess() const { return excess_; }

 private:
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<SessionState> session_;
  int count_ = 0;
  std::optional<Error> excess_;
};

}  // namespace cdp
