#include "rpc/event_router.hpp"

#include <algorithm>
#include <utility>

namespace cdp {

struct EventRouter::Table {
  std::shared_ptr<WantedEvents> wanted;
  std::unordered_map<std::string, std::vector<std::shared_ptr<Handler>>> handlers;
};

EventRouter::EventRouter(std::shared_ptr<WantedEvents> wanted) : table_(std::make_shared<Table>()) {
  table_->wanted = std::move(wanted);
}

Subscription EventRouter::on(const std::string& event, Handler handler) {
  auto shared = std::make_shared<Handler>(std::move(handler));
  table_->handlers[event].push_back(shared);
  table_->wanted->add(event);
  return Subscription([table = std::weak_ptr(table_), wanted = table_->wanted, event, shared] {
    *shared = nullptr;  // a delivery under way skips it
    wanted->remove(event);
    if (const auto alive = table.lock()) std::erase(alive->handlers[event], shared);
  });
}

void EventRouter::dispatch(const std::string& event, const nlohmann::json& params) const {
  const auto found = table_->handlers.find(event);
  if (found == table_->handlers.end()) return;
  const auto handlers = found->second;  // a copy: handlers may change the table
  for (const std::shared_ptr<Handler>& handler : handlers) {
    // A copy again: a handler may end its own subscription, and with it itself.
    if (const Handler call = *handler) call(params);
  }
}

}  // namespace cdp
