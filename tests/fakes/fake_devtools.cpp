#include "fake_devtools.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <functional>
#include <map>
#include <utility>

namespace cdp::test {
namespace {

using Json = nlohmann::json;

constexpr std::string_view product = "HeadlessChrome/156.0.0.0";
constexpr std::string_view user_agent = "Mozilla/5.0 (X11; Linux x86_64) FakeChromium/156.0.0.0";
constexpr std::string_view default_context = "C0000000000000000000000000000001";

/// A page target and the session attached to it.
struct Page {
  std::string target;
  std::string session;
  std::string context;
  std::string url;
  std::string loader;           ///< of the initial empty document, later of the current one
  bool waiting = false;         ///< for the debugger
  std::vector<Json> held = {};  ///< commands that came while it waited
};

std::string origin_of(const std::string& url) {
  const auto host = url.find("//");
  if (host == std::string::npos) return "://";
  return url.substr(0, url.find('/', host + 2));
}

bool is_blank(const std::string& url) {
  return url.empty() || url == "about:blank";
}

Json target_info(const Page& page) {
  return {{"targetId", page.target},
          {"type", "page"},
          {"title", ""},
          {"url", page.waiting ? "" : page.url},
          {"attached", true},
          {"canAccessOpener", false},
          {"browserContextId", page.context}};
}

Json frame_of(const Page& page) {
  return {{"id", page.target},
          {"loaderId", page.loader},
          {"url", page.url},
          {"domainAndRegistry", ""},
          {"securityOrigin", origin_of(page.url)},
          {"mimeType", "text/html"},
          {"secureContextType", "Secure"},
          {"crossOriginIsolatedContextType", "NotIsolated"},
          {"gatedAPIFeatures", Json::array()}};
}

Json evaluation_result(const Page& page) {
  const std::string html = "<html><head></head><body>fake</body></html>";
  const Json value = {{"part", html},    {"end", html.size()}, {"length", html.size()},
                      {"title", "fake"}, {"charset", "UTF-8"}, {"contentType", "text/html"},
                      {"url", page.url}};
  return {{"result", {{"type", "object"}, {"value", value}}}};
}

Json response_of(const Page& page) {
  return {{"url", page.url},           {"status", 200},
          {"statusText", "OK"},        {"headers", {{"Content-Type", "text/html; charset=utf-8"}}},
          {"mimeType", "text/html"},   {"charset", "utf-8"},
          {"connectionReused", false}, {"connectionId", 1},
          {"encodedDataLength", 100},  {"protocol", "http/1.1"},
          {"securityState", "neutral"}};
}

}  // namespace

class FakeDevtools::Impl {
 public:
  std::vector<std::string> handle(std::string_view text) {
    const Json command = Json::parse(text);
    const std::string session = command.value("sessionId", "");
    const std::string method = command.at("method");
    if (session.empty() || method.starts_with("Target.")) {
      handle_browser_command(command);
    } else if (Page* page = find([&](const Page& p) { return p.session == session; })) {
      handle_page_command(*page, command);
    } else {
      fail(command, "Session with given id not found.");
    }
    return std::exchange(outgoing_, {});
  }

  bool is_closed() const { return closed_; }

 private:
  using Method = void (Impl::*)(const Json& command);

  // Messages

  void send(const Json& message) { outgoing_.push_back(message.dump()); }

  void reply(const Json& command, Json result = Json::object()) {
    Json message = {{"id", command.at("id")}, {"result", std::move(result)}};
    if (command.contains("sessionId")) message["sessionId"] = command["sessionId"];
    send(message);
  }

  void fail(const Json& command, std::string_view text) {
    send({{"id", command.at("id")}, {"error", {{"code", -32000}, {"message", text}}}});
  }

  void emit(std::string_view method, Json params) {
    send({{"method", method}, {"params", std::move(params)}});
  }

  void emit(const Page& page, std::string_view method, Json params) {
    send({{"method", method}, {"params", std::move(params)}, {"sessionId", page.session}});
  }

  std::string next_id() {
    char text[33];
    std::snprintf(text, sizeof text, "%032X", ++ids_);
    return text;
  }

  double now() { return clock_ += 0.001; }

  Page* find(const std::function<bool(const Page&)>& wanted) {
    for (auto& [target, page] : pages_) {
      if (wanted(page)) return &page;
    }
    return nullptr;
  }

  static Json params_of(const Json& command) { return command.value("params", Json::object()); }

