#include "rpc/event_router.hpp"

#include <utility>
#include <vector>

namespace cdp {

void WantedEvents::add(const std::string& event, ReadEvent read) {
  Wanted& wanted = events_.try_emplace(event, Wanted{read}).first->second;
  ++wanted.subscriptions;
  if (wanted.read != read) wanted.read = &leave_as_json;
}

void WantedEvents::remove(const std::string& event) {
  const auto found = events_.find(event);
  if (found != events_.end() && --found->second.subscriptions == 0) events_.erase(found);
}

ReadEvent WantedEvents::find(std::string_view event) const {
  const auto found = events_.find(event);
  return found == events_.end() ? nullptr : found->second.read;
}

/// A handler, until its subscription ends. It may end during its own call: so it is not destroyed
/// then, but when nobody delivers to it any more.
struct EventRouter::Listener {
  std::string event;
  Handler handler;
  bool has_left = false;
};

struct EventRouter::Table {
  /// The handlers of an event, in the order they came. Replaced, never changed: a delivery in
  /// progress goes through those that it began with.
  using Listeners = std::vector<std::shared_ptr<Listener>>;

  std::shared_ptr<WantedEvents> wanted;
  std::map<std::string, std::shared_ptr<const Listeners>, std::less<>> listeners;

  void add(const std::shared_ptr<Listener>& listener) {
    std::shared_ptr<const Listeners>& present = listeners[listener->event];
    Listeners more = present ? *present : Listeners();
    more.push_back(listener);
    present = std::make_shared<const Listeners>(std::move(more));
  }

  void remove(const std::shared_ptr<Listener>& listener) {
    const auto found = listeners.find(listener->event);
    if (found->second->size() == 1) {
      listeners.erase(found);
      return;
    }
    Listeners fewer = *found->second;
    std::erase(fewer, listener);
    found->second = std::make_shared<const Listeners>(std::move(fewer));
  }
};

EventRouter::EventRouter(std::shared_ptr<WantedEvents> wanted) : table_(std::make_shared<Table>()) {
  table_->wanted = std::move(wanted);
}

Subscription EventRouter::on(const std::string& event,
                             std::function<void(const nlohmann::json&)> handler) {
  auto with_json = [handler = std::move(handler)](const EventParams& params) {
    handler(params.json());
  };
  return add(event, std::move(with_json), &leave_as_json);
}

Subscription EventRouter::add(const std::string& event, Handler handler, ReadEvent read) {
  const auto listener = std::make_shared<Listener>(Listener{event, std::move(handler)});
  table_->add(listener);
  table_->wanted->add(event, read);
  return Subscription([table = std::weak_ptr(table_), wanted = table_->wanted, listener] {
    listener->has_left = true;  // a delivery under way skips it
    wanted->remove(listener->event);
    if (const auto alive = table.lock()) alive->remove(listener);
  });
}

void EventRouter::dispatch(std::string_view event, const EventParams& params) const {
  const auto found = table_->listeners.find(event);
  if (found == table_->listeners.end()) return;
  const auto listeners = found->second;  // as they are now: handlers may change the table
  for (const std::shared_ptr<Listener>& listener : *listeners) {
    if (!listener->has_left) listener->handler(params);
  }
}

}  // namespace cdp
