// Domain Runtime: https://chromedevtools.github.io/devtools-protocol/tot/Runtime/
#pragma once

#include "protocol/field.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

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

struct RemoteObject {
  static constexpr std::string_view type_name = "Runtime.RemoteObject";
  std::string type;
  std::optional<nlohmann::json> value;
  std::optional<std::string> description;
  static constexpr auto fields() {
    return std::tuple(field("type", &RemoteObject::type), field("value", &RemoteObject::value),
                      field("description", &RemoteObject::description));
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
                      field("awaitPromise", &Evaluate::await_promise));
  }
};

}  // namespace cdp::protocol::runtime
