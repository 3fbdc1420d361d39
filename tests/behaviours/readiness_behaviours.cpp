// When pages are done that take builtins away, or are done late.
#include "behaviours.hpp"
#include "behaviours/pages/readiness_pages.hpp"

namespace cdp::test {
namespace {

Behaviour late(std::string name, Expected expected = {.html = {"id=\"done\""}}) {
  const std::string path = "/b/late/" + name;
  return {"late: " + name, path, std::move(expected)};
}

/// What readiness knows of a page comes from where none of these reaches.
BehaviourGroup builtins() {
  BehaviourGroup group{{"--timeout", "20"}, {}};
  for (const BuiltinPage& page : builtin_pages()) {
    const std::string name(page.name);
    group.behaviours.push_back({"builtin: " + name,
                                "/b/builtin/" + name,
                                {.ended_by = "quiet", .attempts = 1, .html = {"<p>done-" + name}}});
  }
  return group;
}

BehaviourGroup late_pages() {
  BehaviourGroup group{{"--timeout", "20", "--shadow"}, {}};
  for (const char* name : {"text-timer",
                           "interval",
                           "typing",
                           "database",
                           "cryptography",
                           "task",
                           "delayed-task",
                           "aborted",
                           "timer-in-frame",
                           "timer-of-frame",
                           "frame-removed-with-timer",
                           "channel",
                           "worker",
                           "frames",
                           "busy-frames",
                           "arguments",
                           "opened",
                           "looks-native",
                           "frame-chain",
                           "key",
                           "bitmaps",
                           "wait-async",
                           "worklet",
                           "file-reader",
                           "smooth",
                           "rejections"})
    group.behaviours.push_back(late(name));
  group.behaviours.push_back(late("shadow", {.html = {"<title>done-shadow</title>"}}));
  group.behaviours.push_back(
      late("frames-for-ever",
           {.ended_by = "quiet", .html = {"id=\"done\""}, .pending = {"animation frames (not"}}));
  group.behaviours.push_back(
      late("wait-for-ever", {.ended_by = "quiet",
                             .html = {"id=\"done\""},
                             .pending = {"Atomics.waitAsync (", "not waited for"}}));
  group.behaviours.push_back(
      late("far-redirect", {.ended_by = "quiet", .pending = {"timer (due in "}}));
  group.behaviours.push_back(
      late("far-refresh", {.ended_by = "quiet", .pending = {"/static (due in "}}));
  for (const char* kind : {"html", "text", "svg"}) {
    const std::string name(kind);
    group.behaviours.push_back({"sandboxed: " + name,
                                "/b/sandboxed/" + name,
                                {.ended_by = "quiet", .html = {"sandboxed " + name}}});
  }
  return group;
}

BehaviourGroup stuck() {
  return {
      {"--timeout", "20", "--load-limit", "300"},
      {late("picture",
            {.ended_by = "load_limit", .html = {"id=\"done\""}, .pending = {"Image http"}}),
       late("frame",
            {.ended_by = "load_limit", .html = {"id=\"done\""}, .pending = {"Document http"}})}};
}

BehaviourGroup states() {
  return {{"--timeout", "20", "--wait-selector", "my-app:defined, [data-state=x]"},
          {late("defined", {.ended_by = "selector", .html = {"data-state=\"ready\""}})}};
}

BehaviourGroup in_shadow_roots() {
  return {{"--timeout", "20", "--wait-selector", ".inner"},
          {{"selector in a shadow root",
            "/b/late/defined?inner",
            {.ended_by = "selector", .html = {"data-state=\"ready\""}}}}};
}

BehaviourGroup scrollers() {
  return {{"--timeout", "20", "--scroll", "5"}, {late("scroller")}};
}

}  // namespace

std::vector<BehaviourGroup> readiness_behaviours(TestServer& server) {
  add_readiness_pages(server);
  return {builtins(), late_pages(), stuck(), states(), in_shadow_roots(), scrollers()};
}

}  // namespace cdp::test
