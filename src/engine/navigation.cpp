#include "engine/navigation.hpp"

#include "base/ascii.hpp"
#include "engine/net_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace cdp {
namespace {

constexpr std::string_view aborted_error = "net::ERR_ABORTED";

/// So Chromium calls a file that comes with an error's status.
constexpr std::string_view refused_download = "ERR_INVALID_RESPONSE";
constexpr int first_error_status = 400;

bool has_no_content(int status) {
  return status == 204 || status == 205;
}

bool is_web(std::string_view url) {
  return url.starts_with("http:") || url.starts_with("https:");
}

bool is_refresh(std::string_view reason) {
  return reason == "metaTagRefresh" || reason == "httpHeaderRefresh";
}

/// `text/xml; charset=utf-8` → `text/xml`.
std::string media_type_in(std::string header) {
  header = lower(header.substr(0, header.find(';')));
  header.resize(header.find_last_not_of(" \t") + 1);
  return header;
}

std::string_view lifecycle_name(WaitUntil until) {
  return until == WaitUntil::domcontentloaded ? "DOMContentLoaded" : "load";
}

}  // namespace

bool is_document_request(const protocol::network::RequestWillBeSent& event,
                         const std::string& frame_id) {
  return event.type == "Document" && event.frame_id == frame_id &&
         event.request_id == event.loader_id;
}

void Navigation::begin() {
  abandoned_loader_ = newest_loader_;
  request_.reset();
  if (committed_) left_ = document_;
  document_ = {};
  stays_ = false;
  moved_ = false;
  loader_id_.clear();
  committed_ = false;
  documents_ = 0;
  superseded_.reset();
  unsent_.reset();
  requested_.reset();
  is_scheduling_ = false;
  refresh_.reset();
  stopped_ = false;
  not_followed_.clear();
  no_content_ = false;
  lifecycle_.clear();
  fault_.reset();
}

void Navigation::on(const protocol::page::Navigate::Result& reply) {
  if (reply.error_text) {
    const bool told_by_events =
        fault_ || no_content_ || request_ || reply.error_text == aborted_error;
    const std::string name(net_error_name(*reply.error_text));
    if (!told_by_events) fault_.emplace(classify_net_error(name), name, name);
  } else if (!reply.loader_id) {
    stays_ = true;
    if (moved_) stay_in_document();
  }
}

/// The document is the one from before, at its new URL.
void Navigation::stay_in_document() {
  document_ = left_;
  committed_ = true;
  lifecycle_ = {"DOMContentLoaded", "load"};
}

void Navigation::begin_empty() {
  begin();
  document_.url = "about:blank";
  document_.content_type = "text/html";
  committed_ = true;
  lifecycle_ = {"DOMContentLoaded", "load"};
}

void Navigation::on(const protocol::network::RequestWillBeSent& event) {
  if (!is_document_request(event, frame_id_)) return;
  if (event.loader_id == abandoned_loader_) return;
  if (request_ && request_->loader_id == event.loader_id) return follow_redirect(event);
  if (request_) superseded_ = std::exchange(request_, std::nullopt);
  if (superseded_ && committed_) stay_at(*superseded_);
  requested_.reset();
  note_begun(event.request.url);
  request_ = Request{};
  request_->loader_id = newest_loader_ = event.loader_id;
  request_->document.url = event.request.url;
  if (has_gone_on_too_often()) return;
  // A page that navigates again gets another chance, whatever became of the navigation before.
  fault_.reset();
  no_content_ = false;
  if (committed_ && documents_ > most_client_redirects) {
    fault_.emplace(errc::too_many_redirects,
                   fmt::format("{}: the page navigated to another one {} times", document_.url,
                               documents_ - 1));
  }
}

bool Navigation::has_gone_on_too_often() const {
  return fault_ && fault_->code() == errc::too_many_redirects && documents_ > most_client_redirects;
}

void Navigation::follow_redirect(const protocol::network::RequestWillBeSent& event) {
  Document& document = request_->document;
  if (event.redirect_response)
    document.redirects.push_back({document.url, event.redirect_response->status});
  document.url = event.request.url;
}

void Navigation::on(const protocol::network::ResponseReceived& event) {
  if (!request_ || request_->loader_id != event.request_id) return;
  request_->answered = true;
  request_->document.status = event.response.status;
  request_->document.content_type = event.response.mime_type;
  if (const auto& headers = event.response.headers) {
    request_->document.retry_after = headers->retry_after.value_or("");
    const std::string sent = media_type_in(headers->content_type.value_or(""));
    // Chromium shows feeds as text, and says that they were.
    if (event.response.mime_type == "text/plain" && sent.ends_with("xml"))
      request_->document.content_type = sent;
  }
}

