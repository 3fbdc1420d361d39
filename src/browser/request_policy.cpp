#include "browser/request_policy.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <cctype>
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

std::string origin_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return {};
  const std::size_t host = scheme + 3;
  std::string authority = url.substr(host, url.find_first_of("/?#", host) - host);
  if (const std::size_t at = authority.rfind('@'); at != std::string::npos)
    authority.erase(0, at + 1);
  std::string origin = lower(url.substr(0, host) + authority);
  for (const auto& [start, port] : {std::pair("http://", ":80"), std::pair("https://", ":443")}) {
    if (origin.starts_with(start) && origin.ends_with(port))
      origin.resize(origin.size() - std::string(port).size());
  }
  return origin;
}

RequestPolicy::RequestPolicy(std::shared_ptr<Connection> connection,
                             std::shared_ptr<SessionState> session, PageOptions options,
                             const std::string& url)
    : connection_(std::move(connection)),
      session_(std::move(session)),
      options_(std::move(options)) {
  for (std::string& type : options_.blocked_types)
    type = resource_type(std::move(type));
  if (options_.credentials && options_.credentials->origin.empty())
    options_.credentials->origin = origin_of(url);
}

void RequestPolicy::enable() {
  if (!options_.blocked_urls.empty())
    connection_->post(session_, protocol::network::SetBlockedUrls{options_.blocked_urls});
  if (auto held = patterns(); !held.empty()) enable(std::move(held));
}

void RequestPolicy::refuse_documents(const std::string& frame_id) {
  if (!kept_frame_.empty()) return;
  kept_frame_ = frame_id;
  auto held = patterns();
  held.push_back({"*", "Document"});
  enable(std::move(held));
}

void RequestPolicy::enable(std::vector<fetch::RequestPattern> patterns) {
  fetch::Enable command;
  command.patterns = std::move(patterns);
  command.handle_auth_requests = options_.credentials || options_.proxy_credentials;
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
  if (options_.credentials && !options_.credentials->origin.empty()) {
    patterns.push_back({options_.credentials->origin + "/*", std::nullopt});
  }
  return patterns;
}

void RequestPolicy::on_paused(const fetch::RequestPaused& event) {
  const auto& blocked = options_.blocked_types;
  if (event.resource_type == "Document" && event.frame_id == kept_frame_) {
    connection_->post(session_, fetch::FailRequest{event.request_id, "Aborted"});
  } else if (std::find(blocked.begin(), blocked.end(), event.resource_type) != blocked.end()) {
    connection_->post(session_, fetch::FailRequest{event.request_id, "BlockedByClient"});
  } else {
    connection_->post(session_, fetch::ContinueRequest{event.request_id});
  }
}

void RequestPolicy::on_challenge(const fetch::AuthRequired& event) {
  fetch::ContinueWithAuth answer{event.request_id, {"Default", std::nullopt, std::nullopt}};
  if (const Credentials* credentials = credentials_for(event.auth_challenge)) {
    const bool first_time = answered_.insert(event.request_id).second;
    if (first_time) {
      answer.auth_challenge_response = {"ProvideCredentials", credentials->user,
                                        credentials->password};
    } else {
      answer.auth_challenge_response.response = "CancelAuth";
      credentials_refused_ = true;
    }
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
