#include "fetch/http_client.hpp"

#include "base/ascii.hpp"
#include "base/async/notifier.hpp"
#include "base/system/limits.hpp"
#include "base/web/secret_header.hpp"
#include "fetch/answer_head.hpp"
#include "fetch/curl_loop.hpp"
#include "fetch/curl_text.hpp"
#include "fetch/media_type.hpp"
#include "fetch/redirect_chain.hpp"
#include <cdp/version.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <new>
#include <string_view>
#include <utility>

namespace cdp {
namespace {

const char* const default_user_agent =
    "Mozilla/5.0 (X11; Linux x86_64; compatible) cdp-scrape/" CDP_SCRAPE_VERSION;

/// One request and its answer. At home in the coroutine that waits for it; curl writes to it.
class Transfer {
 public:
  Transfer(const boost::asio::any_io_executor& executor, const HttpRequest& request)
      : easy_(curl_easy_init()),
        request_(request),
        body_(request.limits, request.takes_any_file),
        changed_(executor) {
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_ERRORBUFFER, error_text_.data());
    if (!request_.on_request) return;
    set(CURLOPT_PREREQFUNCTION, &Transfer::on_send);
    set(CURLOPT_PREREQDATA, this);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_, option, value);
  }

  void add_header(const std::string& line) { headers_ = curl_slist_append(headers_, line.c_str()); }

  /// Before another request with the same settings.
  void begin(const std::string& url) {
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers_);
    head_ = AnswerHead();
    body_.begin(head_);
    answered_at_ = {};
    paused_ = false;
    has_head_ = false;
    out_of_memory_ = false;
    result_.reset();
    error_text_.front() = '\0';
  }

  void drop_headers() {
    curl_slist_free_all(headers_);
    headers_ = nullptr;
  }

  void finish(CURLcode result) {
    result_ = result;
    changed_.notify_all();
  }
  void wake() { changed_.notify_all(); }

  /// Whether there is something of the body to be unpacked, which is not done where curl calls.
  bool has_work() const { return body_.has_work(); }

  void work() {
    guard(0, [this] {
      body_.step();
      return 0;
    });
    if (!paused_ || body_.has_work() || is_over()) return;
    paused_ = false;
    curl_easy_pause(easy_, CURLPAUSE_CONT);
  }

  /// Nothing more is wanted of curl: what a redirect has for a body is nobody's concern.
  bool is_over() const {
    return is_done() || out_of_memory_ || head_.is_redirect() || head_.fault() || body_.is_over();
  }

  /// Somebody is there, and said something.
  bool was_answered() const {
    return has_head_ || result_ == CURLE_WEIRD_SERVER_REPLY ||
           result_ == CURLE_UNSUPPORTED_PROTOCOL;
  }

  CURL* easy() const { return easy_; }
  Notifier& changed() { return changed_; }
  bool is_done() const { return result_.has_value(); }
  /// The connection ended before the answer did.
  bool broke_off() const { return result_ && *result_ != CURLE_OK; }

  const AnswerHead& head() const { return head_; }
  BodyReader& body() { return body_; }
  const BodyReader& body() const { return body_; }

  /// When the head of the answer was complete.
  std::chrono::steady_clock::time_point answered_at() const { return answered_at_; }

  long number(CURLINFO info) const {
    long value = 0;
    curl_easy_getinfo(easy_, info, &value);
    return value;
  }

  /// Why there is no answer, or no whole one.
  std::optional<Error> fault() const {
    if (out_of_memory_)
      return Error(errc::too_large, "no memory for its document: " + describe_memory_limit());
    if (head_.fault()) return head_.fault();
    if (head_.is_redirect() || body_.is_cut()) return body_.fault();
    if (!result_ || *result_ == CURLE_OK) return head_.is_complete() ? body_.fault() : no_answer();
    if (body_.is_over()) return body_.fault();
    const char* const said =
        error_text_.front() == '\0' ? curl_easy_strerror(*result_) : error_text_.data();
    const bool wants_proxy_login = number(CURLINFO_HTTP_CONNECTCODE) == status_proxy_authentication;
    return Error(wants_proxy_login ? errc::auth_required : code_of_curl(*result_), said);
  }

 private:
  static Error no_answer() {
    return Error(errc::connect_error, "the connection ended without an HTTP response");
  }

  /// What there is no memory for fails this transfer, and none besides: curl's frames, which are
  /// between here and the loop, know no exceptions.
  template <class Result, class Work>
  Result guard(Result failed, Work work) {
    try {
      return work();
    } catch (const std::bad_alloc&) {
      out_of_memory_ = true;
      body_.give_up();
      changed_.notify_all();
    }
    return failed;
  }

  /// There is a connection, and the request is about to go over it.
  static int on_send(void* self, char*, char*, int, int) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.guard(CURL_PREREQFUNC_ABORT, [&] {
      transfer.request_.on_request(DocumentRequest::sent);
      return CURL_PREREQFUNC_OK;
    });
  }

  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.guard(std::size_t{0}, [&] { return transfer.take_block({data, size}); });
  }

  /// Less than what came would end the transfer.
  std::size_t take_block(std::string_view block) {
    if (is_over()) return block.size();
    if (!body_.has_room()) {
      paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    body_.feed(block);
    changed_.notify_all();
    return block.size();
  }

  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.guard(std::size_t{0}, [&] {
      return transfer.take_header({data, size}) ? size : 0;
    });
  }

  /// Line by line, those of interim answers (100, 401 before the credentials) included: each begins
  /// with its status line.
  bool take_header(std::string_view line) {
    if (line.starts_with("HTTP/") && request_.on_request)
      request_.on_request(DocumentRequest::answered);
    has_head_ = true;
    const bool was_complete = head_.is_complete();
    if (!head_.take(line)) return false;
    if (head_.is_complete() == was_complete) return true;
    answered_at_ = std::chrono::steady_clock::time_point();
    if (!head_.is_complete()) return true;
    answered_at_ = std::chrono::steady_clock::now();
    body_.begin(head_);
    changed_.notify_all();
    return true;
  }

  CURL* easy_;
  curl_slist* headers_ = nullptr;
  const HttpRequest& request_;  ///< at home in the same coroutine
  AnswerHead head_;
  BodyReader body_;
  bool paused_ = false;
  bool has_head_ = false;       ///< the beginning of one
  bool out_of_memory_ = false;  ///< what came did not find room
  std::chrono::steady_clock::time_point answered_at_;
  std::optional<CURLcode> result_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  Notifier changed_;
};

}  // namespace

