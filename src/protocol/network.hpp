// Domain Network: https://chromedevtools.github.io/devtools-protocol/tot/Network/
#pragma once

#include "protocol/field.hpp"

#include <optional>
#include <string>

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
  static constexpr auto fields() { return std::tuple(field("url", &Request::url)); }
};

struct Response {
  static constexpr std::string_view type_name = "Network.Response";
  std::string url;
  int status = 0;
  std::string mime_type;
  static constexpr auto fields() {
    return std::tuple(field("url", &Response::url), field("status", &Response::status),
                      field("mimeType", &Response::mime_type));
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

struct LoadingFailed {
  static constexpr std::string_view event = "Network.loadingFailed";
  std::string request_id;
  std::string error_text;
  static constexpr auto fields() {
    return std::tuple(field("requestId", &LoadingFailed::request_id),
                      field("errorText", &LoadingFailed::error_text));
  }
};

}  // namespace cdp::protocol::network
