#include "fetch/http_client.hpp"

#include "base/ascii.hpp"
#include "base/notifier.hpp"
#include "fetch/curl_loop.hpp"
#include "fetch/media_type.hpp"
#include "fetch/redirect_chain.hpp"
#include <cdp/version.hpp>

#include <fmt/format.h>

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

namespace cdp {
namespace {

const char* const default_user_agent =
    "Mozilla/5.0 (X11; Linux x86_64; compatible) cdp-scrape/" CDP_SCRAPE_VERSION;
const char* const accepted =
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

constexpr int status_unauthorized = 401;
constexpr int status_proxy_authentication = 407;

std::string_view trimmed(std::string_view text) {
  return cdp::trimmed(text, " \t\r\n");
}

/// The client's headers and a request's own, which win.
std::vector<Header> merged(const std::vector<Header>& headers, const std::vector<Header>& own) {
  std::vector<Header> result;
  const auto is_replaced = [&own](const Header& header) {
    return std::any_of(own.begin(), own.end(), [&](const Header& other) {
      return equal_ignoring_case(header.name, other.name);
    });
  };
  std::remove_copy_if(headers.begin(), headers.end(), std::back_inserter(result), is_replaced);
  result.insert(result.end(), own.begin(), own.end());
  return result;
}

/// What failed transfers are called in records. What is not listed is a connection that failed: so
/// are most of them.
errc code_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return errc::dns_error;
    case CURLE_URL_MALFORMAT:
      return errc::invalid_url;
    case CURLE_UNSUPPORTED_PROTOCOL:
      return errc::blocked_scheme;
    case CURLE_LOGIN_DENIED:
      return errc::auth_required;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
      return errc::tls_error;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return errc::internal;
    default:
      return errc::connect_error;
  }
}

/// A cookie as a line of Netscape's form, which is how libcurl takes them.
std::string cookie_line(const Cookie& cookie) {
  const bool with_subdomains = cookie.domain.starts_with('.');
  return fmt::format("{}{}\t{}\t{}\t{}\t{:.0f}\t{}\t{}", cookie.http_only ? "#HttpOnly_" : "",
                     cookie.domain, with_subdomains ? "TRUE" : "FALSE",
                     cookie.path.empty() ? "/" : cookie.path, cookie.secure ? "TRUE" : "FALSE",
                     std::max(cookie.expires, 0.0), cookie.name, cookie.value);
}

/// Chromium has its SOCKS 5 proxies look names up; so does this scheme of libcurl.
std::string proxy_for_curl(const std::string& proxy) {
  constexpr std::string_view socks5 = "socks5://";
  return proxy.starts_with(socks5) ? "socks5h://" + proxy.substr(socks5.size()) : proxy;
}

/// One request and its answer. At home in the coroutine that waits for it; curl writes to it.
class Transfer {
 public:
  Transfer(const boost::asio::any_io_executor& executor, const HttpRequest& request)
      : easy_(curl_easy_init()), request_(request), changed_(executor) {
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
    forget_answer();
    body_.clear();
    cut_ = false;
    is_file_ = false;
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

  CURL* easy() const { return easy_; }
  Notifier& changed() { return changed_; }
  bool is_done() const { return result_.has_value(); }
  bool is_cut() const { return cut_; }

  /// The answer is no document.
  bool is_file() const { return is_file_; }

  std::string take_body() { return std::move(body_); }
  const std::string& content_disposition() const { return content_disposition_; }
  const std::string& retry_after() const { return retry_after_; }

  /// When the head of the answer was complete.
  std::chrono::steady_clock::time_point answered_at() const { return answered_at_; }

  long number(CURLINFO info) const {
    long value = 0;
    curl_easy_getinfo(easy_, info, &value);
    return value;
  }

  std::string text(CURLINFO info) const {
    const char* value = nullptr;
    curl_easy_getinfo(easy_, info, &value);
    return value == nullptr ? std::string() : std::string(value);
  }

  /// Why there is no whole answer.
  std::optional<Error> fault(const std::string& url) const {
    if (cut_ || !result_ || *result_ == CURLE_OK) return std::nullopt;
    const char* const said =
        error_text_.front() == '\0' ? curl_easy_strerror(*result_) : error_text_.data();
    const bool wants_proxy_login = number(CURLINFO_HTTP_CONNECTCODE) == status_proxy_authentication;
    const errc code = wants_proxy_login ? errc::auth_required : code_of(*result_);
    return Error(code, fmt::format("{}: {}", url, said));
  }

 private:
  void forget_answer() {
    content_disposition_.clear();
    retry_after_.clear();
    answered_at_ = {};
  }

  /// There is a connection, and the request is about to go over it.
  static int on_send(void* self, char*, char*, int, int) {
    static_cast<Transfer*>(self)->request_.on_request(DocumentRequest::sent);
    return CURL_PREREQFUNC_OK;
  }

  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) {
    return static_cast<Transfer*>(self)->take_block({data, size});
  }

