#include "behaviours.hpp"

#include "behaviours/pages/behaviour_pages.hpp"

#include <utility>

namespace cdp::test {
namespace {

Expected failed(std::string code) {
  return {.outcome = "failed", .code = std::move(code)};
}
Expected holds(std::string text) {
  return {.html = {std::move(text)}};
}
Expected status(int code) {
  return {.status = code, .partial = false};
}

BehaviourGroup readiness() {
  return {
      {"--timeout", "20", "--settle-limit", "3000"},
      {{"static",
        "/static?title=a",
        {.status = 200, .ended_by = "quiet", .partial = false, .html = {"<h1 id=\"title\">a"}}},
       {"script-built list", "/page/3", holds("Page 3, item 50")},
       {"slow server", "/slow?ms=300", holds("id=\"built\"")},
       {"XHR answered late", "/late-xhr?ms=800", {.ended_by = "quiet", .html = {"id=\"late\""}}},
       {"XHR sent late", "/late-xhr?ms=800&timer", {.ended_by = "quiet", .html = {"id=\"late\""}}},
       {"animation frame", "/raf", holds("id=\"mounted\"")},
       {"intersection observer", "/lazy", holds("id=\"near\"")},
       {"chained timers", "/b/timer-chain", holds("id=\"done\"")},
       {"endless timers", "/b/timer-poll", {.ended_by = "quiet", .html = {"id=\"done\""}}},
       {"far timer",
        "/b/timer-far",
        {.ended_by = "quiet", .html = {"id=\"done\""}, .no_html = {"id=\"tenseconds\""}}},
       {"endless mutations",
        "/b/interval-mutates",
        {.ended_by = "quiet_limit", .html = {"id=\"tick\""}}},
       {"endless animation", "/b/interval-style", {.ended_by = "quiet", .html = {"id=\"done\""}}},
       {"promise", "/b/promise", holds("id=\"done\"")},
       {"chained fetches", "/b/fetch-chain", holds("id=\"done\"")},
       {"idle callback", "/b/idle-callback", holds("id=\"done\"")},
       {"dynamic script", "/b/dynamic-script", holds("id=\"done\"")},
       {"module with await", "/b/module", holds("id=\"done\"")},
       {"event source", "/sse", {.ended_by = "quiet"}},
       {"polling", "/never-idle", {.outcome = "ok"}},
       {"long poll", "/b/long-poll", holds("id=\"done\"")},
       {"web socket",
        "/b/websocket",
        {.ended_by = "quiet", .html = {"id=\"done\""}, .pending = {"WebSocket ws://"}}},
       {"worker", "/b/worker", holds("id=\"done\"")},
       {"timers look native", "/b/timeout-native", holds("id=\"native\"")},
       {"timers work",
        "/b/timeout-this",
        {.html = {"id=\"done\""}, .no_html = {"id=\"cancelled\""}}},
       {"focus", "/b/focus", {.html = {"id=\"focused\"", "class=\"visible\""}}}}};
}

BehaviourGroup navigation() {
  return {
      {"--timeout", "20"},
      {{"one redirect",
        "/redirect?n=1",
        {.status = 200, .final_path = "/static?title=redirected", .redirects = 1}},
       {"five redirects", "/redirect?n=5", {.status = 200, .redirects = 5}},
       {"301", "/redirect?n=1&code=301", {.status = 200, .redirects = 1}},
       {"307", "/redirect?n=1&code=307", {.status = 200, .redirects = 1}},
       {"308", "/redirect?n=1&code=308", {.status = 200, .redirects = 1}},
       {"redirect loop", "/redirect-loop", failed("too_many_redirects")},
       {"meta refresh", "/meta-refresh", {.final_path = "/static?title=refreshed", .redirects = 1}},
       {"meta refresh, far", "/b/meta-far", {.redirects = 0, .html = {"id=\"stays\""}}},
       {"meta refresh loop", "/b/meta-loop", failed("too_many_redirects"), true},
       {"script redirect",
        "/js-redirect",
        {.final_path = "/static?title=redirected", .redirects = 1}},
       {"script redirect, late",
        "/b/redirect-late",
        {.final_path = "/static?title=late", .redirects = 1}},
       {"script redirect loop", "/b/js-loop", failed("too_many_redirects")},
       {"form", "/b/form", {.final_path = "/static?title=form", .redirects = 1}},
       {"push state", "/push-state", {.final_path = "/pushed", .redirects = 0}},
       {"fragment",
        "/b/hash",
        {.final_path = "/b/hash#there", .redirects = 0, .html = {"id=\"done\""}}},
       {"400", "/status/400", status(400)},
       {"401", "/status/401", status(401)},
       {"403", "/status/403", status(403)},
       {"404", "/status/404", status(404)},
       {"410", "/status/410", status(410)},
       {"418", "/status/418", status(418)},
       {"429", "/status/429", status(429)},
       {"500", "/status/500", status(500)},
       {"503", "/status/503", status(503)},
       {"404, empty", "/status/404?empty", status(404)},
       {"500, empty", "/status/500?empty", status(500)},
       {"no content", "/no-content", {.status = 204}},
       {"attachment",
        "/download",
        {.outcome = "failed",
         .code = "download",
         .status = 200,
         .content_type = "application/octet-stream"}},
       {"PDF",
        "/pdf",
        {.outcome = "failed",
         .code = "download",
         .status = 200,
         .content_type = "application/pdf"}},
       {"reset", "/tcp-reset", {.outcome = "failed", .code = "connect_error", .attempts = 3}},
       {"close", "/close", failed("connect_error")},
       {"reset in the body", "/reset-mid-body", {.ended_by = "broken", .partial = true}},
       {"truncated", "/truncated", {.ended_by = "broken", .partial = true}},
       {"refused", "http://127.0.0.1:2/", failed("connect_error")},
       {"no such host",
        "http://no-such-host.invalid/",
        {.outcome = "failed", .code = "dns_error", .attempts = 1}},
       {"file", "file:///etc/passwd", failed("blocked_scheme")},
       {"javascript", "javascript:alert(1)", failed("blocked_scheme")},
       {"data", "data:text/html,x", failed("blocked_scheme")},
       {"no scheme", "example", failed("invalid_url")}}};
}

BehaviourGroup content() {
  return {
      {"--timeout", "20"},
      {{"JSON",
        "/json",
        {.content_type = "application/json", .no_html = {"json-formatter-container"}}},
       {"text", "/text", {.content_type = "text/plain"}},
       {"SVG", "/svg", {.content_type = "image/svg+xml", .html = {"<svg"}}},
       {"XHTML", "/xhtml", {.content_type = "application/xhtml+xml"}},
       {"XHTML, broken", "/xhtml?broken", {.content_type = "application/xhtml+xml"}},
       {"image", "/image", {.outcome = "ok"}},
       {"empty", "/empty", holds("<html><head></head><body></body></html>")},
       {"frameset", "/frameset", holds("<frameset")},
       {"Shift_JIS",
        "/charset/shift_jis",
        {.charset = "Shift_JIS", .html = {charset_text("shift_jis")}}},
       {"GB18030", "/charset/gb18030", {.charset = "gb18030", .html = {charset_text("gb18030")}}},
       {"UTF-16LE",
        "/charset/utf-16le",
        {.charset = "UTF-16LE", .html = {charset_text("utf-16le")}}},
       {"windows-1252",
        "/charset/windows-1252",
        {.charset = "windows-1252", .html = {charset_text("windows-1252")}}},
       {"broken UTF-8", "/charset/broken-utf8", {.outcome = "ok"}},
       {"gzip", "/gzip", {.status = 200}},
       {"lone surrogates", "/surrogates", holds("id=\"emoji\"")},
       {"overridden built-ins", "/overrides", {.status = 200}},
       {"elements that hide properties", "/b/named", holds("id=\"done\"")},
       {"comments",
        "/b/comments",
        {.html = {"<!--first--><!DOCTYPE html><!--second-->", "<!--last-->"}}},
       {"quirks",
        "/b/quirks",
        {.html = {"<html><head></head><body><p id=\"done\">"}, .no_html = {"<!DOCTYPE"}}},
       {"policy without scripts", "/csp", {.status = 200}},
       {"deep", "/b/deep", holds("id=\"done\"")},
       // Chromium's own layout runs out of stack.
       {"too deep", "/b/too-deep", {.outcome = "failed", .code = "page_crashed", .attempts = 3}},
       {"title with control characters", "/b/title", {.status = 200}},
       {"3 MB", "/big?mb=3", {.status = 200}},
       {"frames", "/iframe?depth=2", {.html = {"<iframe"}}},
       {"frames of another site", "/iframe?depth=2&cross", {.html = {"<iframe"}}},
       {"many frames", "/b/frames-many", holds("id=\"done\"")}}};
}

BehaviourGroup manners() {
  return {{"--timeout", "20"},
          {{"alert, confirm, prompt", "/alert", {.dialogs = 3, .html = {"id=\"after\""}}},
           {"confirm", "/b/confirm", {.dialogs = 1, .html = {"id=\"no\""}}},
           {"prompt", "/b/prompt", {.dialogs = 1, .html = {"id=\"none\""}}},
           {"alerts for ever", "/alert-loop", failed("dialog_loop")},
           {"before unload", "/beforeunload", {.status = 200}},
           {"popups", "/popup?n=3", {.popups = 3}},
           {"popup storm", "/b/popup-storm", {.popups = 30, .html = {"id=\"done\""}}},
           {"popup without opener", "/b/popup-noopener", {.html = {"id=\"done\""}}},
           {"closes itself", "/b/close-itself", {.status = 200, .html = {"before"}}},
           {"document.write", "/b/document-write", holds("id=\"written\"")},
           {"document.open", "/b/document-open", holds("id=\"written\"")},
           {"debugger", "/b/debugger", holds("id=\"done\"")},
           {"console flood", "/b/console", holds("id=\"done\"")},
           {"print", "/b/print", holds("id=\"done\"")},
           {"permission prompts", "/b/permission", holds("id=\"got-denied\"")},
           {"service worker",
            "/b/service-worker",
            {.html = {"id=\"done\""}, .no_html = {"hijacked"}}}}};
}

BehaviourGroup hanging() {
  return {{"--timeout", "4", "--settle-limit", "1000", "-c", "8"},
          {{"no answer", "/hang", failed("nav_timeout")},
           {"slow body", "/drip?ms=200&bytes=100", {.ended_by = "timeout", .partial = true}},
           {"image that hangs",
            "/b/image-hangs",
            {.ended_by = "timeout", .partial = true, .html = {"id=\"there\""}}},
           {"script that hangs",
            "/b/script-hangs",
            {.partial = true, .html = {"id=\"there\""}, .no_html = {"id=\"never\""}}},
           {"frame that hangs", "/b/frame-hangs", {.partial = true, .html = {"id=\"there\""}}},
           {"endless loop while parsed", "/spin", {.ended_by = "timeout", .partial = true}},
           {"endless loop after load",
            "/spin-after-load",
            {.ended_by = "script_terminated", .partial = true}},
           {"endless loop in a handler",
            "/b/spin-handler",
            {.ended_by = "script_terminated", .partial = true, .html = {"id=\"done\""}}}}};
}

BehaviourGroup failing_on_timeout() {
  return {{"--timeout", "2", "--on-timeout", "fail"},
          {{"image that hangs, fail", "/b/image-hangs", failed("page_timeout")}}};
}

BehaviourGroup conditions() {
  return {
      {"--timeout", "15", "--wait", "domcontentloaded", "--wait-selector", "#late", "--delay",
       "50"},
      {{"selector and delay", "/late-xhr?ms=300", {.ended_by = "delay", .html = {"id=\"late\""}}}}};
}

BehaviourGroup function() {
  return {
      {"--timeout", "15", "--wait", "load", "--wait-function", "document.querySelector('#late')"},
      {{"function", "/late-xhr?ms=300&timer", {.ended_by = "function", .html = {"id=\"late\""}}}}};
}

BehaviourGroup idle() {
  return {
      {"--timeout", "15", "--wait", "networkidle"},
      {{"network idle", "/late-xhr?ms=300", {.ended_by = "networkidle", .html = {"id=\"late\""}}},
       {"network idle, stream", "/sse", {.ended_by = "networkidle"}}}};
}

BehaviourGroup identity() {
  return {
      {"--timeout", "15", "--user-agent", "Scraper", "--locale", "de-DE", "--timezone",
       "Europe/Berlin", "--viewport", "1234x567", "-H", "X-Test: yes", "--auth", "user:pass",
       "--block", "image,font"},
      {{"identity", "/b/ua", {.html = {"id=\"Scraper\"", "class=\"de-DEEurope/Berlin1234x567\""}}},
       {"headers", "/headers", {.html = {"X-Test", "yes"}}},
       {"authentication", "/auth", {.status = 200}},
       {"blocked images", "/b/image", holds("id=\"blocked\"")},
       {"unblocked rest", "/page/1", holds("Page 1, item 50")}}};
}

BehaviourGroup refused_credentials() {
  return {{"--timeout", "15", "--auth", "user:wrong"},
          {{"wrong password", "/auth", failed("auth_required")}}};
}

BehaviourGroup cut() {
  return {{"--timeout", "15", "--max-html", "1000"}, {{"cut", "/big-cjk?mb=1", {.status = 200}}}};
}

BehaviourGroup frames() {
  // The leaf is two documents deep, so it is escaped twice.
  const std::string leaf = "&amp;lt;p id=&amp;quot;leaf&amp;quot;&amp;gt;leaf";
  return {{"--timeout", "15", "--iframes"},
          {{"inlined frames", "/iframe?depth=2", {.html = {"srcdoc=\"", leaf}}},
           {"inlined frames of other sites", "/iframe?depth=2&cross", {.html = {leaf}}},
           {"many inlined frames", "/b/frames-many", {.html = {"&lt;body&gt;x&lt;/body&gt;"}}},
           {"inlined frame of another site that is late",
            "/b/frame-late",
            {.html = {"&lt;body id=&quot;late&quot;"}}},
           {"inlined frame that is gone", "/b/frame-removed", holds("id=\"done\"")},
           {"no frames to inline", "/page/1", holds("Page 1, item 50")}}};
}

BehaviourGroup shadow_roots() {
  return {{"--timeout", "15", "--shadow"},
          {{"shadow roots",
            "/shadow",
            {.html = {"<template shadowrootmode=\"open\"><p>open shadow</p></template>",
                      "<template shadowrootmode=\"closed\"><p>closed shadow</p></template>",
                      "<p>declarative shadow</p><slot></slot></template>light"}}},
           {"nested shadow roots",
            "/b/shadow-nested",
            {.html = {"<template shadowrootmode=\"closed\"><span><template "
                      "shadowrootmode=\"closed\"><i>inner</i></template></span></template>"}}},
           {"browser's own shadow roots", "/b/controls", {.no_html = {"shadowrootmode"}}}}};
}

BehaviourGroup scrolling() {
  return {{"--timeout", "30", "--scroll", "20"},
          {{"loads on sight", "/lazy", {.html = {"id=\"far\" style=\"height:100px\">seen"}}},
           {"scrolls a part",
            "/b/scroller",
            {.ended_by = "quiet", .html = {"class=\"seen\"", "top-0"}}},
           {"grows for ever", "/b/endless-list", {.html = {"<p>20</p>"}}}}};
}

}  // namespace

std::vector<BehaviourGroup> all_behaviours(TestServer& server) {
  add_behaviour_pages(server);
  std::vector<BehaviourGroup> groups{readiness(),
                                     navigation(),
                                     content(),
                                     manners(),
                                     hanging(),
                                     failing_on_timeout(),
                                     conditions(),
                                     function(),
                                     idle(),
                                     identity(),
                                     refused_credentials(),
                                     cut(),
                                     frames(),
                                     shadow_roots(),
                                     scrolling(),
                                     endless_behaviours(),
                                     flood_behaviours()};
  for (BehaviourGroup& group : readiness_behaviours(server))
    groups.push_back(std::move(group));
  for (BehaviourGroup& group : navigation_behaviours(server))
    groups.push_back(std::move(group));
  return groups;
}

}  // namespace cdp::test
