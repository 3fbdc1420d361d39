#include "scripted_browser.hpp"

#include <boost/asio/this_coro.hpp>

#include <charconv>
#include <stdexcept>

namespace cdp::test {

using nlohmann::json;

ScriptedBrowser::ScriptedBrowser(const boost::asio::any_io_executor& executor)
    : wire_(std::make_shared<ScriptedWire>(executor)) {
  wire_->on_command = [this](const Command& command) { receive(command); };
}

ScriptedBrowser::~ScriptedBrowser() {
  wire_->on_command = nullptr;
}

Task<std::shared_ptr<ScriptedBrowser>> ScriptedBrowser::make() {
  const auto executor = co_await boost::asio::this_coro::executor;
  co_return std::make_shared<ScriptedBrowser>(executor);
}

Task<std::shared_ptr<BrowserState>> ScriptedBrowser::start(TargetRegistry::Scope scope) {
  return BrowserState::over(wire_->transport(), scope, {}, deadline_in(patience));
}

void ScriptedBrowser::ignore(const std::string& method) {
  on(method, [](const Command&) {});
}

void ScriptedBrowser::refuse(const std::string& method, const std::string& message) {
  on(method, [this, message](const Command& command) { wire_->refuse(command, message); });
}

void ScriptedBrowser::give(const std::string& method, json result) {
  on(method, [this, result](const Command& command) { wire_->reply(command, result); });
}

std::vector<std::string> ScriptedBrowser::closed_targets() const {
  std::vector<std::string> targets;
  for (const Command& command : wire_->commands()) {
    if (command.method == "Target.closeTarget") targets.push_back(command.params["targetId"]);
  }
  return targets;
}

void ScriptedBrowser::fail_at(std::size_t n, Fault fault) {
  faults_[n] = fault;
}

void ScriptedBrowser::receive(const Command& command) {
  const auto fault = faults_.find(++asked_);
  switch (fault == faults_.end() ? Fault::none : fault->second) {
    case Fault::none:
      break;
    case Fault::refuse:
      return wire_->refuse(command, "refused by the script");
    case Fault::mute:
      return;
    case Fault::drop:
      return wire_->end("dropped by the script");
  }
  const auto found = answers_.find(command.method);
  if (found == answers_.end()) return answer(command);
  const Answer special = found->second;  // it may be replaced while it runs
  special(command);
}

void ScriptedBrowser::answer(const Command& command) {
  if (command.session.empty()) return dispatch(command);
  const std::string target = target_of(command.session);
  if (target.empty()) return wire_->refuse(command, "Session with given id not found.", -32001);
  const bool runs = command.method == "Runtime.runIfWaitingForDebugger";
  if (!targets_[target].running && !runs) {
    targets_[target].held.push_back(command);
    return;
  }
  dispatch(command);
}

void ScriptedBrowser::dispatch(const Command& command) {
  const std::string& method = command.method;
  if (method == "Browser.getVersion") {
    wire_->reply(command, {{"product", product}, {"userAgent", "Scripted"}});
  } else if (method == "Target.createTarget") {
    create_target(command);
  } else if (method == "Target.closeTarget") {
    const auto target = command.params.at("targetId").get<std::string>();
    if (!targets_.contains(target)) return wire_->refuse(command, "No target with given id found");
    wire_->reply(command, {{"success", true}});
    detach(target);
  } else if (method == "Target.createBrowserContext") {
    wire_->reply(command, {{"browserContextId", "C" + std::to_string(++last_context_)}});
  } else if (method == "Runtime.runIfWaitingForDebugger") {
    run_target(command);
  } else if (method == "Page.setLifecycleEventsEnabled") {
    const std::string target = target_of(command.session);
    tell_life(target, "L0-" + target, {"init", "DOMContentLoaded", "load", "networkIdle"});
    wire_->reply(command);
  } else if (method == "Page.navigate") {
    const std::string target = target_of(command.session);
    const auto url = command.params.at("url").get<std::string>();
    const std::string loader = tell_request(target, url);
    tell_response(target, loader);
    wire_->reply(command, {{"frameId", target}, {"loaderId", loader}});
    tell_commit(target, loader, url);
    tell_life(target, loader, {"init", "DOMContentLoaded", "load"});
  } else if (method == "Page.createIsolatedWorld") {
    wire_->reply(command, {{"executionContextId", ++last_world_}});
  } else if (method == "Runtime.evaluate") {
    evaluate(command);
  } else {
    wire_->reply(command);
  }
}

void ScriptedBrowser::create_target(const Command& command) {
  const std::string id = add_target(command.params.at("url").get<std::string>(),
                                    command.params.value("browserContextId", ""));
  attach(id);
  wire_->reply(command, {{"targetId", id}});
}

void ScriptedBrowser::run_target(const Command& command) {
  const std::string id = target_of(command.session);
  Target& target = targets_[id];
  const bool first = !std::exchange(target.running, true);
  for (const Command& held : std::exchange(target.held, {}))
    dispatch(held);
  wire_->reply(command);
  if (first && target.url != "about:blank") tell_document(id, target.url);
}

/// The driver's way to read a document: the page's reader has all of a short one; of others the
/// first expression brings the beginning, `…Cut(N)` the text from N on.
void ScriptedBrowser::evaluate(const Command& command) {
  const auto expression = command.params.at("expression").get<std::string>();
  if (expression.find("cdp-scrape.reader") != std::string::npos && html.size() > slice)
    return wire_->reply(
        command, {{"result", {{"type", "object"}, {"subtype", "null"}, {"value", nullptr}}}});
  std::size_t from = 0;
  const std::size_t cut = expression.find("Cut(");
  const bool more =
      cut != std::string::npos && expression.find("XMLSerializer") == std::string::npos;
  if (more) {
    const char* digits = expression.data() + cut + 4;
    std::from_chars(digits, expression.data() + expression.size(), from);
  }
  const std::size_t end = std::min(from + slice, html.size());
  json value = {{"part", html.substr(from, end - from)}, {"end", end}};
  if (!more) {
    const Target& target = targets_[target_of(command.session)];
    value["length"] = html.size();
    value["url"] = target.url;
    value["title"] = "title";
    value["charset"] = "UTF-8";
    value["contentType"] = "text/html";
  }
  wire_->reply(command, evaluated(std::move(value)));
}

std::string ScriptedBrowser::add_target(const std::string& url, const std::string& context,
                                        const std::string& opener) {
  const std::string number = std::to_string(++last_target_);
  Target target;
  target.session = "S" + number;
  target.url = url;
  target.context = context.empty() ? "default" : context;
  target.opener = opener;
  targets_.emplace("T" + number, std::move(target));
  return "T" + number;
}

json ScriptedBrowser::describe(const std::string& id) const {
  const Target& target = targets_.at(id);
  json info = {{"targetId", id},
               {"type", "page"},
               {"title", ""},
               {"url", target.url},
               {"attached", true},
               {"canAccessOpener", false},
               {"browserContextId", target.context}};
  if (!target.opener.empty()) info["openerId"] = target.opener;
  return info;
}

void ScriptedBrowser::attach(const std::string& target) {
  wire_->event("Target.attachedToTarget", {{"sessionId", targets_.at(target).session},
                                           {"targetInfo", describe(target)},
                                           {"waitingForDebugger", true}});
}

void ScriptedBrowser::detach(const std::string& target) {
  const std::string session = targets_.at(target).session;
  targets_.erase(target);
  wire_->event("Target.detachedFromTarget", {{"sessionId", session}, {"targetId", target}});
}

void ScriptedBrowser::event(const std::string& target, const std::string& method, json params) {
  wire_->event(method, std::move(params), session_of(target));
}

const std::string& ScriptedBrowser::session_of(const std::string& target) const {
  return targets_.at(target).session;
}

std::string ScriptedBrowser::target_of(const std::string& session) const {
  for (const auto& [id, target] : targets_) {
    if (target.session == session) return id;
  }
  return {};
}

void ScriptedBrowser::tell_document(const std::string& target, const std::string& url, int status) {
  const std::string loader = tell_request(target, url);
  tell_response(target, loader, status);
  tell_commit(target, loader, url);
  tell_life(target, loader, {"init", "DOMContentLoaded", "load"});
}

void ScriptedBrowser::tell_parsed_document(const std::string& target, const std::string& url) {
  const std::string loader = tell_request(target, url);
  tell_response(target, loader);
  tell_commit(target, loader, url);
  tell_life(target, loader, {"init", "DOMContentLoaded"});
}

std::string ScriptedBrowser::tell_request(const std::string& target, const std::string& url) {
  const std::string loader = "L" + std::to_string(++last_loader_);
  event(target, "Network.requestWillBeSent",
        {{"requestId", loader},
         {"loaderId", loader},
         {"documentURL", url},
         {"request", {{"url", url}, {"method", "GET"}}},
         {"type", "Document"},
         {"frameId", target}});
  return loader;
}

void ScriptedBrowser::tell_response(const std::string& target, const std::string& loader,
                                    int status, const std::string& type) {
  event(target, "Network.responseReceived",
        {{"requestId", loader},
         {"loaderId", loader},
         {"response", {{"url", ""}, {"status", status}, {"mimeType", type}}}});
}

void ScriptedBrowser::tell_commit(const std::string& target, const std::string& loader,
                                  const std::string& url) {
  targets_.at(target).url = url;
  event(
      target, "Page.frameNavigated",
      {{"type", "Navigation"},
       {"frame", {{"id", target}, {"loaderId", loader}, {"url", url}, {"mimeType", "text/html"}}}});
}

void ScriptedBrowser::tell_life(const std::string& target, const std::string& loader,
                                const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    event(target, "Page.lifecycleEvent",
          {{"frameId", target}, {"loaderId", loader}, {"name", name}, {"timestamp", 1.5}});
  }
}

void ScriptedBrowser::tell_failure(const std::string& target, const std::string& loader,
                                   const std::string& error) {
  event(target, "Network.loadingFailed",
        {{"requestId", loader}, {"type", "Document"}, {"errorText", error}, {"canceled", false}});
}

void ScriptedBrowser::tell_crash(const std::string& target) {
  event(target, "Inspector.targetCrashed", json::object());
}

json evaluated(json value) {
  return {{"result", {{"type", "object"}, {"value", std::move(value)}}}};
}

json thrown(const std::string& description) {
  return {
      {"result", {{"type", "object"}}},
      {"exceptionDetails",
       {{"text", "Uncaught"}, {"exception", {{"type", "object"}, {"description", description}}}}}};
}

}  // namespace cdp::test
