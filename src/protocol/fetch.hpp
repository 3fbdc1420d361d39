// Domains Fetch and Storage: https://chromedevtools.github.io/devtools-protocol/tot/Fetch/
#pragma once

#include "protocol/field.hpp"
#include "protocol/network.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cdp::protocol::fetch {

struct RequestPattern {
  static constexpr std::string_view type_name = "Fetch.RequestPattern";
  std::optional<std::string> url_pattern;
  std::optional<std::string> resource_type;
  static constexpr auto fields() {
    return std::tuple(field("urlPattern", &RequestPattern::url_pattern),
                      field("resourceType", &RequestPattern::resource_type));
  }
};

struct Enable {
  static constexpr std::string_view method = "Fetch.enable";
  std::vector<RequestPattern> patterns;
  bool handle_auth_requests = false;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("patterns", &Enable::patterns),
                      field("handleAuthRequests", &Enable::handle_auth_requests));
  }
};

struct FailRequest {
  static constexpr std::string_view method = "Fetch.failRequest";
  std::string request_id;
  std::string error_reason;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &FailRequest::request_id),
                      field("errorReason", &FailRequest::error_reason));
  }
};

struct HeaderEntry {
  static constexpr std::string_view type_name = "Fetch.HeaderEntry";
  std::string name;
  std::string value;
  static constexpr auto fields() {
    return std::tuple(field("name", &HeaderEntry::name), field("value", &HeaderEntry::value));
  }
};

struct ContinueRequest {
  static constexpr std::string_view method = "Fetch.continueRequest";
  std::string request_id;
  std::optional<std::vector<HeaderEntry>> headers;  ///< instead of the request's own
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &ContinueRequest::request_id),
                      field("headers", &ContinueRequest::headers));
  }
};

struct AuthChallengeResponse {
  static constexpr std::string_view type_name = "Fetch.AuthChallengeResponse";
  std::string response;  ///< Default, CancelAuth, ProvideCredentials
  std::optional<std::string> username;
  std::optional<std::string> password;
  static constexpr auto fields() {
    return std::tuple(field("response", &AuthChallengeResponse::response),
                      field("username", &AuthChallengeResponse::username),
                      field("password", &AuthChallengeResponse::password));
  }
};

struct ContinueWithAuth {
  static constexpr std::string_view method = "Fetch.continueWithAuth";
  std::string request_id;
  AuthChallengeResponse auth_challenge_response;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &ContinueWithAuth::request_id),
                      field("authChallengeResponse", &ContinueWithAuth::auth_challenge_response));
  }
};

struct AuthChallenge {
  static constexpr std::string_view type_name = "Fetch.AuthChallenge";
  std::optional<std::string> source;  ///< Server, Proxy
  std::string origin;
  static constexpr auto fields() {
    return std::tuple(field("source", &AuthChallenge::source),
                      field("origin", &AuthChallenge::origin));
  }
};

/// A request, with its headers as an object.
struct PausedRequest {
  static constexpr std::string_view type_name = "Network.Request";
  std::string url;
  nlohmann::json headers;
  static constexpr auto fields() {
    return std::tuple(field("url", &PausedRequest::url), field("headers", &PausedRequest::headers));
  }
};

struct RequestPaused {
  static constexpr std::string_view event = "Fetch.requestPaused";
  std::string request_id;
  PausedRequest request;
  std::string frame_id;
  std::string resource_type;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &RequestPaused::request_id),
                      field("request", &RequestPaused::request),
                      field("frameId", &RequestPaused::frame_id),
                      field("resourceType", &RequestPaused::resource_type));
  }
};

struct AuthRequired {
  static constexpr std::string_view event = "Fetch.authRequired";
  std::string request_id;
  AuthChallenge auth_challenge;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &AuthRequired::request_id),
                      field("authChallenge", &AuthRequired::auth_challenge));
  }
};

}  // namespace cdp::protocol::fetch

namespace cdp::protocol::storage {

struct SetCookies {
  static constexpr std::string_view method = "Storage.setCookies";
  std::vector<network::CookieParam> cookies;
  std::optional<std::string> browser_context_id;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("cookies", &SetCookies::cookies),
                      field("browserContextId", &SetCookies::browser_context_id));
  }
};

}  // namespace cdp::protocol::storage
