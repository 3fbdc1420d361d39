// Pages that are never done: what is there of them.
#include "behaviours.hpp"

namespace cdp::test {

BehaviourGroup endless_behaviours() {
  const Expected half{
      .ended_by = "timeout", .partial = true, .attempts = 1, .html = {"id=\"there\""}};
  const Expected there{.attempts = 1, .html = {"id=\"there\""}};
  return {{"--timeout", "4"},
          {{"text that changes every 20 ms", "/b/clock", half},
           {"text that changes with every frame", "/b/frame-counter", half},
           {"form that its own policy blocks", "/b/blocked-form", there},
           {"refreshes itself", "/b/refreshes-itself", half},
           {"goes on to a URL that nobody answers", "/b/goes-to-nobody", there}}};
}

}  // namespace cdp::test
