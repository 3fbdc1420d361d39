// Connections over a scripted transport.
#pragma once

#include "rpc/connection.hpp"
#include "scripted_test.hpp"
#include "scripted_transport.hpp"

#include <boost/asio/this_coro.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <utility>

namespace cdp::test {

/// A connection and the other end of its wire.
struct Link {
  std::shared_ptr<ScriptedWire> wire;
  std::shared_ptr<Connection> connection;

  /// Everything has come to an end: closes and lets the loops go.
  Task<void> close() {
    connection->close(Error(errc::cancelled, "the test is over"));
    EXPECT_EQ(connection->pending(), 0U);
    EXPECT_EQ(connection->sessions(), 0U);
    co_await settle();
    EXPECT_EQ(task_count(), 1U) << "main alone";
  }

  /// A command on the browser's own session, with its answer.
  Task<nlohmann::json> call(const char* method) {
    SentCall sent = connection->send(connection->root(), method, nlohmann::json::object());
    return connection->wait(std::move(sent), deadline_in(patience));
  }

  Task<nlohmann::json> call_on(const char* session, const char* method) {
    SentCall sent =
        connection->send(connection->find_session(session), method, nlohmann::json::object());
    return connection->wait(std::move(sent), deadline_in(patience));
  }

  /// The browser tells of a session.
  Task<void> attach(const char* session) {
    wire->event("Target.attachedToTarget",
                {{"sessionId", session},
                 {"targetInfo", {{"targetId", "T"}, {"type", "page"}, {"url", ""}}},
                 {"waitingForDebugger", true}});
    return wire->delivered();
  }
};

inline Task<Link> open_link(Log log) {
  const auto executor = co_await boost::asio::this_coro::executor;
  Link link;
  link.wire = std::make_shared<ScriptedWire>(executor);
  link.connection = Connection::open(executor, link.wire->transport(), std::move(log));
  co_return link;
}

inline Task<Link> open_link() {
  return open_link({});
}

}  // namespace cdp::test
