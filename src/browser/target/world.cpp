#include "browser/target/world.hpp"

#include "protocol/page.hpp"
#include "protocol/runtime.hpp"
#include <cdp/error.hpp>

#include <algorithm>

namespace cdp {
namespace runtime = protocol::runtime;

namespace {

/// In one line: an error's text without its stack, any other value as it was thrown.
std::string describe(const runtime::ExceptionDetails& details) {
  std::string text = details.text;
  if (const auto& exception = details.exception) {
    std::string what = exception->description.value_or("");
    if (what.empty() && exception->value)
      what = exception->value->is_string() ? exception->value->get<std::string>()
                                           : to_text(*exception->value);
    what.resize(std::min(what.find("\n    at "), what.size()));
    if (!what.empty()) text += ' ' + what;
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

runtime::RemoteObject take(runtime::Evaluate::Result result) {
  if (result.exception_details)
    throw Error(errc::script_error, describe(*result.exception_details));
  return std::move(result.result);
}

/// The value of what was evaluated; null where there is none, as of undefined.
nlohmann::json take_value(runtime::Evaluate::Result result) {
  runtime::RemoteObject object = take(std::move(result));
  return object.value ? std::move(*object.value) : nlohmann::json();
}

}  // namespace

Task<World> World::isolated(std::shared_ptr<Connection> connection,
                            std::shared_ptr<SessionState> session, std::string frame_id,
                            Deadline deadline) {
  protocol::page::CreateIsolatedWorld command{std::move(frame_id), "cdp-scrape"};
  const auto world = co_await connection->call(session, std::move(command), deadline);
  co_return World(connection, session, world.execution_context_id);
}

Task<nlohmann::json> World::evaluate(std::string expression, Deadline deadline) const {
  runtime::Evaluate command;
  command.expression = std::move(expression);
  if (context_) co_return co_await value_of(std::move(command), deadline);
  command.return_by_value = command.await_promise = false;
  auto result = co_await connection_->call(session_, std::move(command), deadline);
  if (!result.exception_details && result.result.object_id)
    co_return co_await value_of_object(std::move(result.result), deadline);
  co_return take_value(std::move(result));
}

Task<nlohmann::json> World::value_of_object(runtime::RemoteObject object, Deadline deadline) const {
  runtime::Evaluate::Result result;
  const runtime::ReleaseObject release{*object.object_id};
  if (object.subtype == "promise") {
    runtime::AwaitPromise command{std::move(*object.object_id)};
    result = co_await connection_->call(session_, std::move(command), deadline);
  } else {
    runtime::CallFunctionOn command;
    command.function_declaration = "function () { return this; }";
    command.object_id = std::move(object.object_id);
    command.return_by_value = true;
    result = co_await connection_->call(session_, std::move(command), deadline);
  }
  connection_->post(session_, release);
  co_return take_value(std::move(result));
}

Task<nlohmann::json> World::read(std::string expression, Deadline deadline) const {
  runtime::Evaluate command;
  command.expression = std::move(expression);
  command.await_promise = false;
  return value_of(std::move(command), deadline);
}

Task<nlohmann::json> World::evaluate_with_console(std::string expression, Deadline deadline) const {
  runtime::Evaluate command;
  command.expression = std::move(expression);
  command.await_promise = false;
  command.include_command_line_api = true;
  return value_of(std::move(command), deadline);
}

Task<nlohmann::json> World::value_of(runtime::Evaluate command, Deadline deadline) const {
  command.context_id = context_;
  auto result = co_await connection_->call(session_, std::move(command), deadline);
  co_return take_value(std::move(result));
}

Task<std::string> World::evaluate_object(std::string expression, Deadline deadline) const {
  runtime::Evaluate command;
  command.expression = std::move(expression);
  command.context_id = context_;
  command.return_by_value = false;
  command.await_promise = false;
  auto result = co_await connection_->call(session_, std::move(command), deadline);
  runtime::RemoteObject object = take(std::move(result));
  co_return object.object_id.value_or("");
}

Task<void> World::call(std::string function, std::vector<std::string> object_ids,
                       Deadline deadline) const {
  runtime::CallFunctionOn command;
  command.function_declaration = std::move(function);
  command.execution_context_id = context_;
  for (std::string& id : object_ids)
    command.arguments.push_back({std::move(id)});
  auto result = co_await connection_->call(session_, std::move(command), deadline);
  take(std::move(result));
}

}  // namespace cdp
