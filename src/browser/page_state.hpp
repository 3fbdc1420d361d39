// What the handle of one page points to.
#pragma once

#include "browser/browser_state.hpp"
#include "browser/target/dialogs.hpp"
#include "browser/target/frame_targets.hpp"
#include "browser/target/heartbeat.hpp"
#include "browser/target/request_policy.hpp"
#include "browser/target/traces.hpp"
#include "browser/target/worker_watch.hpp"
#include "browser/target/world.hpp"
#include "engine/frame_nesting.hpp"
#include "engine/navigation.hpp"
#include "engine/network_tracker.hpp"
#include "engine/page_rest.hpp"
#include <cdp/page.hpp>

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cdp {

/// What is known of the page before in a target.
struct FormerPage {
  std::optional<std::string> loader;  ///< of the navigation that we asked for, once known
  std::string first_loader;           ///< of the first one that there was
  bool interfered = false;            ///< it stored something when it should have been gone
};

/// The isolated world of the document with that number.
struct DocumentWorld {
  int documents = 0;
  World world;
};

/// One page target from the moment it is ours: feeds its events to the page model and answers for
/// what it must not be left alone with (dialogs). Ends with its session; then every wait ends with
/// the cause.
class PageState : public std::enable_shared_from_this<PageState> {
 public:
  /// Sets the paused page up and lets it run. Everything is sent at once and nothing awaited: a
  /// paused page answers only after it has been told to run.
  /// @param made_with the URL of the target's first document; after about:blank there will be none
  /// @param url what the page is for
  static std::shared_ptr<PageState> start(std::shared_ptr<BrowserState> browser,
                                          ClaimedTarget target, PageOptions options,
                                          const std::string& made_with, const std::string& url);

  /// Goes to another URL in the target of a page that has made way for it. What the target was set
  /// up with stays. The former page's state ends here.
  static std::shared_ptr<PageState> start_again(const std::shared_ptr<PageState>& former,
                                                PageOptions options, const std::string& url);

  ~PageState();

  /// Makes the page's target ready for another URL: the page takes that URL as its own, so that its
  /// place in the history becomes the next page's, and the entries before it are forgotten.
  /// @return whether the next page will not find anything of this one; false: this is not for it
  Task<bool> make_way(std::string url, Deadline deadline);

  /// Whether nothing of a former page has come into this one, as far as can be seen from outside.
  bool is_untouched() const;

  /// Returns when the page can be told to navigate: when it has answered its set-up, for its new
  /// document could be committed before its domains are enabled, and never be reported. What is on
  /// its way until then is stopped: a page between two documents answers nothing.
  Task<void> ready(Deadline deadline);

  /// Goes to a URL; `wait_for_document` tells what became of it.
  void begin_navigation(const std::string& url);

  /// Waits for the document's event. @param limit what the deadline was made of, for the error's
  /// text
  Task<void> wait_for_document(WaitUntil until, Deadline deadline, std::chrono::milliseconds limit);

  /// Waits until anything has changed; the deadline's passing is not an error. @throws Error when
  /// the page is gone
  Task<void> wait_for_change(Deadline deadline);

  /// What is known of the navigation's document.
  Document document() const;

  const NetworkTracker& network() const { return network_; }

  /// What the newest look at the page has shown, for `Document::pending`.
  void note_rest(PageRest rest) { rest_ = std::move(rest); }

  /// Asks the page's workers whether they are at work. @return whether none was when asked before
  bool workers_rest();

  /// From here on, repeated requests are not waited for.
  void network_mark_loaded() { network_.mark_loaded(); }

  /// Called when somebody waits for something that comes with frames.
  void hurry_frames() {
    if (clock_place_) browser_->frame_clock()->hurry(*clock_place_);
  }

  /// Ends the script that runs now.
  void terminate_script();

  /// From here on until `begin_navigation` the page keeps its document, to be read: a navigation to
  /// another one is stopped, whether it is in progress or begins later. Between two documents a
  /// page answers nothing.
  void stop_loading();

  /// The file that the navigation has turned out to be.
  Task<Download> download(std::size_t most_bytes, Deadline deadline);

  /// The world of the page's own scripts.
  World own_world() const { return World(connection(), session_, std::nullopt); }

  /// The main frame's isolated world, where the page's scripts have no say. It ends with its
  /// document.
  Task<World> isolated_world(Deadline deadline);

  /// That world has gone, though no other document is known of.
  void forget_isolated_world() { isolated_world_.reset(); }

  /// Whether each document has something that reads it faster than an isolated world does
  /// (`reader_script`).
  bool has_reader() const { return !options_.watches_timers; }

  /// The frames of other processes, once they have been attached to.
  Task<std::shared_ptr<FrameTargets>> frames(Deadline deadline);

  /// Tells the browser to close the page, without waiting.
  void close_soon();

  /// Closes the page. @return whether it has gone before the deadline
  Task<bool> close(Deadline deadline);

  /// Ends the page's side here, as when its session had ended: waits in progress fail with the
  /// cause.
  void fail(const Error& cause);

  /// Whether the script that keeps this page from answering may be another page's.
  bool is_in_company() const { return heartbeat_ && !heartbeat_->is_alone(); }

  int dialogs() const { return dialogs_.count(); }
  const std::vector<std::string>& popups() const { return popups_; }
  const std::string& login_fault() const { return policy_.login_fault(); }

  /// dialog_loop, when the page has opened too many.
  const std::optional<Error>& excess() const { return dialogs_.excess(); }

  /// Changes of the URL within documents, in a target's life, after which no further page gets that
  /// target: Chromium ignores those beyond 200 in ten seconds, whichever page they are of.
  static constexpr int most_url_changes = 100;

  /// How many windows opened by a page are listed; the rest are closed too.
  static constexpr std::size_t most_popups = 100;

  const Navigation& navigation() const { return navigation_; }
  const std::string& target_id() const { return target_id_; }
  const std::shared_ptr<SessionState>& session() const { return session_; }
  const std::shared_ptr<Connection>& connection() const { return browser_->connection(); }
  const std::shared_ptr<BrowserState>& browser() const { return browser_; }

 private:
  PageState(std::shared_ptr<BrowserState> browser, ClaimedTarget target, PageOptions options,
            const std::string& url);

  bool may_make_way(const std::string& url) const;
  void bound_redirects();
  void bound_frames(const protocol::network::RequestWillBeSent& event);
  void keep_document();
  Task<void> let_script_end(Deadline deadline);
  void begin();
  void listen();
  void set_up();
  void add_document_script();
  template <protocol::Command C>
  void require(C command);
  template <protocol::Event E>
  void feed();
  void track_frame(const std::shared_ptr<SessionState>& session);
  template <class Event>
  void track(const Event& event);
  void watch(const protocol::network::RequestWillBeSent& event);
  void watch(const protocol::network::ResponseReceived& event);
  void watch(const protocol::page::NavigatedWithinDocument& event);
  void watch(const protocol::page::FrameStoppedLoading& event);
  void note_arrival();
  void changed();
  void take_navigate_reply(const Answer& answer);

  std::shared_ptr<BrowserState> browser_;
  std::string target_id_;  ///< also the id of the main frame, for the whole life of the target
  std::shared_ptr<SessionState> session_;
  PageOptions options_;
  RequestPolicy policy_;
  Dialogs dialogs_;
  Navigation navigation_;
  NetworkTracker network_;
  PageRest rest_;
  std::shared_ptr<FrameTargets> frames_;
  std::optional<DocumentWorld> isolated_world_;
  std::shared_ptr<WorkerWatch> workers_;  ///< null: the page has started none
  std::shared_ptr<Heartbeat> heartbeat_;  ///< null where the page has its process for itself
  std::shared_ptr<FrameClock::Place> clock_place_;  ///< null where Chromium draws by itself
  std::string document_request_;                    ///< the newest one for the page's own document
  std::chrono::steady_clock::time_point arrived_at_;  ///< of the navigation's first document
  std::vector<SentCall> set_up_;                      ///< what every document depends on
  std::shared_ptr<Answer> navigate_answer_;           ///< of the newest Page.navigate
  bool stays_ = false;                                ///< it may not go on to another document
  bool is_empty_ = false;                             ///< it was made for about:blank
  FrameNesting nesting_;
  int url_changes_ = 0;  ///< of this target
  std::vector<std::string> popups_;
  unsigned changes_ = 0;  ///< counts what `wait_for_change` waits for
  bool close_sent_ = false;
  Traces traces_;
  std::optional<FormerPage> former_;  ///< nothing: the page is its target's first
  Notifier changed_;
  std::vector<Subscription> subscriptions_;  ///< last, so that no event meets a half-destroyed page
};

}  // namespace cdp