void Navigation::on(const protocol::network::LoadingFailed& event) {
  if (event.request_id == loader_id_ && event.error_text != aborted_error) return break_off(event);
  if (!request_ || request_->loader_id != event.request_id) {
    if (event.type == "Document") unsent_ = Failure{event.request_id, event.error_text};
    return;
  }
  if (event.error_text != aborted_error) return fail_request(event.error_text);
  request_->aborted = true;
  // Unanswered, the first one may have been superseded: the request that did so, or the frame's
  // stop, will tell. A page that has its document keeps it.
  if (request_->answered || committed_) settle_aborted_request();
}

void Navigation::fail_request(std::string_view error_text) {
  const std::string name(net_error_name(error_text));
  if (name == refused_download && request_->document.status >= first_error_status) {
    if (committed_) return stay_at(*std::exchange(request_, std::nullopt));
    return settle_without_document();
  }
  fail(classify_net_error(name), fmt::format("{}: {}", request_->document.url, name), name);
}

/// The connection was lost in the middle of the document: it has been committed, and will never be
/// loaded.
void Navigation::break_off(const protocol::network::LoadingFailed& event) {
  const std::string name(net_error_name(event.error_text));
  fault_.emplace(classify_net_error(name),
                 fmt::format("{}: {} in the middle of the document", document_.url, name), name);
}

void Navigation::on(const protocol::page::FrameStoppedLoading& event) {
  if (event.frame_id != frame_id_) return;
  if (committed_) stopped_ = true;
  if (request_ && request_->aborted) settle_aborted_request();
}

void Navigation::settle_aborted_request() {
  if (committed_) {
    stay_at(*std::exchange(request_, std::nullopt));
    return;
  }
  const Document document = request_->document;
  if (has_no_content(document.status)) {
    settle_without_document();
  } else if (request_->answered) {
    fail(errc::download,
         fmt::format("{}: a file of type {}, not a page", document.url, document.content_type),
         "ERR_ABORTED");
  } else if (!is_web(document.url)) {
    fail(errc::blocked_scheme,
         fmt::format("{}: a URL for another program, not for browsers", document.url),
         "ERR_ABORTED");
  } else {
    fail(errc::connect_error, fmt::format("{}: the navigation was aborted", document.url),
         "ERR_ABORTED");
  }
}

/// The page has its document, and keeps it.
void Navigation::stay_at(const Request& request) {
  NotFollowed attempt;
  attempt.url = request.document.url;
  attempt.status = request.document.status;
  attempt.content_type = request.document.content_type;
  if (has_no_content(attempt.status)) {
    attempt.why = "no_content";
  } else if (request.answered) {
    attempt.why = "download";
  } else if (!is_web(attempt.url)) {
    attempt.why = "external";
  } else if (request.given_up) {
    attempt.why = "unanswered";
  } else {
    attempt.why = requested_ || !request.aborted ? "superseded" : "aborted";
  }
  note(std::move(attempt));
}

void Navigation::note(NotFollowed attempt) {
  const auto is_same = [&](const NotFollowed& noted) {
    return noted.url == attempt.url && noted.why == attempt.why;
  };
  if (not_followed_.size() >= most_noted) return;
  if (std::any_of(not_followed_.begin(), not_followed_.end(), is_same)) return;
  not_followed_.push_back(std::move(attempt));
}

/// It has begun after all: the end of its scheduling was told first.
void Navigation::note_begun(const std::string& url) {
  std::erase_if(not_followed_, [&](const NotFollowed& noted) {
    return noted.why == "not_begun" && noted.url == url;
  });
}

void Navigation::give_up_next() {
  if (request_) request_->given_up = true;
}

/// What the navigations led to: the documents on the way are its redirects.
Document Navigation::after_document(Document next) const {
  if (!committed_) return next;
  std::vector<Redirect> before = document_.redirects;
  before.push_back({document_.url, document_.status});
  next.redirects.insert(next.redirects.begin(), before.begin(), before.end());
  return next;
}

/// The status is all there is.
void Navigation::settle_without_document() {
  document_ = request_->document;
  no_content_ = true;
  request_.reset();
}

void Navigation::fail(errc code, const std::string& detail, const std::string& net_error) {
  document_ = after_document(std::move(request_->document));
  fault_.emplace(code, detail, net_error);
  request_.reset();
  requested_.reset();
}

