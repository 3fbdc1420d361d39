// What became of a navigation, told from the events of its page.
#pragma once

#include "protocol/network.hpp"
#include "protocol/page.hpp"
#include <cdp/document.hpp>
#include <cdp/error.hpp>
#include <cdp/options.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// Whether a request, or one of its redirects, is for the document of a frame.
bool is_document_request(const protocol::network::RequestWillBeSent& event,
                         const std::string& frame_id);

/// Follows the main frame of one page from the request for a document to its load event. No I/O.
///
/// A navigation needs no reply of Page.navigate to be judged, so it does not matter who started it:
/// we, by Target.createTarget or Page.navigate, or the page. Chromium reports it in one of these
/// orders (loader L is new; R is its request, whose id equals L):
///
///   document      R sent, R response, frame navigated to L, L: init … DOMContentLoaded, load
///   redirect      R sent, R sent again with the redirect's response, then as a document
///   net error     R sent, R failed ERR_…, then an error page commits as L
///   broken off    R sent, R response, frame navigated to L, R failed ERR_…; load never comes
///   no content    R sent, R response 204 or 205, R failed ERR_ABORTED, frame stopped loading
///   download      R sent, R response, R failed ERR_ABORTED, frame stopped loading
///   superseded    R sent, R' sent (another loader), R failed ERR_ABORTED; or R failed, then R'
///   sent no request    frame navigated to L, L: init … (about:blank, srcdoc) refused       R
///   failed (never sent), then an error page commits as L (about:srcdoc) stopped       frame
///   navigated to L, frame stopped loading; DOMContentLoaded and load come
///                 after it, or never
///   fragment      Page.navigate answered without a loader, navigated within the document; or the
///                 other way round
///
/// A page that navigates by itself (location, a form, a refresh) announces it first:
///
///   script        scheduled, requested (either first), R sent, cleared
///   form          requested, scheduled (a turn of its loop later), R sent, cleared
///   refresh       scheduled with its delay; when that is over: requested, R sent, cleared
///   within        scheduled, navigated within the document, cleared
///   not begun     scheduled, perhaps requested, perhaps R failed (never sent), cleared: a policy
///                 forbids it; or a refresh: scheduled, cleared: the page took it back
///
/// It is followed, up to `most_client_redirects` documents; the next request is a fault, and the
/// document stays until that request is let through. Where a page has its document, only another
/// document or an error page takes its place: a navigation that comes to nothing (no content, a
/// download, an external scheme, aborted, not begun) is noted in `not_followed`, and what the
/// document is waited for is its own.
///
/// Lifecycle events count only for the loader of the committed document: a page reports those of
/// its initial empty document too, and those of the previous one late. So may come the commit of a
/// document that was still on its way at `begin`, or of its error page: it belongs to the past.
class Navigation {
 public:
  /// @param frame_id the main frame's; for a page target that is its target id
  explicit Navigation(std::string frame_id) : frame_id_(std::move(frame_id)) {}

  /// A navigation is about to be asked for: what was seen so far belongs to the past.
  void begin();

  /// The page shows the empty document that every page begins with, and nothing is on its way:
  /// Chromium tells no commit of it.
  void begin_empty();

  /// What Page.navigate answered: it tells of navigations that stay in the document (a fragment),
  /// and of those refused before any request. Of all others the events tell.
  void on(const protocol::page::Navigate::Result& reply);

  /// Page.navigate was refused.
  void refuse(const Error& refusal) { fault_ = refusal; }

  void on(const protocol::network::RequestWillBeSent& event);
  void on(const protocol::network::ResponseReceived& event);
  void on(const protocol::network::LoadingFailed& event);
  void on(const protocol::page::FrameNavigated& event);
  void on(const protocol::page::NavigatedWithinDocument& event);
  void on(const protocol::page::LifecycleEvent& event);
  void on(const protocol::page::FrameStoppedLoading& event);
  void on(const protocol::page::FrameRequestedNavigation& event);
  void on(const protocol::page::FrameScheduledNavigation& event);
  void on(const protocol::page::FrameClearedScheduledNavigation& event);
  void on(const protocol::page::DownloadWillBegin& event);