  std::size_t take_block(std::string_view block) {
    if (body_.empty() && !request_.takes_any_file &&
        !is_redirect(static_cast<int>(number(CURLINFO_RESPONSE_CODE)))) {
      const std::string type = parse_media_type(text(CURLINFO_CONTENT_TYPE)).essence;
      is_file_ = !is_document(type.empty() ? sniff_media_type(block) : type, content_disposition_);
    }
    const BodyLimits& limits = request_.limits;
    const std::size_t room = (is_file_ ? limits.file : limits.text) - body_.size();
    body_.append(block.substr(0, room));
    cut_ = block.size() > room;
    return cut_ ? 0 : block.size();  // less than what came ends the transfer
  }

  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) {
    static_cast<Transfer*>(self)->take_header({data, size});
    return size;
  }

  /// Line by line, those of interim answers (100, 401 before the credentials) included: each begins
  /// with its status line.
  void take_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {
      forget_answer();
      if (request_.on_request) request_.on_request(DocumentRequest::answered);
    }
    if (line == "\r\n" || line == "\n") answered_at_ = std::chrono::steady_clock::now();
    take_value(line, "content-disposition:", content_disposition_);
    take_value(line, "retry-after:", retry_after_);
  }

  static void take_value(std::string_view line, std::string_view name, std::string& value) {
    if (line.size() > name.size() && equal_ignoring_case(line.substr(0, name.size()), name))
      value = line.substr(name.size());
  }

  CURL* easy_;
  curl_slist* headers_ = nullptr;
  const HttpRequest& request_;  ///< at home in the same coroutine
  std::string body_;
  std::string content_disposition_;
  std::string retry_after_;
  std::chrono::steady_clock::time_point answered_at_;
  bool cut_ = false;
  bool is_file_ = false;
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
    // A name that is being looked up must not hold up the loop when its URL's time is over.
    transfer.set(CURLOPT_QUICK_EXIT, 1L);
    transfer.set(CURLOPT_PROTOCOLS_STR, "http,https");
    transfer.set(CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can unpack
    transfer.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    transfer.set(CURLOPT_SHARE, cookies_);
    transfer.set(CURLOPT_COOKIEFILE, "");  // turns cookies on, and reads no file
    const std::string& agent = options_.page.user_agent;
    transfer.set(CURLOPT_USERAGENT, agent.empty() ? default_user_agent : agent.c_str());
    const long verify = options_.page.ignore_certificate_errors ? 0 : 1;
    transfer.set(CURLOPT_SSL_VERIFYPEER, verify);
    transfer.set(CURLOPT_SSL_VERIFYHOST, 2 * verify);
    configure_proxy(transfer);
  }

  /// An empty proxy keeps libcurl from reading variables for one: the browser does not either.
  void configure_proxy(Transfer& transfer) {
    transfer.set(CURLOPT_PROXY, proxy_for_curl(options_.proxy).c_str());
    transfer.set(CURLOPT_NOPROXY, "");
    if (!options_.page.proxy_credentials) return;
    transfer.set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    transfer.set(CURLOPT_PROXYUSERNAME, options_.page.proxy_credentials->user.c_str());
    transfer.set(CURLOPT_PROXYPASSWORD, options_.page.proxy_credentials->password.c_str());
  }

  void prepare(Transfer& transfer, const RedirectChain& chain, const std::vector<Header>& own) {
    const bool trusted = chain.is_at_first_origin();
    transfer.drop_headers();
    transfer.add_header(accepted);
    if (!options_.page.locale.empty())
      transfer.add_header("Accept-Language: " + options_.page.locale);
    for (const Header& header : merged(options_.page.headers, own)) {
      const bool is_secret = equal_ignoring_case(header.name, "Authorization") ||
                             equal_ignoring_case(header.name, "Cookie");
      // A header without a value is written with a semicolon; with a colon it would be left out.
      if (trusted || !is_secret)
        transfer.add_header(header.value.empty() ? header.name + ";"
                                                 : header.name + ": " + header.value);
    }
    const bool with_credentials = has_credentials_for(chain);
    const auto& credentials = options_.page.credentials;
    transfer.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    transfer.set(CURLOPT_USERNAME, with_credentials ? credentials->user.c_str() : nullptr);
    transfer.set(CURLOPT_PASSWORD, with_credentials ? credentials->password.c_str() : nullptr);
    transfer.begin(chain.url());
  }

  bool has_credentials_for(const RedirectChain& chain) const {
    if (!options_.page.credentials) return false;
    const std::string& origin = options_.page.credentials->origin;
    return origin.empty() ? chain.is_at_first_origin()
                          : origin_of(chain.url()) == origin_of(origin);
  }

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
    const auto over = [this, &transfer] { return transfer.is_done() || cancelled_; };
    co_await transfer.changed().until(over, deadline);
  }

  HttpAnswer read(Transfer& transfer, const RedirectChain& chain) const {
    HttpAnswer answer;
    Document& document = answer.document;
    document.url = transfer.text(CURLINFO_EFFECTIVE_URL);  // with the path that was left out
    if (document.url.empty()) document.url = chain.url();
    document.arrived_at = transfer.answered_at();
    const bool arrived = document.arrived_at != std::chrono::steady_clock::time_point{};
    if (arrived) {
      document.status = static_cast<int>(transfer.number(CURLINFO_RESPONSE_CODE));
      MediaType type = parse_media_type(transfer.text(CURLINFO_CONTENT_TYPE));
      document.content_type = std::move(type.essence);
      answer.server_charset = std::move(type.charset);
      document.retry_after = trimmed(transfer.retry_after());
    }
    answer.truncated = transfer.is_cut();
    answer.is_file = transfer.is_file();
    answer.body = transfer.take_body();
    if (document.content_type.empty() && arrived)
      document.content_type =
          transfer.is_file() ? "application/octet-stream" : sniff_media_type(answer.body);
    answer.fault = fault(transfer, chain, document.status, arrived);
    if (!answer.fault && transfer.is_file()) {
      answer.fault.emplace(errc::download, fmt::format("{}: a file of type {}, not a page",
                                                       document.url, document.content_type));
    }
    return answer;
  }

  std::optional<Error> fault(const Transfer& transfer, const RedirectChain& chain, int status,
                             bool arrived) const {
    if (cancelled_ && !transfer.is_done()) return Error(errc::cancelled, "the run was stopped");
    if (!transfer.is_done()) {
      return Error(arrived ? errc::page_timeout : errc::nav_timeout,
                   fmt::format("{}: waiting for {}", chain.url(),
                               arrived ? "the rest of the document" : "an answer"));
    }
    if (auto failed = transfer.fault(chain.url())) return failed;
    if (status == status_unauthorized && has_credentials_for(chain))
      return Error(errc::auth_required, "the server does not accept the credentials");
    if (status == status_proxy_authentication && !options_.proxy.empty())
      return Error(errc::auth_required, "the proxy wants other credentials, or any");
    return std::nullopt;
  }

  /// @return whether there is another URL to ask
  static bool follow(const Transfer& transfer, RedirectChain& chain, HttpAnswer& answer) {
    if (!is_redirect(answer.document.status)) return false;
    const std::string next = transfer.text(CURLINFO_REDIRECT_URL);
    if (next.empty()) return false;
    answer.fault = chain.follow(answer.document.status, next);
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
