// The frame around every CDP message: https://chromedevtools.github.io/devtools-protocol/ and
// JSON-RPC 2.0.
#pragma once

#include <cdp/error.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

using CallId = std::int64_t;

/// A message from the browser: a reply when it has an id, an event when it has a method.
struct Incoming {
  std::optional<CallId> id;
  std::string method;
  std::string session_id;  ///< empty: the browser's own session
  nlohmann::json body;  ///< a reply's result, an event's params; an empty object when there is none
  std::optional<std::string> refusal;  ///< a reply's error in one line
};

/// @param text gets a larger capacity
/// @throws Error protocol_error when the text is not a CDP message
Incoming parse_message(std::string& text);

/// The text of a command. @param session_id empty for the browser's own session
std::string write_command(CallId id, std::string_view method, std::string_view session_id,
                          const nlohmann::json& params);

/// The name of the event a text holds, without parsing it; empty when it is a reply, or not written
/// the way Chromium writes events. Most events interest nobody: this is how they are dropped
/// cheaply.
std::string_view peek_event(std::string_view text);

/// The id of the reply a broken text seems to be, so that its caller need not wait for its
/// deadline.
std::optional<CallId> peek_reply(std::string_view text);

}  // namespace cdp
