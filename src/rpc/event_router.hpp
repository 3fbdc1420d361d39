// Events to whoever wants them.
#pragma once

#include "rpc/event_params.hpp"
#include <cdp/session.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace cdp {

/// What the subscriptions of a connection want: events that are not here are never parsed, and of
/// those that are, only the members somebody reads.
class WantedEvents {
 public:
  /// @param read how the subscriber wants it read. Those of an event share that, or else it is left
  /// as JSON
  void add(const std::string& event, ReadEvent read);
  void remove(const std::string& event);

  /// Null when nobody wants the event.
  ReadEvent find(std::string_view event) const;

 private:
  struct Wanted {
    ReadEvent read;
    int subscriptions = 0;
  };
  std::map<std::string, Wanted, std::less<>> events_;
};

/// The subscriptions of one session. Handlers run synchronously, in the order they subscribed; they
/// may subscribe and unsubscribe while an event is being delivered: who is new gets the next one,
/// who has left gets no more. No I/O.
class EventRouter {
 public:
  explicit EventRouter(std::shared_ptr<WantedEvents> wanted);
  EventRouter(const EventRouter&) = delete;
  EventRouter& operator=(const EventRouter&) = delete;

  Subscription on(const std::string& event,
                  std::function<void(const nlohmann::json& params)> handler);

  template <protocol::Event E>
  Subscription on(std::function<void(const E& params)> handler) {
    auto with_struct = [handler = std::move(handler)](const EventParams& params) {
      params.as<E>(handler);
    };
    return add(std::string(E::event), std::move(with_struct), &read_event<E>);
  }

  /// @throws what a handler throws, after which the other handlers have not seen the event
  void dispatch(std::string_view event, const EventParams& params) const;

 private:
  using Handler = std::function<void(const EventParams&)>;
  struct Listener;
  /// event → its handlers, in the order they came. Shared with the subscriptions, which may live
  /// longer.
  struct Table;

  Subscription add(const std::string& event, Handler handler, ReadEvent read);

  std::shared_ptr<Table> table_;
};

}  // namespace cdp
