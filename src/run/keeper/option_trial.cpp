#include "run/keeper/option_trial.hpp"

#include "browser/script/page_script.hpp"
#include <cdp/error.hpp>
#include <cdp/page.hpp>
#include <cdp/session.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>

namespace cdp {
namespace {

using nlohmann::json;

Error refused(const char* option, const std::string& value, const std::string& reason) {
  return Error(errc::invalid_argument, fmt::format("{}: '{}' {}", option, value, reason));
}

/// The first line of what V8 says, without the frames below it.
std::string complaint_of(const json& details) {
  const json exception = details.value("exception", json::object());
  const std::string text = exception.value("description", details.value("text", std::string()));
  return text.substr(0, text.find('\n'));
}

/// Chromium refuses an override only by its reply: pages would silently be as they are without it.
Task<void> try_override(Session session, std::string method, json params, Error refusal) {
  bool is_refused = false;
  try {
    co_await session.call(std::move(method), std::move(params));
  } catch (const Error& error) {
    if (error.code() != errc::protocol_error) throw;
    is_refused = true;
  }
  if (is_refused) throw refusal;
}

Task<void> try_selector(Session session, std::string selector) {
  json params = {{"expression", "document.createDocumentFragment().querySelector(" +
                                    json(selector).dump() + ") && 0"}};
  std::string method = "Runtime.evaluate";
  const json reply = co_await session.call(std::move(method), std::move(params));
  if (reply.contains("exceptionDetails"))
    throw refused("--wait-selector", selector, "is not a CSS selector");
}

/// Compiles it only; it runs in pages.
Task<void> try_function(Session session, std::string function) {
  json params = {
      {"expression", function_expression(function)}, {"sourceURL", ""}, {"persistScript", false}};
  std::string enable = "Runtime.enable";
  json nothing = json::object();
  co_await session.call(std::move(enable), std::move(nothing));
  std::string method = "Runtime.compileScript";
  const json reply = co_await session.call(std::move(method), std::move(params));
  const auto details = reply.find("exceptionDetails");
  if (details == reply.end()) co_return;
  throw refused("--wait-function", function,
                "is not an expression in JavaScript: " + complaint_of(*details));
}

Task<void> try_on(Session session, const ScrapeOptions& options) {
  const PageOptions& identity = options.page;
  if (!identity.timezone.empty()) {
    json params = {{"timezoneId", identity.timezone}};
    std::string method = "Emulation.setTimezoneOverride";
    Error refusal = refused("--timezone", identity.timezone, "is not known to Chromium");
    co_await try_override(session, std::move(method), std::move(params), std::move(refusal));
  }
  if (!identity.locale.empty()) {
    json params = {{"locale", identity.locale}};
    std::string method = "Emulation.setLocaleOverride";
    Error refusal = refused("--locale", identity.locale, "is not known to Chromium");
    co_await try_override(session, std::move(method), std::move(params), std::move(refusal));
  }
  if (!options.wait.selector.empty()) {
    std::string selector = options.wait.selector;
    co_await try_selector(session, std::move(selector));
  }
  if (!options.wait.function.empty()) {
    std::string function = options.wait.function;
    co_await try_function(session, std::move(function));
  }
}

}  // namespace

bool needs_trial(const ScrapeOptions& options) {
  return !options.page.timezone.empty() || !options.page.locale.empty() ||
         !options.wait.selector.empty() || !options.wait.function.empty();
}

Task<void> try_options(Browser browser, ScrapeOptions options) {
  Page page = co_await browser.new_page();
  const Session session = page.session();
  std::optional<Error> fault;
  try {
    co_await try_on(session, options);
  } catch (const Error& error) {
    fault = error;
  }
  co_await page.close();
  if (fault) throw *fault;
}

}  // namespace cdp