class HttpClient::Impl {
 public:
  Impl(const boost::asio::any_io_executor& executor, HttpOptions options)
      : executor_(executor),
        options_(std::move(options)),
        loop_(executor, connections(options_),
              [this](void* easy, int code) { finish(easy, static_cast<CURLcode>(code)); }),
        cookies_(curl_share_init()) {
    curl_share_setopt(cookies_, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    add_cookies();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { curl_share_cleanup(cookies_); }

  Task<HttpAnswer> get(HttpRequest request) {
    HttpAnswer answer;
    RedirectChain chain(request.url);
    Transfer transfer(executor_, request);
    configure(transfer);
    bool again = true;
    while (again) {
      answer.document.url = chain.url();
      answer.fault = port_fault(chain.url());
      if (answer.fault) break;
      prepare(transfer, chain, request.headers);
      co_await perform(transfer, request.deadline);
      answer = read(transfer, chain);
      again = !answer.fault && follow(transfer, chain, answer);
    }
    answer.document.redirects = chain.redirects();
    co_return answer;
  }

  void cancel() {
    cancelled_ = true;
    for (Transfer* transfer : under_way_)
      transfer->wake();
  }

 private:
  static long connections(const HttpOptions& options) {
    constexpr long spare = 16;
    return 2L * options.concurrency + spare;
  }

  void add_cookies() {
    CURL* const jar = curl_easy_init();
    curl_easy_setopt(jar, CURLOPT_SHARE, cookies_);
    for (const Cookie& cookie : options_.cookies)
      curl_easy_setopt(jar, CURLOPT_COOKIELIST, cookie_line(cookie).c_str());
    curl_easy_cleanup(jar);
  }

  void configure(Transfer& transfer) {
    transfer.set(CURLOPT_NOSIGNAL, 1L);
    // A name that is being looked up must not hold up the loop when its URL's timeout has passed.
    transfer.set(CURLOPT_QUICK_EXIT, 1L);
    transfer.set(CURLOPT_PROTOCOLS_STR, "http,https");
    transfer.set(CURLOPT_HTTP_CONTENT_DECODING, 0L);  // `BodyDecoder` does that
    transfer.set(CURLOPT_PATH_AS_IS, 1L);             // it has been resolved
    transfer.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    transfer.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    transfer.set(CURLOPT_SHARE, cookies_);
    transfer.set(CURLOPT_COOKIEFILE, "");  // turns cookies on, and reads no file
    const std::string& agent = options_.page.user_agent;
    transfer.set(CURLOPT_USERAGENT, agent.empty() ? default_user_agent : agent.c_str());
    const long verify = options_.page.ignore_certificate_errors ? 0 : 1;
    transfer.set(CURLOPT_SSL_VERIFYPEER, verify);
    transfer.set(CURLOPT_SSL_VERIFYHOST, 2 * verify);
  }

  /// An empty proxy keeps libcurl from reading variables for one.
  void choose_proxy(Transfer& transfer, const std::string& proxy) {
    const auto& login = options_.page.proxy_credentials;
    transfer.set(CURLOPT_PROXY, proxy_for_curl(proxy, login).c_str());
    transfer.set(CURLOPT_NOPROXY, "");
    if (!login || proxy.empty()) return;
    transfer.set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    transfer.set(CURLOPT_PROXYUSERNAME, login->user.c_str());
    transfer.set(CURLOPT_PROXYPASSWORD, login->password.c_str());
  }

  void prepare(Transfer& transfer, const RedirectChain& chain, const std::vector<Header>& own) {
    const bool trusted = chain.is_at_first_origin();
    const std::vector<Header> headers = merged(options_.page.headers, own);
    transfer.drop_headers();
    for (const auto& [name, value] : usual_headers(options_.page.locale)) {
      if (!value.empty() && !has_header(headers, name))
        transfer.add_header(fmt::format("{}: {}", name, value));
    }
    transfer.set(CURLOPT_COOKIE, nullptr);
    for (const Header& header : headers) {
      if (!trusted && is_secret_header(header.name)) continue;
      if (equal_ignoring_case(header.name, "Cookie")) {  // in one line with those of the run
        transfer.set(CURLOPT_COOKIE, header.value.c_str());
        continue;
      }
      // A header without a value is written with a semicolon; with a colon it would be left out.
      transfer.add_header(header.value.empty() ? header.name + ";"
                                               : header.name + ": " + header.value);
    }
    const bool with_credentials = has_credentials_for(chain);
    const auto& credentials = options_.page.credentials;
    transfer.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    transfer.set(CURLOPT_USERNAME, with_credentials ? credentials->user.c_str() : nullptr);
    transfer.set(CURLOPT_PASSWORD, with_credentials ? credentials->password.c_str() : nullptr);
    choose_proxy(transfer, options_.proxies.proxy_for(chain.url()));
    transfer.begin(chain.url());
  }

  bool has_credentials_for(const RedirectChain& chain) const {
    if (!options_.page.credentials) return false;
    const std::string& origin = options_.page.credentials->origin;
    return origin.empty() ? chain.is_at_first_origin()
                          : origin_of(chain.url()) == origin_of(origin);
  }

  /// Between two pieces of a body the loop turns: unpacking a large one is work for others to wait
  /// for.
  Task<void> perform(Transfer& transfer, Deadline deadline) {
    /// A coroutine that is destroyed takes its transfer out of curl's hands, too.
    struct UnderWay {
      Impl& client;
      Transfer& transfer;

      UnderWay(Impl& owner, Transfer& started) : client(owner), transfer(started) {
        client.under_way_.push_back(&transfer);
        client.loop_.start(transfer.easy());
      }
      ~UnderWay() {
        client.loop_.stop(transfer.easy());
        std::erase(client.under_way_, &transfer);
      }
    };
    const UnderWay under_way(*this, transfer);
    const auto stirs = [this, &transfer] {
      return transfer.is_over() || transfer.has_work() || cancelled_;
    };
    while (!cancelled_ && !has_passed(deadline)) {
      co_await transfer.changed().until(stirs, deadline);
      if (!transfer.has_work()) break;
      transfer.work();
      co_await boost::asio::post(executor_, boost::asio::use_awaitable);
    }
  }

  HttpAnswer read(Transfer& transfer, const RedirectChain& chain) const {
    HttpAnswer answer;
    Document& document = answer.document;
    const AnswerHead& head = transfer.head();
    const bool arrived = head.is_complete();
    document.url = chain.url();
    document.arrived_at = transfer.answered_at();
    if (arrived) {
      document.status = head.status();
      MediaType type = parse_media_type(head.content_type());
      document.content_type = transfer.body().type();
      answer.server_charset = std::move(type.charset);
      document.retry_after = head.retry_after();
      answer.refresh = head.refresh();
    }
    BodyReader& body = transfer.body();
    answer.fault = fault(transfer, chain);
    answer.has_beginning = arrived && answer.fault && body.has_text() && may_be_read(*answer.fault);
    answer.is_final = answer.fault && is_final(transfer);
    answer.ends_early = answer.is_final && body.ends_early();
    answer.truncated = body.is_cut();
    answer.is_file = body.is_file();
    answer.body = body.take();
    if (document.content_type.empty() && arrived) document.content_type = sniff_media_type("");
    answer.was_answered = transfer.was_answered();
    if (!answer.fault && answer.is_file) note_file(answer);
    return answer;
  }

  /// A file that comes with an error's status is not a file to anybody: the status is what there
  /// is.
  static void note_file(HttpAnswer& answer) {
    const Document& document = answer.document;
    const bool is_success = document.status >= 200 && document.status < 300;
    if (is_success) {
      answer.fault.emplace(errc::download, fmt::format("{}: a file of type {}, not a page",
                                                       document.url, document.content_type));
      return;
    }
    answer.is_file = false;
    answer.truncated = false;
    answer.has_document = false;
    answer.body.clear();
  }

  /// What is there of a document may be read when only its rest is missing.
  static bool may_be_read(const Error& fault) {
    return fault.code() == errc::connect_error || fault.code() == errc::page_timeout;
  }

  /// All of the answer came, and it is as it is.
  static bool is_final(const Transfer& transfer) {
    return transfer.head().is_complete() && transfer.body().fault() && !transfer.broke_off();
  }

  std::optional<Error> fault(const Transfer& transfer, const RedirectChain& chain) const {
    const bool arrived = transfer.head().is_complete();
    if (cancelled_ && !transfer.is_over()) return Error(errc::cancelled, "the run was stopped");
    if (!transfer.is_over() || transfer.has_work()) {
      return Error(arrived ? errc::page_timeout : errc::nav_timeout,
                   fmt::format("{}: waiting for {}", chain.url(),
                               arrived ? "the rest of the document" : "an answer"));
    }
    const std::string proxy = options_.proxies.proxy_for(chain.url());
    const int status = transfer.head().status();
    if (const auto failed = transfer.fault()) {
      if (failed->code() == errc::auth_required) return proxy_login_fault(proxy);
      return Error(failed->code(),
                   fmt::format("{}: {}{}", chain.url(), failed->what(),
                               proxy.empty() ? "" : fmt::format(" (by proxy {})", proxy)));
    }
    if (status == status_unauthorized && has_credentials_for(chain))
      return Error(errc::auth_required, "the server does not accept the credentials");
    if (status == status_proxy_authentication && !proxy.empty()) return proxy_login_fault(proxy);
    return std::nullopt;
  }

  Error proxy_login_fault(const std::string& proxy) const {
    return Error(errc::auth_required,
                 proxy + (options_.page.proxy_credentials ? ": the proxy does not accept the login"
                                                          : ": the proxy wants a login"));
  }

  /// @return whether there is another URL to ask
  static bool follow(const Transfer& transfer, RedirectChain& chain, HttpAnswer& answer) {
    if (!transfer.head().is_redirect()) return false;
    answer.fault = chain.follow(answer.document.status, transfer.head().location());
    answer.document.status = 0;  // a redirect that leads nowhere is no document
    answer.document.content_type.clear();
    return !answer.fault;
  }

  void finish(void* easy, CURLcode code) {
    const auto found = std::find_if(under_way_.begin(), under_way_.end(),
                                    [&](const Transfer* one) { return one->easy() == easy; });
    if (found != under_way_.end()) (*found)->finish(code);
  }

  boost::asio::any_io_executor executor_;
  HttpOptions options_;
  CurlLoop loop_;
  CURLSH* cookies_;
  std::vector<Transfer*> under_way_;  ///< as long as curl works on them
  bool cancelled_ = false;
};

HttpClient::HttpClient(const boost::asio::any_io_executor& executor, HttpOptions options)
    : impl_(std::make_unique<Impl>(executor, std::move(options))) {}

HttpClient::~HttpClient() = default;

Task<HttpAnswer> HttpClient::get(HttpRequest request) {
  return impl_->get(std::move(request));
}

void HttpClient::cancel() {
  impl_->cancel();
}

}  // namespace cdp