  /// The request on its way, if there is one besides the document, is about to be stopped.
  void give_up_next();

  /// Whether the wait for `until` is over: the document has got there and no other is on its way,
  /// or there will be none.
  bool is_over(WaitUntil until) const;

  /// Whether the page has announced another navigation of which nothing was seen yet. It may never
  /// come: wait for it with a bound.
  bool expects_another() const { return requested_ || refresh_; }

  /// Whether the page has its document and another one is on its way. Until that has come, or has
  /// been stopped, the page answers nothing.
  bool is_leaving() const { return committed_ && request_ && !request_->aborted; }

  /// Whether the loading of the document was stopped, by the page (`window.stop()`) or from
  /// outside, before its event: that may never come. The script that stopped it may still run.
  bool is_stopped_before(WaitUntil until) const;

  /// How many documents have been committed since `begin`: a new number means another document.
  int documents() const { return documents_; }

  static constexpr int most_client_redirects = 10;
  static constexpr std::size_t most_noted = 20;
  static constexpr double longest_refresh_delay =
      3;  ///< seconds; a page that refreshes later is done before

  /// Why there will be no document; nothing while there may be or is one.
  const std::optional<Error>& fault() const { return fault_; }

  /// Whether a document has arrived since `begin`.
  bool has_document() const { return committed_; }

  /// The loader of the committed document, which is also the id of its request.
  const std::string& loader_id() const { return loader_id_; }

  /// The committed document, or an empty one with the status alone when the server sent no content.
  const Document& document() const { return document_; }

  /// Where the page wanted to go since `begin`, and stayed; the first `most_noted` of it.
  const std::vector<NotFollowed>& not_followed() const { return not_followed_; }

  /// What is known, for the text of a timeout.
  std::string describe() const;

 private:
  struct Request {
    std::string loader_id;
    Document document;
    bool answered = false;
    bool aborted = false;
    bool given_up = false;
  };

  /// What became of a request that was never announced to be sent.
  struct Failure {
    std::string request_id;
    std::string error_text;
  };

  bool is_main(const std::optional<std::string>& frame_id) const { return frame_id == frame_id_; }
  void follow_redirect(const protocol::network::RequestWillBeSent& event);
  void commit(const protocol::page::Frame& frame);
  void break_off(const protocol::network::LoadingFailed& event);
  void settle_aborted_request();
  void settle_without_document();
  void stay_in_document();
  void stay_at(const Request& request);
  void note(NotFollowed attempt);
  void note_begun(const std::string& url);
  void take_error_page(const protocol::page::Frame& frame);
  Document after_document(Document next) const;
  void fail(errc code, const std::string& detail, const std::string& net_error);
  void fail_request(std::string_view error_text);
  bool has_gone_on_too_often() const;

  std::string frame_id_;
  std::optional<Request>
      request_;  ///< the document on its way, from its request to commit or failure
  Document document_;
  std::string newest_loader_;     ///< of the newest request for a document
  std::string abandoned_loader_;  ///< what that was at `begin`
  std::string loader_id_;         ///< of the committed document
  bool committed_ = false;
  Document left_;       ///< the document that was there before `begin`
  bool stays_ = false;  ///< Page.navigate has answered that the page keeps it
  bool moved_ = false;  ///< and its URL has changed
  int documents_ = 0;
  std::optional<Request>
      superseded_;                 ///< the request before that one, which may commit all the same
  std::optional<Failure> unsent_;  ///< the newest failure of a document's request never seen
  /// URL that the page has asked for, until the request for it is seen
  std::optional<std::string> requested_;
  bool is_scheduling_ = false;  ///< between a script's or form's scheduling and its clearing
  /// URL of a refresh that is due soon, until it is requested or taken back
  std::optional<std::string> refresh_;
  bool stopped_ = false;  ///< the committed document loads nothing any more
  std::vector<NotFollowed> not_followed_;
  bool no_content_ = false;  ///< the server answered that there is no document (204, 205)
  std::set<std::string>
      lifecycle_;  ///< events of the committed document, cleared when another commits
  std::optional<Error> fault_;
};

}  // namespace cdp