  // The browser

  void handle_browser_command(const Json& command) {
    static const std::map<std::string, Method> methods = {
        {"Browser.getVersion", &Impl::get_version},
        {"Browser.close", &Impl::close_browser},
        {"Target.setAutoAttach", &Impl::set_auto_attach},
        {"Target.createTarget", &Impl::create_target},
        {"Target.closeTarget", &Impl::close_target},
        {"Target.attachToTarget", &Impl::attach_to_target},
        {"Target.getTargets", &Impl::get_targets},
        {"Target.createBrowserContext", &Impl::create_context},
        {"Target.disposeBrowserContext", &Impl::dispose_context},
    };
    const auto found = methods.find(command.at("method"));
    if (found == methods.end()) return reply(command);
    (this->*found->second)(command);
  }

  void get_version(const Json& command) {
    reply(command, {{"protocolVersion", "1.3"},
                    {"product", product},
                    {"revision", "@fake"},
                    {"userAgent", user_agent},
                    {"jsVersion", "15.6"}});
  }

  void close_browser(const Json& command) {
    closed_ = true;
    reply(command);
  }

  void set_auto_attach(const Json& command) {
    const Json params = params_of(command);
    if (!command.contains("sessionId")) {
      auto_attach_ = params.value("autoAttach", false);
      pause_new_pages_ = params.value("waitForDebuggerOnStart", false);
    }
    reply(command);
  }

  void create_target(const Json& command) {
    const Json params = params_of(command);
    const std::string target = next_id();
    Page& page = pages_[target];
    page.target = target;
    page.context = params.value("browserContextId", default_context);
    page.url = params.value("url", "");
    page.loader = next_id();
    page.waiting = auto_attach_ && pause_new_pages_;
    if (auto_attach_) attach(page);
    reply(command, {{"targetId", target}});
    if (auto_attach_ && !page.waiting) load(page);
  }

  void attach(Page& page) {
    page.session = next_id();
    emit("Target.attachedToTarget", {{"sessionId", page.session},
                                     {"targetInfo", target_info(page)},
                                     {"waitingForDebugger", page.waiting}});
  }

  void attach_to_target(const Json& command) {
    const std::string target = params_of(command).value("targetId", "");
    const auto found = pages_.find(target);
    if (found == pages_.end()) return fail(command, "No target with given id found");
    attach(found->second);
    reply(command, {{"sessionId", found->second.session}});
  }

  void close_target(const Json& command) {
    const auto found = pages_.find(params_of(command).value("targetId", ""));
    if (found == pages_.end()) return fail(command, "No target with given id found");
    reply(command, {{"success", true}});
    detach(found->second);
    pages_.erase(found);
  }

  void detach(const Page& page) {
    if (page.session.empty()) return;
    emit("Target.detachedFromTarget", {{"sessionId", page.session}, {"targetId", page.target}});
  }

  void get_targets(const Json& command) {
    Json infos = Json::array();
    for (const auto& [target, page] : pages_)
      infos.push_back(target_info(page));
    reply(command, {{"targetInfos", infos}});
  }

  void create_context(const Json& command) { reply(command, {{"browserContextId", next_id()}}); }

  void dispose_context(const Json& command) {
    const std::string context = params_of(command).value("browserContextId", "");
    reply(command);
    while (const Page* page = find([&](const Page& p) { return p.context == context; })) {
      detach(*page);
      pages_.erase(page->target);
    }
  }

  // Pages

  void handle_page_command(Page& page, const Json& command) {
    const std::string method = command.at("method");
    if (method == "Runtime.runIfWaitingForDebugger") {
      resume(page, command);
    } else if (page.waiting) {
      page.held.push_back(command);
    } else {
      answer(page, command);
    }
  }

  void answer(Page& page, const Json& command) {
    const std::string method = command.at("method");
    if (method == "Runtime.evaluate" || method == "Runtime.callFunctionOn") {
      reply(command, evaluation_result(page));
    } else if (method == "Page.createIsolatedWorld") {
      reply(command, {{"executionContextId", 1}});
    } else if (method == "Page.getFrameTree") {
      reply(command, {{"frameTree", {{"frame", frame_of(page)}}}});
    } else if (method == "Page.setLifecycleEventsEnabled") {
      replay_lifecycle(page);
      reply(command);
    } else if (method == "Page.navigate") {
      navigate(page, command);
    } else {
      reply(command);
    }
  }

