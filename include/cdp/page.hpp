// One tab of a browser.
#pragma once

#include <cdp/document.hpp>
#include <cdp/options.hpp>
#include <cdp/session.hpp>
#include <cdp/task.hpp>

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cdp {

class Page;
class PageState;
struct DocumentText;

/// What a page holds.
struct Content {
  bool truncated = false;  ///< `html` was cut at `ContentOptions::max_bytes`
  std::string
      html;  ///< the serialised DOM with its doctype, UTF-8; lone surrogates have become U+FFFD
  std::string url;
  std::string title;
  std::string
      charset;  ///< the encoding the document arrived in, by its name in the Encoding Standard
  std::string content_type;  ///< its media type
};

/// A file that a page turned out to be.
struct Download {
  std::string path;            ///< in the browser's own directory; goes with its page
  std::string suggested_name;  ///< what the server or its URL calls it: untrusted text
  std::size_t bytes = 0;
};

/// A page target. A handle that moves; the page is closed when its handle goes away. Used on the
/// event loop that its browser was launched on, by one coroutine at a time.
///
/// Every wait has a deadline, and ends at once with the cause when the page, the browser or the
/// connection goes: page_crashed, browser_crashed.
class Page {
 public:
  explicit Page(std::shared_ptr<PageState> state);
  Page(Page&&) noexcept = default;
  Page& operator=(Page&&) noexcept;
  ~Page();

  /// Goes to a URL and waits until its document has been loaded, for 30 s at most. HTTP status
  /// codes of 400 and above are results, not errors. Redirects, and navigations that the page
  /// itself starts meanwhile, are followed.
  /// @throws Error dns_error, connect_error, tls_error, too_many_redirects, invalid_url, download,
  ///         nav_timeout when no document has arrived in time, page_timeout when it was not done in
  ///         time
  Task<Document> navigate(std::string url);
  Task<Document> navigate(std::string url, NavigateOptions options);

  /// Waits for the navigation that `Browser::open` has started. @throws Error as `navigate` does
  Task<Document> loaded();
  Task<Document> loaded(NavigateOptions options);

  /// Opens another URL of the same origin in the target of this page, which is done with: the
  /// handle is empty after it. A target that is used again saves the browser a seventh of its work
  /// on a short page.
  ///
  /// The new page finds there what it would find in a target of its own: it takes the old one's
  /// place in the history (history.replaceState, Page.resetNavigationHistory), and a page that has
  /// used its session storage, named its window, has frames of other sites, opened windows or
  /// dialogs, or listens for its own end, is closed instead. See `is_untouched` for what may slip
  /// through.
  /// @param options `recyclable` must have been set for this page, too. Headers, identity,
  ///        credentials and what is blocked stay as they were
  /// @param timeout for making room
  /// @return the page, on its way to the URL as after `Browser::open`; nothing when it needs a
  ///         target of its own
  Task<std::optional<Page>> recycle(std::string url, PageOptions options,
                                    std::chrono::milliseconds timeout);

  /// Whether, as far as can be seen, the page before in this target has had no say in this one: did
  /// not navigate, or store anything, while it was being left. True for every target's first page.
  bool is_untouched() const;

  /// The rendered HTML. Read where scripts of the page cannot bend it (by a function older than
  /// they are, or in an isolated world with a global object of its own), and in slices, so no page
  /// is too large for the protocol. Limit: 30 s.
  Task<std::string> content();

  /// The rendered HTML and what the document says of itself. @param timeout for all of it
  Task<Content> capture(std::chrono::milliseconds timeout);
  /// @param options what goes into the HTML
  Task<Content> capture(std::chrono::milliseconds timeout, ContentOptions options);

  /// After `navigate` or `loaded` has thrown `download`: waits until the browser has saved the
  /// file. Move or copy it from its path; what is still there goes with the page. Needs
  /// `LaunchOptions::accept_downloads`. (Browser.setDownloadBehavior, allowAndName)
  /// @param most_bytes above which the file is given up @param timeout for the rest of it
  /// @throws Error too_large; connect_error when it broke off; page_timeout; invalid_argument when
  ///         the browser refuses files
  Task<Download> download(std::size_t most_bytes, std::chrono::milliseconds timeout);

  /// A picture of the page, as PNG. Limit: 30 s.
  Task<std::string> screenshot();
  /// @param options of what, and how long it may take. A page longer or wider than 16384 CSS pixels
  /// is cut
  Task<std::string> screenshot(ScreenshotOptions options);

  /// The page as it is printed, as PDF. Limit: 30 s.
  Task<std::string> pdf();
  /// @param options the paper, and how long it may take
  Task<std::string> pdf(PdfOptions options);

  /// Ends the script that runs now, if one does: a page in an endless loop answers again.
  /// (Runtime.terminateExecution)
  void terminate_script();

  /// Has the page stay at its document until the next `navigate`: a navigation of its own that is
  /// in progress, or begins later, is stopped (Page.stopLoading). A page that waits for its next
  /// document, which may never come, answers nothing otherwise.
  void stop_loading();

  /// What is known of the document so far, whatever became of the navigation.
  Document document() const;

  /// Evaluates a JavaScript expression in the page's own world and returns its value, awaiting
  /// promises. The value must be serialisable as JSON. Limit: 30 s. (Runtime.evaluate)
  /// @throws Error script_error with the exception's text
  Task<nlohmann::json> evaluate(std::string expression);

  /// Closes the page without asking it (no beforeunload), and waits until the browser has let go of
  /// it, for 5 s at most. Does not throw. A page that is gone already is closed.
  Task<void> close();

  /// As above. @param timeout how long to wait @return whether the page has gone
  Task<bool> close(std::chrono::milliseconds timeout);

  /// The page's CDP session, for everything else.
  Session session() const;

  /// How many dialogs (alert, confirm, prompt, beforeunload) it has opened. They are dismissed at
  /// once, beforeunload is accepted.
  int dialogs() const;

  /// Whether a server or proxy has refused the credentials of `PageOptions`.
  bool credentials_refused() const;

  /// Which of them it was, in one line; or that a proxy wants a login and there is none. Empty:
  /// none.
  const std::string& login_fault() const;

  /// The URLs of the windows it has opened. They are closed at once.
  const std::vector<std::string>& popups() const;

 private:
  friend Task<DocumentText> capture_long(Page& page, ContentOptions options,
                                         std::chrono::milliseconds timeout);

  std::shared_ptr<PageState> state_;
};

}  // namespace cdp
