#include "rpc/connection.hpp"
#include <cdp/session.hpp>

namespace cdp {
namespace {

Task<nlohmann::json> send_and_wait(std::shared_ptr<Connection> connection,
                                   std::shared_ptr<SessionState> session, std::string method,
                                   nlohmann::json params, std::chrono::milliseconds timeout) {
  SentCall sent = connection->send(session, std::move(method), params);
  co_return co_await connection->wait(std::move(sent), deadline_in(timeout));
}

}  // namespace

Session::Session(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> state)
    : connection_(std::move(connection)), state_(std::move(state)) {}

Task<nlohmann::json> Session::call(std::string method, nlohmann::json params) {
  return call(std::move(method), std::move(params), usual_command_timeout);
}

Task<nlohmann::json> Session::call(std::string method, nlohmann::json params,
                                   std::chrono::milliseconds timeout) {
  return send_and_wait(connection_, state_, std::move(method), std::move(params), timeout);
}

Subscription Session::on(const std::string& event,
                         std::function<void(const nlohmann::json&)> handler) {
  return state_->events().on(event, std::move(handler));
}

bool Session::is_open() const {
  return !state_->closed();
}

}  // namespace cdp
