// Events to the models of a page.
#pragma once

#include <chrono>

namespace cdp {

/// Hands an event to a model that knows such events, with the time where it asks for that.
template <class Model, class Event>
void tell(Model& model, const Event& event, std::chrono::steady_clock::time_point now) {
  if constexpr (requires { model.on(event, now); }) {
    model.on(event, now);
  } else if constexpr (requires { model.on(event); }) {
    model.on(event);
  }
}

}  // namespace cdp
