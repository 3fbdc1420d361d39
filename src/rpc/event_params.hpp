// What an event says, on its way from the wire to its handlers.
#pragma once

#include "protocol/codec.hpp"
#include "protocol/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace cdp {

/// The params of an event, as the struct that all its handlers ask for, or else as JSON. A view.
class EventParams {
 public:
  static EventParams of_json(const nlohmann::json& params) { return EventParams(&params, nullptr); }

  template <protocol::Event E>
  static EventParams of(const E& params) {
    return EventParams(nullptr, &params);
  }

  /// Calls `handler` with the struct.
  /// @throws Error protocol_error when JSON cannot be read as one
  template <protocol::Event E, class Handler>
  void as(const Handler& handler) const {
    if (json_ == nullptr) return handler(*static_cast<const E*>(decoded_));
    handler(protocol::decode<E>(*json_, E::event));
  }

  /// For handlers of JSON, whose events are never read as structs.
  const nlohmann::json& json() const { return *json_; }

 private:
  EventParams(const nlohmann::json* json, const void* decoded) : json_(json), decoded_(decoded) {}

  const nlohmann::json* json_;
  const void* decoded_;
};

/// Where an event goes to.
using RouteEvent = std::function<void(std::string_view event, const std::string& session_id,
                                      const EventParams& params)>;

/// Reads the text of an event's message, and routes it.
/// @param text gets a larger capacity
/// @return false when it cannot be read this way; nothing has been routed then
using ReadEvent = bool (*)(std::string& text, const RouteEvent& route);

/// The message of an event, as it is on the wire.
template <protocol::Event E>
struct EventMessage {
  E params;
  std::optional<std::string> session_id;
  static constexpr auto fields() {
    return std::tuple(protocol::field("params", &EventMessage::params),
                      protocol::field("sessionId", &EventMessage::session_id));
  }
};

/// A ReadEvent for those whose handlers all ask for the same struct.
template <protocol::Event E>
bool read_event(std::string& text, const RouteEvent& route) {
  const auto message = protocol::read_struct<EventMessage<E>>(text);
  if (message) route(E::event, message->session_id.value_or(""), EventParams::of(message->params));
  return message.has_value();
}

/// A ReadEvent that leaves the message to those who read JSON.
inline bool leave_as_json(std::string& /*text*/, const RouteEvent& /*route*/) {
  return false;
}

}  // namespace cdp
