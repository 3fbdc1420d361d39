// Events to whoever wants them.
#pragma once

#include <cdp/session.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cdp {

/// How many subscriptions of a connection want an event, by its name: what is not here is never
/// parsed.
class WantedEvents {
 public:
  void add(const std::string& event) { ++counts_[event]; }
  void remove(const std::string& event) {
    if (const auto found = counts_.find(event); found != counts_.end() && --found->second == 0) {
      counts_.erase(found);
    }
  }
  bool contains(std::string_view event) const { return counts_.contains(std::string(event)); }

 private:
  std::unordered_map<std::string, int> counts_;
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

  Subscription on(const std::string& event, Handler handler);

  /// @throws what a handler throws, after which the other handlers have not seen the event
  void dispatch(const std::string& event, const nlohmann::json& params) const;

 private:
  /// event → its handlers, in the order they came. Shared with the subscriptions, which may live
  /// longer.
  struct Table;
  std::shared_ptr<Table> table_;
};

}  // namespace cdp
