#include "engine/navigation.hpp"

#include "engine/net_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace cdp {
namespace {

constexpr std::string_view aborted_error = "net::ERR_ABORTED";

/// So Chromium calls a file that comes with an error's status.
constexpr std::string_view refused_download = "ERR_INVALID_RESPONSE";
constexpr int first_error_status = 400;

bool is_for_browsers(std::string_view url) {
  return url.starts_with("http:") || url.starts_with("https:");
}

bool has_no_content(int status) {
  return status == 204 || status == 205;
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
  requested_ = false;
  scheduled_ = false;
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
  // A page that navigates again gets another chance, whatever became of the navigation before.
  fault_.reset();
  no_content_ = false;
  requested_ = false;
  request_ = Request{};
  request_->loader_id = newest_loader_ = event.loader_id;
  request_->document.url = event.request.url;
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
  }
}

void Navigation::on(const protocol::network::LoadingFailed& event) {
  if (event.request_id == loader_id_ && event.error_text != aborted_error) return break_off(event);
  if (!request_ || request_->loader_id != event.request_id) return;
  if (event.error_text != aborted_error) {
    const std::string name(net_error_name(event.error_text));
    if (name == refused_download && request_->document.status >= first_error_status)
      return settle_without_document();
    return fail(classify_net_error(name), fmt::format("{}: {}", request_->document.url, name),
                name);
  }
  request_->aborted = true;
  // Unanswered, it may have been superseded: the request that did so, or the frame's stop, will
  // tell.
  if (request_->answered) settle_aborted_request();
}

/// The connection was lost in the middle of the document: it has been committed, and will never be
/// loaded.
void Navigation::break_off(const protocol::network::LoadingFailed& event) {
  const std::string name(net_error_name(event.error_text));
  fault_.emplace(classify_net_error(name),
                 fmt::format("{}: {} in the middle of the document", document_.url, name), name);
}

void Navigation::on(const protocol::page::FrameStoppedLoading& event) {
  if (event.frame_id == frame_id_ && request_ && request_->aborted) settle_aborted_request();
}

void Navigation::settle_aborted_request() {
  const Document document = request_->document;
  if (has_no_content(document.status)) {
    settle_without_document();
  } else if (!request_->answered && !is_for_browsers(document.url)) {
    fail(errc::blocked_scheme, fmt::format("redirected to {}", document.url), "ERR_ABORTED");
  } else if (request_->answered) {
    fail(errc::download,
         fmt::format("{}: a file of type {}, not a page", document.url, document.content_type),
         "ERR_ABORTED");
  } else {
    fail(errc::connect_error, fmt::format("{}: the navigation was aborted", document.url),
         "ERR_ABORTED");
  }
}

/// The status is all there is.
void Navigation::settle_without_document() {
  document_ = request_->document;
  no_content_ = true;
  request_.reset();
}

void Navigation::fail(errc code, const std::string& detail, const std::string& net_error) {
  document_ = request_->document;
  fault_.emplace(code, detail, net_error);
  request_.reset();
  requested_ = false;
}

void Navigation::on(const protocol::page::FrameNavigated& event) {
  const protocol::page::Frame& frame = event.frame;
  if (frame.id != frame_id_ || frame.loader_id == abandoned_loader_) return;
  if (frame.unreachable_url && fault_) return;  // the error page of the fault we know
  commit(frame);
  document_.url = frame.url;
  if (document_.content_type.empty()) document_.content_type = frame.mime_type;
  loader_id_ = frame.loader_id;
  requested_ = false;
  scheduled_ = false;
  lifecycle_.clear();
  if (++documents_ > most_client_redirects + 1) {
    fault_.emplace(
        errc::too_many_redirects,
        fmt::format("{}: the page went on to another one {} times", document_.url, documents_ - 1));
  }
}

/// Takes the document of the request that led here, and what came before it as redirects.
void Navigation::commit(const protocol::page::Frame& frame) {
  std::vector<Redirect> before;
  if (committed_) {
    before = std::move(document_.redirects);
    before.push_back({document_.url, document_.status});
  }
  const bool requested = request_ && request_->loader_id == frame.loader_id;
  document_ = requested ? std::move(request_->document) : Document{};
  if (requested) request_.reset();
  document_.redirects.insert(document_.redirects.begin(), before.begin(), before.end());
  committed_ = true;
}

void Navigation::on(const protocol::page::FrameRequestedNavigation& event) {
  if (event.frame_id == frame_id_ && event.disposition == "currentTab") requested_ = true;
}

void Navigation::on(const protocol::page::FrameScheduledNavigation& event) {
  if (event.frame_id == frame_id_ && event.delay <= longest_refresh_delay) scheduled_ = true;
}

void Navigation::on(const protocol::page::FrameClearedScheduledNavigation& event) {
  if (event.frame_id == frame_id_) scheduled_ = false;
}

void Navigation::on(const protocol::page::NavigatedWithinDocument& event) {
  if (event.frame_id != frame_id_) return;
  requested_ = false;
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
  return committed_ && !request_ && lifecycle_.contains(std::string(lifecycle_name(until)));
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
