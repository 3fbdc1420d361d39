// Events to whoever wants them.
#pragma once

#include "protocol/members.hpp"
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
  /// @param read the members of the event's message that the subscriber reads; must live as long as
  /// the subscription. Subscribers of an event share them, or else all members are kept.
  void add(const std::string& event, const protocol::Members& read);
  void remove(const std::string& event);

  /// Null when nobody wants the event.
  const protocol::Members* find(std::string_view event) const;

 private:
  struct Wanted {
    const protocol::Members* read;
    int subscriptions = 0;
  };
  std::map<std::string, Wanted, std::less<>> events_;
};

/// The subscriptions of one session. Handlers run synchronously, in the order they subscribed; they
/// may subscribe and unsubscribe while an event is being delivered: who is new gets the next one,
/// who has left gets no more. No I/O.
class EventRouter {
 public:
  using Handler = std::function<void(const nlohmann::json& params)>;

  explicit EventRouter(std::shared_ptr<WantedEvents> wanted);
  EventRouter(const EventRouter&) = delete;
  EventRouter& operator=(const EventRouter&) = delete;

  /// @param read the members of the event's message that the handler reads; must live as long as
  /// the subscription
  Subscription on(const std::string& event, Handler handler,
                  const protocol::Members& read = protocol::all_members());

  /// @throws what a handler throws, after which the other handlers have not seen the event
  void dispatch(std::string_view event, const nlohmann::json& params) const;

 private:
  /// event → its handlers, in the order they came. Shared with the subscriptions, which may live
  /// longer.
  struct Table;
  std::shared_ptr<Table> table_;
};

}  // namespace cdp
