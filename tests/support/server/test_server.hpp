#pragma once

// An HTTP server on 127.0.0.1 for tests: well-behaved pages, slow pages and every fault a browser
// meets.
//
// Built-in routes. `?x=` parameters may be left out; the default is in brackets.
//
//   documents
//   /                         links to the routes
//   /static?title=            script-free page [static]; echoes the title as <h1 id=title>
//   /page/N                   12 KB page N: 2 scripts, 1 stylesheet, 6 images (cacheable, below
//   /asset/); a
//                             script builds <ul id=list> of 50 items `Page N, item I`
//   /slow?ms=&title=          first byte after ms [1000]; a script adds <p id=built>built by
//   script</p> /big?mb=                  about mb [1] MB, no script; mostly ASCII. Equals
//   big_page(mb, BigText::latin) /big-cjk?mb=              the same in Chinese. Equals big_page(mb,
//   BigText::cjk) /surrogates               a script writes 3000 lone surrogates into text,
//   attributes and the title;
//                             well-formed emoji in <p id=emoji>
//   /charset/NAME             shift_jis gb18030 utf-16le windows-1252 broken-utf8; <p id=text>
//   holds
//                             charset_text(NAME)
//   /empty                    200 with no body
//   /no-content               204
//   /status/CODE?empty        that status; `empty`: without a body. 401 comes without a challenge
//   /frameset                 frameset of two /static pages
//   /iframe?depth=&cross      nested frames [1], the innermost is <p id=leaf>; `cross`: every
//   second one on
//                             the other host name (127.0.0.1 and localhost), that is another site
//   /shadow                   open, closed and declarative shadow roots
//   /xhtml?broken             application/xhtml+xml; `broken`: not well-formed
//   /svg /json /text /image   documents of these types
//   /pdf                      a minimal valid PDF
//   /download                 attachment, application/octet-stream
//   /gzip                     Content-Encoding: gzip
//
//   HTTP behaviour
//   /redirect?n=&code=        n [1] redirects by code [302], then /static?title=redirected
//   /redirect-loop            redirects to itself
//   /hang                     never answers
//   /gate/NAME                answers with a page once open_gate(NAME) was called
//   /drip?ms=&bytes=          chunked; the start of a page, then `bytes` [20] dots, one every ms
//   [50] /tcp-reset                RST instead of an answer /close                    orderly close
//   instead of an answer /reset-mid-body           half of a page, RST once the browser has it (it
//   asks for a script in it) /truncated                closes before Content-Length is reached
//   /cookie                   sets the cookie visit=1 and prints the cookies that came as <p
//   id=cookies> /auth                     Basic authentication, user:pass /csp a policy that
//   forbids everything; the page's script must not run /headers                  the request's
//   headers as JSON
//
//   page behaviour
//   /never-idle               fetches something every 50 ms
//   /late-xhr?ms=&timer       XHR on load, answered after ms [500], then adds <p id=late>; `timer`:
//   sent
//                             ms after load and answered at once
//   /sse                      EventSource that gets an event every 100 ms for ever
//   /raf                      adds <p id=mounted> in requestAnimationFrame
//   /lazy                     IntersectionObserver fills #near (visible) and #far (5000 px down)
//   /meta-refresh?to=         refresh after 0 s [/static?title=refreshed]
//   /js-redirect?to=          location.href set by a script [/static?title=redirected]
//   /push-state               history.pushState to /pushed, new title
//   /alert                    alert, confirm, prompt, then <p id=after>
//   /alert-loop               alerts for ever
//   /beforeunload             asks before it goes
//   /popup?n=                 opens n [1] windows
//   /spin                     endless loop in a script while the page is parsed
//   /spin-after-load          endless loop right after load
//   /overrides                breaks JSON, toJSON, Array.prototype.map, outerHTML and other getters
//
// Anything else is answered with 404. Note that Chromium opens at most six connections to one host
// and port, and lets requests for the same URL wait for each other: use url_on("a.localhost", …)
// and distinct queries where a test needs more at once.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cdp::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One request as it came in.
struct Request {
  std::string method;
  std::string target;  ///< path and query as sent
  std::string path;    ///< target without the query, percent-decoded
  Headers headers;
  std::string body;

