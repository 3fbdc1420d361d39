// Plain HTTP: a URL in, a document out. No browser.
#pragma once

#include "base/async/deadline.hpp"
#include "base/web/proxy_settings.hpp"
#include "fetch/body_reader.hpp"
#include <cdp/document.hpp>
#include <cdp/error.hpp>
#include <cdp/options.hpp>
#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cdp {

struct HttpOptions {
  PageOptions page;  ///< of it: headers, user agent, locale, credentials, certificates
  std::vector<Cookie> cookies;
  ProxySettings proxies{};
  int concurrency = 1;
};

/// One fetch.
struct HttpRequest {
  std::string url;
  Deadline deadline;
  BodyLimits limits;
  std::vector<Header> headers{};  ///< besides the client's, and instead of those of the same name
  bool takes_any_file = false;    ///< also what is no text
  std::function<void(DocumentRequest)> on_request{};  ///< for each request on the way
};

/// What became of a fetch. A fault does not take away what came before it.
struct HttpAnswer {
  Document document;           ///< as far as it got
  std::string server_charset;  ///< the label of the Content-Type header
  std::string refresh;         ///< the header Refresh, as sent; empty: none
  std::string body;            ///< unpacked, in its own encoding
  bool truncated = false;      ///< the body was cut at its limit
  bool is_file = false;        ///< the body is no document
  std::optional<Error> fault;
  bool has_beginning = false;  ///< there is a fault, but also the document's beginning
  bool has_document = true;    ///< false: what came with the status is nothing to show
  bool was_answered = false;   ///< somebody was there, whatever became of it
  bool is_final = false;       ///< asked again, the server would say the same
  bool ends_early = false;     ///< the packed body is only the beginning of one
};

/// Fetches documents over HTTP/1.1 and HTTP/2, many at once, and keeps connections and cookies for
/// those that follow. Follows redirects, to http and https only.
class HttpClient {
 public:
  HttpClient(const boost::asio::any_io_executor& executor, HttpOptions options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();  ///< every `get` must have ended

  /// Does not throw: faults are part of the answer. dns_error, connect_error, tls_error,
  /// auth_required, too_many_redirects, blocked_scheme, blocked_address, invalid_url, too_large;
  /// download for what is not text; nav_timeout when the deadline passes before the document's
  /// first byte, page_timeout after it; cancelled after `cancel`.
  Task<HttpAnswer> get(HttpRequest request);

  /// Ends what is in progress, and what is begun later.
  void cancel();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cdp