void Navigation::on(const protocol::page::FrameNavigated& event) {
  const protocol::page::Frame& frame = event.frame;
  if (frame.id != frame_id_ || frame.loader_id == abandoned_loader_) return;
  if (frame.unreachable_url) return take_error_page(frame);
  commit(frame);
  note_begun(frame.url);
  document_.url = frame.url;
  if (document_.content_type.empty()) document_.content_type = frame.mime_type;
  loader_id_ = frame.loader_id;
  requested_.reset();
  is_scheduling_ = false;
  refresh_.reset();
  stopped_ = false;
  lifecycle_.clear();
  if (++documents_ > most_client_redirects + 1) {
    fault_.emplace(errc::too_many_redirects,
                   fmt::format("{}: the page navigated to another one {} times", document_.url,
                               documents_ - 1));
  }
}

/// An error page of Chromium's is not a document of the page's, whatever is told of its cause.
void Navigation::take_error_page(const protocol::page::Frame& frame) {
  if (fault_) return;
  const bool is_requested = request_ && request_->loader_id == frame.loader_id;
  if (!is_requested) {
    request_ = Request{};
    request_->document.url = frame.unreachable_url->empty() ? frame.url : *frame.unreachable_url;
  }
  if (request_->answered) {  // an error answer without a body: all there is of it is its status
    document_ = after_document(std::move(request_->document));
    no_content_ = true;
    request_.reset();
    return;
  }
  const bool is_told = unsent_ && unsent_->request_id == frame.loader_id;
  fail_request(is_told ? unsent_->error_text : "ERR_FAILED");
}

/// Takes the document of the request that led here, and what came before it as redirects.
void Navigation::commit(const protocol::page::Frame& frame) {
  Document next;
  for (std::optional<Request>* request : {&request_, &superseded_}) {
    if (!*request || (*request)->loader_id != frame.loader_id) continue;
    next = std::move((*request)->document);
    request->reset();
  }
  document_ = after_document(std::move(next));
  committed_ = true;
}

void Navigation::on(const protocol::page::FrameRequestedNavigation& event) {
  if (event.frame_id != frame_id_ || event.disposition != "currentTab") return;
  if (is_refresh(event.reason)) refresh_.reset();
  requested_ = event.url;
}

void Navigation::on(const protocol::page::FrameScheduledNavigation& event) {
  if (event.frame_id != frame_id_) return;
  if (!is_refresh(event.reason)) {
    is_scheduling_ = true;
    requested_ = event.url;
  } else if (event.delay <= longest_refresh_delay) {
    refresh_ = event.url;
  }
}

/// Ends what was scheduled last: a script's or form's navigation at once, a refresh when it is due
/// or taken back.
void Navigation::on(const protocol::page::FrameClearedScheduledNavigation& event) {
  if (event.frame_id != frame_id_) return;
  const bool ends_refresh = !std::exchange(is_scheduling_, false) && !requested_;
  const auto announced = std::exchange(ends_refresh ? refresh_ : requested_, std::nullopt);
  // What a `javascript:` URL stands for has been done.
  if (announced && committed_ && !announced->starts_with("javascript:"))
    note({*announced, "not_begun", 0, {}});
}

/// Of a link or script as well as of a navigation, which has been noted before.
void Navigation::on(const protocol::page::DownloadWillBegin& event) {
  if (committed_ && !fault_) note({event.url, "download", 0, {}});
}

void Navigation::on(const protocol::page::NavigatedWithinDocument& event) {
  if (event.frame_id != frame_id_) return;
  requested_.reset();
  if (refresh_ == event.url) refresh_.reset();
  if (committed_) {
    document_.url = event.url;
    return;
  }
  left_.url = event.url;
  moved_ = true;
  if (stays_) stay_in_document();
}

void Navigation::on(const protocol::page::LifecycleEvent& event) {
  if (event.frame_id != frame_id_ || event.loader_id != loader_id_) return;
  lifecycle_.insert(event.name);
}

bool Navigation::is_over(WaitUntil until) const {
  if (fault_ || no_content_) return true;
  return committed_ && !request_ &&
         (stopped_ || lifecycle_.contains(std::string(lifecycle_name(until))));
}

bool Navigation::is_stopped_before(WaitUntil until) const {
  return committed_ && stopped_ && !lifecycle_.contains(std::string(lifecycle_name(until)));
}

std::string Navigation::describe() const {
  if (request_)
    return fmt::format("waiting for {} of {}", request_->answered ? "the document" : "an answer",
                       request_->document.url);
  if (committed_)
    return fmt::format("the document arrived, seen so far: {}", fmt::join(lifecycle_, ", "));
  return "no request was seen";
}

}  // namespace cdp
