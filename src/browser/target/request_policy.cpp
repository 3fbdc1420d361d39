#include "browser/target/request_policy.hpp"

#include "base/ascii.hpp"
#include "base/web/secret_header.hpp"
#include "base/web/web_url.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

namespace cdp {
namespace fetch = protocol::fetch;
namespace {

/// The Fetch domain writes types with a capital: `image` → `Image`; two of them have more.
std::string resource_type(std::string name) {
  if (name == "xhr") return "XHR";
  if (name == "eventsource") return "EventSource";
  if (name == "texttrack") return "TextTrack";
  if (!name.empty())
    name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
  return name;
}

}  // namespace

RequestPolicy::RequestPolicy(std::shared_ptr<Connection> connection,
                             std::shared_ptr<SessionState> session, PageOptions options,
                             const std::string& url)
    : connection_(std::move(connection)),
      session_(std::move(session)),
      options_(std::move(options)) {
  for (std::string& type : options_.blocked_types)
    type = resource_type(std::move(type));
  std::copy_if(options_.headers.begin(), options_.headers.end(), std::back_inserter(secrets_),
               [](const Header& header) { return is_secret_header(header.name); });
  if (options_.credentials) options_.credentials->origin = origin_of(options_.credentials->origin);
  set_origin(url);
}

void RequestPolicy::set_origin(const std::string& url) {
  origin_ = origin_of(url);
  if (options_.credentials && options_.credentials->origin.empty())
    options_.credentials->origin = origin_;
}

void RequestPolicy::open(const std::string& url) {
  if (!origin_.empty()) return;
  set_origin(url);
  const bool has_news = !secrets_.empty() || options_.credentials;
  if (has_news && !origin_.empty()) enable();
}

void RequestPolicy::enable() {
  if (!options_.blocked_urls.empty())
    connection_->post(session_, protocol::network::SetBlockedUrls{options_.blocked_urls});
  if (auto held = patterns(); !held.empty()) enable(std::move(held));
}

void RequestPolicy::refuse_documents(const std::string& frame_id) {
  hold_documents();
  kept_frame_ = frame_id;
}

void RequestPolicy::refuse_frames(const std::string& main_frame) {
  hold_documents();
  lone_frame_ = main_frame;
}

void RequestPolicy::hold_documents() {
  if (std::exchange(holds_documents_, true)) return;
  auto held = patterns();
  held.push_back({"*", "Document"});
  enable(std::move(held));
}

void RequestPolicy::enable(std::vector<fetch::RequestPattern> patterns) {
  fetch::Enable command;
  command.patterns = std::move(patterns);
  command.handle_auth_requests =
      options_.credentials || options_.proxy_credentials || options_.watches_proxy;
  const auto paused = [this](const fetch::RequestPaused& event) { on_paused(event); };
  const auto challenged = [this](const fetch::AuthRequired& event) { on_challenge(event); };
  subscriptions_.clear();
  subscriptions_.push_back(subscribe<fetch::RequestPaused>(*session_, paused));
  subscriptions_.push_back(subscribe<fetch::AuthRequired>(*session_, challenged));
  connection_->post(session_, command);
}

std::vector<fetch::RequestPattern> RequestPolicy::patterns() const {
  // A proxy may challenge any request; a server only those of its origin.
  if (options_.proxy_credentials) return {{"*", std::nullopt}};
  std::vector<fetch::RequestPattern> patterns;
  for (const std::string& type : options_.blocked_types)
    patterns.push_back({"*", type});
  if (options_.watches_proxy) patterns.push_back({"*", "Document"});
  if (options_.credentials && !options_.credentials->origin.empty())
    patterns.push_back({options_.credentials->origin + "/*", std::nullopt});
  if (!secrets_.empty() && !origin_.empty()) patterns.push_back({origin_ + "/*", std::nullopt});
  return patterns;
}

void RequestPolicy::on_paused(const fetch::RequestPaused& event) {
  const auto& blocked = options_.blocked_types;
  if (is_refused(event)) {
    connection_->post(session_, fetch::FailRequest{event.request_id, "Aborted"});
    return;
  }
  if (std::find(blocked.begin(), blocked.end(), event.resource_type) != blocked.end()) {
    connection_->post(session_, fetch::FailRequest{event.request_id, "BlockedByClient"});
    return;
  }
  fetch::ContinueRequest answer{event.request_id, std::nullopt};
  const bool is_trusted = !secrets_.empty() && origin_of(event.request.url) == origin_;
  if (is_trusted) answer.headers = with_secrets(event.request.headers);
  connection_->post(session_, answer);
}

bool RequestPolicy::is_refused(const fetch::RequestPaused& event) const {
  if (event.resource_type != "Document") return false;
  const bool is_further_frame = !lone_frame_.empty() && event.frame_id != lone_frame_;
  return event.frame_id == kept_frame_ || is_further_frame;
}

std::vector<fetch::HeaderEntry> RequestPolicy::with_secrets(const nlohmann::json& headers) const {
  std::vector<fetch::HeaderEntry> entries;
  const auto is_secret = [this](const std::string& name) {
    return std::any_of(secrets_.begin(), secrets_.end(), [&](const Header& secret) {
      return equal_ignoring_case(secret.name, name);
    });
  };
  for (const auto& [name, value] : headers.items()) {
    if (value.is_string() && !is_secret(name)) entries.push_back({name, value.get<std::string>()});
  }
  for (const Header& secret : secrets_)
    entries.push_back({secret.name, secret.value});
  return entries;
}

void RequestPolicy::on_challenge(const fetch::AuthRequired& event) {
  fetch::ContinueWithAuth answer{event.request_id, {"Default", std::nullopt, std::nullopt}};
  const bool is_proxy = event.auth_challenge.source == "Proxy";
  if (const Credentials* credentials = credentials_for(event.auth_challenge)) {
    const bool first_time = answered_.insert(event.request_id).second;
    if (first_time) {
      answer.auth_challenge_response = {"ProvideCredentials", credentials->user,
                                        credentials->password};
    } else {
      answer.auth_challenge_response.response = "CancelAuth";
      login_fault_ = is_proxy
                         ? event.auth_challenge.origin + ": the proxy does not accept the login"
                         : "the server does not accept the credentials";
    }
  } else if (is_proxy) {
    answer.auth_challenge_response.response = "CancelAuth";
    login_fault_ = event.auth_challenge.origin + ": the proxy wants a login";
  }
  connection_->post(session_, answer);
}

const Credentials* RequestPolicy::credentials_for(const fetch::AuthChallenge& challenge) const {
  if (challenge.source == "Proxy")
    return options_.proxy_credentials ? &*options_.proxy_credentials : nullptr;
  const bool own_origin =
      options_.credentials && origin_of(challenge.origin) == options_.credentials->origin;
  return own_origin ? &*options_.credentials : nullptr;
}

}  // namespace cdp