  /// Value of a query parameter, percent-decoded; empty when there is none.
  std::string query(std::string_view name) const;
  /// The same as a number; `fallback` when missing or not a number.
  int query_number(std::string_view name, int fallback) const;
  bool has_query(std::string_view name) const;
  /// Value of the first header of that name (any case); empty when there is none.
  std::string header(std::string_view name) const;
};

/// An answer. Content-Length is added; Content-Type is HTML in UTF-8 unless set.
struct Response {
  int status = 200;
  Headers headers{};
  std::string body{};
  std::chrono::milliseconds delay{0};  ///< before the first byte
};

/// A request as it came in, those for robots.txt included.
struct Arrival {
  std::string host;  ///< as the header has it
  std::string target;
  std::chrono::steady_clock::time_point at;
};

/// The connection as a handler sees it that wants to misbehave. Everything that returns bool
/// returns false when the peer has gone or the server stops; a handler should end then.
class Exchange {
 public:
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  virtual const Request& request() const = 0;
  /// Sends a whole answer.
  virtual bool send(const Response& response) = 0;
  /// Sends bytes as they are; the connection is closed after the handler.
  virtual bool write(std::string_view bytes) = 0;
  /// Waits, but no longer than the server lives.
  virtual bool pause(std::chrono::milliseconds duration) = 0;
  /// Waits until a request for that target or path has arrived; false on time-out too.
  virtual bool wait_for_request(std::string_view target, std::chrono::milliseconds timeout) = 0;
  virtual bool wait_for_gate(std::string_view name) = 0;
  /// Waits until the peer closes.
  virtual void wait_for_close() = 0;
  /// Ends the connection with RST.
  virtual void reset() = 0;

 protected:
  Exchange() = default;
};

using Handler = std::function<Response(const Request&)>;
using ExchangeHandler = std::function<void(Exchange&)>;

struct TestServerOptions {
  std::uint16_t port = 0;  ///< 0: one that is free
  bool tls = false;        ///< also serve https with a self-signed certificate
  bool record = true;      ///< keep the targets; a soak of days turns it off
};

/// The server. It runs from construction to destruction in threads of its own, one a connection;
/// the destructor ends and joins them, whatever they are doing. All members may be called from any
/// thread.
class TestServer {
 public:
  using Options = TestServerOptions;

  /// Throws std::system_error when the port is taken.
  explicit TestServer(Options options = {});
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer();

  std::uint16_t port() const;
  /// http://127.0.0.1:PORT + path
  std::string url(std::string_view path) const;
  /// The same site under another host name, e.g. `localhost` or `a.localhost`: Chromium resolves
  /// every name below localhost itself.
  std::string url_on(std::string_view host, std::string_view path) const;
  /// The same site on a second port: another origin, though (same host) not another site.
  std::string other_origin_url(std::string_view path) const;
  /// https://127.0.0.1:PORT + path; throws std::logic_error without Options::tls.
  std::string tls_url(std::string_view path) const;

  /// Serves `path` by `handler` (before the built-in routes; the last one set wins). A path that
  /// ends in
  /// `/` also serves everything below it. Handlers run in server threads and must not block for
  /// ever.
  void on(std::string path, Handler handler);
  void on_exchange(std::string path, ExchangeHandler handler);

  /// Targets in the order in which they arrived, but for robots.txt, which crawlers ask for on
  /// their own account.
  std::vector<std::string> requests() const;
  /// All requests, robots.txt included.
  std::vector<Arrival> arrivals() const;
  /// Number of requests for that target (with query) or path (any query).
  int count(std::string_view target) const;
  /// Waits until a request for that target or path has arrived, now or earlier.
  bool wait_for_request(std::string_view target, std::chrono::milliseconds timeout) const;
  /// The most requests whose target starts with `prefix` that were ever waiting for their answer at
  /// the same time.
  int max_in_flight(std::string_view prefix = {}) const;
  /// Lets /gate/NAME answer, now and from now on.
  void open_gate(std::string_view name);
  /// Forgets the requests recorded so far.
  void clear_requests();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

enum class BigText { latin, cjk };

/// What /big and /big-cjk serve; written so that its DOM serialises to exactly these bytes.
std::string big_page(int megabytes, BigText text);

/// The text in UTF-8 that /charset/NAME shows; empty for an unknown name.
std::string charset_text(std::string_view name);

}  // namespace cdp::test
