// What the handle of one page points to.
#pragma once

#include "browser/browser_state.hpp"
#include "engine/navigation.hpp"
#include <cdp/page.hpp>

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cdp {

/// One page target from the moment it is ours: feeds its events to the page model and answers for
/// what it must not be left alone with (dialogs). Ends with its session; then every wait ends with
/// the cause.
class PageState : public std::enable_shared_from_this<PageState> {
 public:
  /// Sets the paused page up and lets it run. Everything is sent at once and nothing awaited: a
  /// paused page answers only after it has been told to run.
  /// @param is_empty it was made for about:blank, so there will be no other document
  static std::shared_ptr<PageState> start(std::shared_ptr<BrowserState> browser,
                                          ClaimedTarget target, bool is_empty);

  ~PageState();

  /// Returns when the page can be told to navigate. An empty page must have answered its set-up:
  /// its new document would be committed before its domains are enabled, and never reported. One
  /// that is on its way to a document answers only when that has arrived.
  Task<void> ready(Deadline deadline);

  /// Goes to a URL; `wait_for_document` tells what became of it.
  void begin_navigation(const std::string& url);

  /// @param limit what the deadline was made of, for the error's text
  Task<Document> wait_for_document(WaitUntil until, Deadline deadline,
                                   std::chrono::milliseconds limit);

  Task<nlohmann::json> evaluate(std::string expression, std::optional<int> world,
                                Deadline deadline);

  /// The id of the main frame's isolated world, where the page's scripts have no say.
  Task<int> isolated_world(Deadline deadline);

  /// Tells the browser to close the page, without waiting.
  void close_soon();

  /// Closes the page and returns when it has gone, or the deadline has passed.
  Task<void> close(Deadline deadline);

  /// Ends the page's side here, as when its session had ended: waits under way fail with the cause.
  void fail(const Error& cause);

  int dialogs() const { return dialogs_; }
  const Navigation& navigation() const { return navigation_; }
  const std::shared_ptr<SessionState>& session() const { return session_; }
  const std::shared_ptr<Connection>& connection() const { return browser_->connection(); }
  const std::shared_ptr<BrowserState>& browser() const { return browser_; }

 private:
  PageState(std::shared_ptr<BrowserState> browser, ClaimedTarget target);

  void listen();
  void set_up();
  template <protocol::Event E>
  void feed_navigation();
  void answer_dialog(const std::string& type);
  void take_navigate_reply(const Answer& answer);

  std::shared_ptr<BrowserState> browser_;
  std::string target_id_;  ///< also the id of the main frame, for the whole life of the target
  std::shared_ptr<SessionState> session_;
  Navigation navigation_;
  std::chrono::steady_clock::time_point arrived_at_;  ///< of the navigation's first document
  SentCall set_up_;                                   ///< the last command of the set-up
  std::shared_ptr<Answer> navigate_answer_;           ///< of the newest Page.navigate
  bool is_empty_ = false;                             ///< it was made for about:blank
  int dialogs_ = 0;
  bool close_sent_ = false;
  Notifier changed_;
  std::vector<Subscription> subscriptions_;  ///< last, so that no event meets a half-destroyed page
};

}  // namespace cdp