  /// The network is quicker than the renderer: the document's request and response come before the
  /// replies to the commands that were sent first.
  void resume(Page& page, const Json& command) {
    if (!page.waiting) return reply(command);
    page.waiting = false;
    const std::string empty_document = page.loader;
    const std::string document = next_id();
    page.loader = document;
    if (!is_blank(page.url)) request_document(page);
    page.loader = empty_document;
    for (const Json& held : std::exchange(page.held, {}))
      answer(page, held);
    reply(command);
    page.loader = document;
    if (!is_blank(page.url)) commit_document(page);
  }

  void navigate(Page& page, const Json& command) {
    page.url = params_of(command).value("url", "");
    const std::string loader = next_id();
    reply(command, {{"frameId", page.target}, {"loaderId", loader}});
    page.loader = loader;
    request_document(page);
    commit_document(page);
  }

  void load(Page& page) {
    if (is_blank(page.url)) return;
    page.loader = next_id();
    request_document(page);
    commit_document(page);
  }

  void lifecycle(const Page& page, std::string_view name) {
    emit(page, "Page.lifecycleEvent",
         {{"frameId", page.target},
          {"loaderId", page.loader},
          {"name", name},
          {"timestamp", now()}});
  }

  /// Who enables lifecycle events first gets those of the document that is there.
  void replay_lifecycle(const Page& page) {
    for (const auto* name :
         {"commit", "DOMContentLoaded", "load", "networkAlmostIdle", "networkIdle"}) {
      lifecycle(page, name);
    }
  }

  void request_document(const Page& page) {
    emit(page, "Page.frameStartedNavigating",
         {{"frameId", page.target},
          {"url", page.url},
          {"loaderId", page.loader},
          {"navigationType", "differentDocument"}});
    emit(page, "Network.requestWillBeSent",
         {{"requestId", page.loader},
          {"loaderId", page.loader},
          {"documentURL", page.url},
          {"request", {{"url", page.url}, {"method", "GET"}, {"headers", Json::object()}}},
          {"timestamp", now()},
          {"wallTime", 1.0},
          {"initiator", {{"type", "other"}}},
          {"redirectHasExtraInfo", false},
          {"type", "Document"},
          {"frameId", page.target},
          {"hasUserGesture", false}});
    emit(page, "Network.responseReceived",
         {{"requestId", page.loader},
          {"loaderId", page.loader},
          {"timestamp", now()},
          {"type", "Document"},
          {"response", response_of(page)},
          {"hasExtraInfo", false},
          {"frameId", page.target}});
  }

  void commit_document(const Page& page) {
    lifecycle(page, "init");
    emit(page, "Page.frameNavigated", {{"frame", frame_of(page)}, {"type", "Navigation"}});
    emit(page, "Network.loadingFinished",
         {{"requestId", page.loader}, {"timestamp", now()}, {"encodedDataLength", 100}});
    emit(page, "Page.domContentEventFired", {{"timestamp", now()}});
    lifecycle(page, "DOMContentLoaded");
    emit(page, "Page.loadEventFired", {{"timestamp", now()}});
    lifecycle(page, "load");
    emit(page, "Page.frameStoppedLoading", {{"frameId", page.target}});
    lifecycle(page, "networkAlmostIdle");
    lifecycle(page, "networkIdle");
  }

  std::vector<std::string> outgoing_;
  std::map<std::string, Page> pages_;  ///< by target id
  unsigned ids_ = 0x1000;
  double clock_ = 100;
  bool auto_attach_ = false;
  bool pause_new_pages_ = false;
  bool closed_ = false;
};

FakeDevtools::FakeDevtools() : impl_(std::make_unique<Impl>()) {}
FakeDevtools::~FakeDevtools() = default;

std::vector<std::string> FakeDevtools::handle(std::string_view command) {
  return impl_->handle(command);
}

bool FakeDevtools::is_closed() const {
  return impl_->is_closed();
}

std::string FakeDevtools::method_of(std::string_view command) {
  const Json parsed = Json::parse(command, nullptr, false);
  return parsed.is_object() ? parsed.value("method", "") : "";
}

std::string FakeDevtools::version_document(std::string_view websocket_url) {
  return Json{{"Browser", product},
              {"Protocol-Version", "1.3"},
              {"User-Agent", user_agent},
              {"webSocketDebuggerUrl", websocket_url}}
      .dump(2);
}

}  // namespace cdp::test
