// Pages that do one thing very often: what has a bound, and what is only much.
#include "behaviours.hpp"

namespace cdp::test {

BehaviourGroup flood_behaviours() {
  return {
      {"--timeout", "20"},
      {{"flood of URLs",
        "/b/flood-of-urls",
        {.partial = false, .html = {"id=\"bounded\""}, .no_html = {"id=\"unbounded\""}}},
       {"frames in frames in frames",
        "/b/frames-in-frames",
        {.partial = false, .html = {"id=\"there\""}, .pending = {"frames: ", "are not loaded"}}},
       {"more frames than are loaded",
        "/b/300-frames",
        {.html = {"id=\"there\""}, .pending = {"frames: 300 (", "after the first 250"}}},
       {"a page in a page", "/b/page-in-page", {.partial = false, .html = {"id=\"inner\""}}},
       {"fifty routes of an app",
        "/b/routes-of-an-app",
        {.partial = false, .final_path = "/b/route/50", .html = {"id=\"at-50\""}}},
       {"sixty frames", "/b/sixty-frames", {.partial = false, .html = {"id=\"all\""}}}}};
}

}  // namespace cdp::test
