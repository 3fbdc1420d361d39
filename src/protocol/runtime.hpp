// Domain Runtime: https://chromedevtools.github.io/devtools-protocol/tot/Runtime/
#pragma once

#include "protocol/field.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cdp::protocol::runtime {

struct RunIfWaitingForDebugger {
  static constexpr std::string_view method = "Runtime.runIfWaitingForDebugger";
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(); }
};

struct TerminateExecution {
  static constexpr std::string_view method = "Runtime.terminateExecution";
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(); }
};

/// What a page answers without running any script.
struct GetHeapUsage {
  static constexpr std::string_view method = "Runtime.getHeapUsage";
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(); }
};

struct RemoteObject {
  static constexpr std::string_view type_name = "Runtime.RemoteObject";
  std::string type;
  std::optional<std::string> subtype;
  std::optional<nlohmann::json> value;
  std::optional<std::string> description;
  std::optional<std::string> object_id;
  static constexpr auto fields() {
    return std::tuple(field("type", &RemoteObject::type), field("subtype", &RemoteObject::subtype),
                      field("value", &RemoteObject::value),
                      field("description", &RemoteObject::description),
                      field("objectId", &RemoteObject::object_id));
  }
};

struct ExceptionDetails {
  static constexpr std::string_view type_name = "Runtime.ExceptionDetails";
  std::string text;
  std::optional<RemoteObject> exception;
  static constexpr auto fields() {
    return std::tuple(field("text", &ExceptionDetails::text),
                      field("exception", &ExceptionDetails::exception));
  }
};

struct Evaluate {
  static constexpr std::string_view method = "Runtime.evaluate";
  std::string expression;
  std::optional<int> context_id;
  bool return_by_value = true;
  bool await_promise = true;
  std::optional<bool> include_command_line_api;
  struct Result {
    RemoteObject result;
    std::optional<ExceptionDetails> exception_details;
    static constexpr auto fields() {
      return std::tuple(field("result", &Result::result),
                        field("exceptionDetails", &Result::exception_details));
    }
  };
  static constexpr auto fields() {
    return std::tuple(field("expression", &Evaluate::expression),
                      field("contextId", &Evaluate::context_id),
                      field("returnByValue", &Evaluate::return_by_value),
                      field("awaitPromise", &Evaluate::await_promise),
                      field("includeCommandLineAPI", &Evaluate::include_command_line_api));
  }
};

struct AwaitPromise {
  static constexpr std::string_view method = "Runtime.awaitPromise";
  std::string promise_object_id;
  bool return_by_value = true;
  using Result = Evaluate::Result;
  static constexpr auto fields() {
    return std::tuple(field("promiseObjectId", &AwaitPromise::promise_object_id),
                      field("returnByValue", &AwaitPromise::return_by_value));
  }
};

struct ReleaseObject {
  static constexpr std::string_view method = "Runtime.releaseObject";
  std::string object_id;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("objectId", &ReleaseObject::object_id));
  }
};

struct CallArgument {
  static constexpr std::string_view type_name = "Runtime.CallArgument";
  std::string object_id;
  static constexpr auto fields() { return std::tuple(field("objectId", &CallArgument::object_id)); }
};

struct CallFunctionOn {
  static constexpr std::string_view method = "Runtime.callFunctionOn";
  std::string function_declaration;
  std::optional<int> execution_context_id;  ///< or the object that is `this`
  std::optional<std::string> object_id;
  std::optional<bool> return_by_value;
  std::vector<CallArgument> arguments;
  using Result = Evaluate::Result;
  static constexpr auto fields() {
    return std::tuple(field("functionDeclaration", &CallFunctionOn::function_declaration),
                      field("executionContextId", &CallFunctionOn::execution_context_id),
                      field("objectId", &CallFunctionOn::object_id),
                      field("returnByValue", &CallFunctionOn::return_by_value),
                      field("arguments", &CallFunctionOn::arguments));
  }
};

}  // namespace cdp::protocol::runtime
