#include "rpc/envelope.hpp"

#include "base/text/json_text.hpp"
#include "protocol/codec.hpp"
#include "protocol/json_reader.hpp"

#include <fmt/format.h>

#include <charconv>

namespace cdp {
namespace {

using nlohmann::json;

std::string describe_refusal(const json& error) {
  const std::string message = error.value("message", "no message");
  const json code = error.value("code", json(0));
  const std::string data =
      error.contains("data") && error["data"].is_string() ? error["data"].get<std::string>() : "";
  return fmt::format("{} ({}){}{}", message, to_text(code), data.empty() ? "" : ": ", data);
}

json take_object(json& message, const char* name) {
  const auto found = message.find(name);
  return found != message.end() && found->is_object() ? std::move(*found) : json::object();
}

Incoming to_incoming(json message) {
  Incoming incoming;
  if (message.contains("id")) incoming.id = message["id"].get<CallId>();
  incoming.method = message.value("method", "");
  incoming.session_id = message.value("sessionId", "");
  if (message.contains("error")) incoming.refusal = describe_refusal(message["error"]);
  incoming.body = take_object(message, incoming.id ? "result" : "params");
  return incoming;
}

}  // namespace

Incoming parse_message(std::string& text) {
  try {
    json message = protocol::read_json(text);
    if (!message.is_object())
      throw Error(errc::protocol_error, "the browser's message is not an object");
    return to_incoming(std::move(message));
  } catch (const json::exception& error) {
    throw Error(errc::protocol_error,
                fmt::format("the browser's message cannot be read: {}", error.what()));
  }
}

std::string write_command(CallId id, std::string_view method, std::string_view session_id,
                          const json& params) {
  std::string text = fmt::format(R"({{"id":{},"method":)", id);
  append_quoted(text, method);
  if (!session_id.empty()) {
    text += R"(,"sessionId":)";
    append_quoted(text, session_id);
  }
  text += R"(,"params":)";
  append_json(text, params);
  text += '}';
  return text;
}

std::string_view peek_event(std::string_view text) {
  constexpr std::string_view start = R"({"method":")";
  if (!text.starts_with(start)) return {};
  const std::string_view rest = text.substr(start.size());
  return rest.substr(0, std::min(rest.find('"'), rest.size()));
}

std::optional<CallId> peek_reply(std::string_view text) {
  constexpr std::string_view start = R"({"id":)";
  if (!text.starts_with(start)) return std::nullopt;
  CallId id = 0;
  const auto [end, error] =
      std::from_chars(text.data() + start.size(), text.data() + text.size(), id);
  return error == std::errc{} ? std::optional(id) : std::nullopt;
}

}  // namespace cdp
