// Domain Network: https://chromedevtools.github.io/devtools-protocol/tot/Network/
#pragma once

#include "protocol/field.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cdp::protocol::network {

struct Enable {
  static constexpr std::string_view method = "Network.enable";
  // Bodies are never read through the protocol: the browser need not keep them for us.
  int max_total_buffer_size = 0;
  int max_resource_buffer_size = 0;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("maxTotalBufferSize", &Enable::max_total_buffer_size),
                      field("maxResourceBufferSize", &Enable::max_resource_buffer_size));
  }
};

struct Request {
  static constexpr std::string_view type_name = "Network.Request";
  std::string url;
  std::string method_name;
  static constexpr auto fields() {
    return std::tuple(field("url", &Request::url), field("method", &Request::method_name));
  }
};

/// Of the headers, those in use. Chromium leaves names as the server wrote them.
struct ResponseHeaders {
  std::optional<std::string> retry_after;
  std::optional<std::string> content_type;
  static constexpr auto fields() {
    return std::tuple(header_field("Retry-After", &ResponseHeaders::retry_after),
                      header_field("Content-Type", &ResponseHeaders::content_type));
  }
};

struct Response {
  static constexpr std::string_view type_name = "Network.Response";
  std::string url;
  int status = 0;
  std::string mime_type;
  std::optional<ResponseHeaders> headers;
  static constexpr auto fields() {
    return std::tuple(field("url", &Response::url), field("status", &Response::status),
                      field("mimeType", &Response::mime_type),
                      field("headers", &Response::headers));
  }
};

struct RequestWillBeSent {
  static constexpr std::string_view event = "Network.requestWillBeSent";
  std::string request_id;
  std::string loader_id;
  Request request;
  std::optional<Response> redirect_response;
  std::optional<std::string> type;
  std::optional<std::string> frame_id;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &RequestWillBeSent::request_id),
                      field("loaderId", &RequestWillBeSent::loader_id),
                      field("request", &RequestWillBeSent::request),
                      field("redirectResponse", &RequestWillBeSent::redirect_response),
                      field("type", &RequestWillBeSent::type),
                      field("frameId", &RequestWillBeSent::frame_id));
  }
};

struct ResponseReceived {
  static constexpr std::string_view event = "Network.responseReceived";
  std::string request_id;
  Response response;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &ResponseReceived::request_id),
                      field("response", &ResponseReceived::response));
  }
};

struct LoadingFinished {
  static constexpr std::string_view event = "Network.loadingFinished";
  std::string request_id;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &LoadingFinished::request_id));
  }
};

struct SetBypassServiceWorker {
  static constexpr std::string_view method = "Network.setBypassServiceWorker";
  bool bypass = true;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("bypass", &SetBypassServiceWorker::bypass));
  }
};

struct SetExtraHttpHeaders {
  static constexpr std::string_view method = "Network.setExtraHTTPHeaders";
  std::map<std::string, std::string> headers;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("headers", &SetExtraHttpHeaders::headers));
  }
};

struct CookieParam {
  static constexpr std::string_view type_name = "Network.CookieParam";
  std::string name;
  std::string value;
  std::optional<std::string> url;
  std::optional<std::string> domain;
  std::optional<std::string> path;
  std::optional<bool> secure;
  std::optional<bool> http_only;
  std::optional<std::string> same_site;
  std::optional<double> expires;  ///< seconds since 1970
  static constexpr auto fields() {
    return std::tuple(field("name", &CookieParam::name), field("value", &CookieParam::value),
                      field("url", &CookieParam::url), field("domain", &CookieParam::domain),
                      field("path", &CookieParam::path), field("secure", &CookieParam::secure),
                      field("httpOnly", &CookieParam::http_only),
                      field("sameSite", &CookieParam::same_site),
                      field("expires", &CookieParam::expires));
  }
};

struct SetBlockedUrls {
  static constexpr std::string_view method = "Network.setBlockedURLs";
  std::vector<std::string> urls;
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(field("urls", &SetBlockedUrls::urls)); }
};

struct LoadingFailed {
  static constexpr std::string_view event = "Network.loadingFailed";
  std::string request_id;
  std::string error_text;
  std::optional<std::string> type;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &LoadingFailed::request_id),
                      field("type", &LoadingFailed::type),
                      field("errorText", &LoadingFailed::error_text));
  }
};

struct WebSocketCreated {
  static constexpr std::string_view event = "Network.webSocketCreated";
  std::string request_id;
  std::string url;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &WebSocketCreated::request_id),
                      field("url", &WebSocketCreated::url));
  }
};

struct WebSocketClosed {
  static constexpr std::string_view event = "Network.webSocketClosed";
  std::string request_id;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &WebSocketClosed::request_id));
  }
};

}  // namespace cdp::protocol::network
