// Domains Page and Inspector: https://chromedevtools.github.io/devtools-protocol/tot/Page/
#pragma once

#include "protocol/field.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cdp::protocol::page {

struct Enable {
  static constexpr std::string_view method = "Page.enable";
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(); }
};

struct SetLifecycleEventsEnabled {
  static constexpr std::string_view method = "Page.setLifecycleEventsEnabled";
  bool enabled = true;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("enabled", &SetLifecycleEventsEnabled::enabled));
  }
};

struct Navigate {
  static constexpr std::string_view method = "Page.navigate";
  std::string url;
  std::optional<std::string> referrer;
  struct Result {
    std::string frame_id;
    std::optional<std::string> loader_id;  ///< none: the navigation stayed in the same document
    std::optional<std::string> error_text;
    static constexpr auto fields() {
      return std::tuple(field("frameId", &Result::frame_id), field("loaderId", &Result::loader_id),
                        field("errorText", &Result::error_text));
    }
  };
  static constexpr auto fields() {
    return std::tuple(field("url", &Navigate::url), field("referrer", &Navigate::referrer));
  }
};

struct StopLoading {
  static constexpr std::string_view method = "Page.stopLoading";
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(); }
};

struct CreateIsolatedWorld {
  static constexpr std::string_view method = "Page.createIsolatedWorld";
  std::string frame_id;
  std::string world_name;
  struct Result {
    int execution_context_id = 0;
    static constexpr auto fields() {
      return std::tuple(field("executionContextId", &Result::execution_context_id));
    }
  };
  static constexpr auto fields() {
    return std::tuple(field("frameId", &CreateIsolatedWorld::frame_id),
                      field("worldName", &CreateIsolatedWorld::world_name));
  }
};

struct HandleJavaScriptDialog {
  static constexpr std::string_view method = "Page.handleJavaScriptDialog";
  bool accept = false;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("accept", &HandleJavaScriptDialog::accept));
  }
};

/// @see Page.addScriptToEvaluateOnNewDocument: runs before the scripts of every document.
struct AddScriptToEvaluateOnNewDocument {
  static constexpr std::string_view method = "Page.addScriptToEvaluateOnNewDocument";
  std::string source;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("source", &AddScriptToEvaluateOnNewDocument::source));
  }
};

/// Forgets all entries of the target's history but the current one.
struct ResetNavigationHistory {
  static constexpr std::string_view method = "Page.resetNavigationHistory";
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(); }
};

struct NavigationEntry {
  static constexpr std::string_view type_name = "Page.NavigationEntry";
  std::string url;
  static constexpr auto fields() { return std::tuple(field("url", &NavigationEntry::url)); }
};

struct GetNavigationHistory {
  static constexpr std::string_view method = "Page.getNavigationHistory";
  struct Result {
    std::vector<NavigationEntry> entries;
    static constexpr auto fields() { return std::tuple(field("entries", &Result::entries)); }
  };
  static constexpr auto fields() { return std::tuple(); }
};

/// A frame has been made.
struct FrameAttached {
  static constexpr std::string_view event = "Page.frameAttached";
  std::string frame_id;
  std::string parent_frame_id;
  static constexpr auto fields() {
    return std::tuple(field("frameId", &FrameAttached::frame_id),
                      field("parentFrameId", &FrameAttached::parent_frame_id));
  }
};

/// A frame is not in this target any more.
struct FrameDetached {
  static constexpr std::string_view event = "Page.frameDetached";
  std::string frame_id;
  std::string reason;  ///< remove; swap: it goes on in another process
  static constexpr auto fields() {
    return std::tuple(field("frameId", &FrameDetached::frame_id),
                      field("reason", &FrameDetached::reason));
  }
};

/// A script or a form asks for a navigation.
struct FrameRequestedNavigation {
  static constexpr std::string_view event = "Page.frameRequestedNavigation";
  std::string frame_id;
  std::string reason;  ///< formSubmissionGet, scriptInitiated, metaTagRefresh, …
  std::string url;
  std::string disposition;  ///< currentTab, newTab, newWindow, download
  static constexpr auto fields() {
    return std::tuple(field("frameId", &FrameRequestedNavigation::frame_id),
                      field("reason", &FrameRequestedNavigation::reason),
                      field("url", &FrameRequestedNavigation::url),
                      field("disposition", &FrameRequestedNavigation::disposition));
  }
};

/// A navigation will be asked for: at once (a script, a form), or after a delay (a refresh).
struct FrameScheduledNavigation {
  static constexpr std::string_view event = "Page.frameScheduledNavigation";
  std::string frame_id;
  double delay = 0;    ///< seconds
  std::string reason;  ///< as that of `FrameRequestedNavigation`
  std::string url;
  static constexpr auto fields() {
    return std::tuple(field("frameId", &FrameScheduledNavigation::frame_id),
                      field("delay", &FrameScheduledNavigation::delay),
                      field("reason", &FrameScheduledNavigation::reason),
                      field("url", &FrameScheduledNavigation::url));
  }
};

/// What was scheduled has been asked for, or never will be.
struct FrameClearedScheduledNavigation {
  static constexpr std::string_view event = "Page.frameClearedScheduledNavigation";
  std::string frame_id;
  static constexpr auto fields() {
    return std::tuple(field("frameId", &FrameClearedScheduledNavigation::frame_id));
  }
};

struct WindowOpen {
  static constexpr std::string_view event = "Page.windowOpen";
  std::string url;
  static constexpr auto fields() { return std::tuple(field("url", &WindowOpen::url)); }
};

struct Frame {
  static constexpr std::string_view type_name = "Page.Frame";
  std::string id;
  std::optional<std::string> parent_id;
  std::string loader_id;
  std::string url;
  std::string mime_type;
  std::optional<std::string> unreachable_url;  ///< set: this document is Chromium's error page
  static constexpr auto fields() {
    return std::tuple(field("id", &Frame::id), field("parentId", &Frame::parent_id),
                      field("loaderId", &Frame::loader_id), field("url", &Frame::url),
                      field("mimeType", &Frame::mime_type),
                      field("unreachableUrl", &Frame::unreachable_url));
  }
};

struct FrameNavigated {
  static constexpr std::string_view event = "Page.frameNavigated";
  Frame frame;
  static constexpr auto fields() { return std::tuple(field("frame", &FrameNavigated::frame)); }
};

struct NavigatedWithinDocument {
  static constexpr std::string_view event = "Page.navigatedWithinDocument";
  std::string frame_id;
  std::string url;
  static constexpr auto fields() {
    return std::tuple(field("frameId", &NavigatedWithinDocument::frame_id),
                      field("url", &NavigatedWithinDocument::url));
  }
};

struct FrameStoppedLoading {
  static constexpr std::string_view event = "Page.frameStoppedLoading";
  std::string frame_id;
  static constexpr auto fields() {
    return std::tuple(field("frameId", &FrameStoppedLoading::frame_id));
  }
};

/// A page or one of its frames wants something saved.
struct DownloadWillBegin {
  static constexpr std::string_view event = "Page.downloadWillBegin";
  std::string frame_id;
  std::string url;
  static constexpr auto fields() {
    return std::tuple(field("frameId", &DownloadWillBegin::frame_id),
                      field("url", &DownloadWillBegin::url));
  }
};

struct LifecycleEvent {
  static constexpr std::string_view event = "Page.lifecycleEvent";
  std::string frame_id;
  std::string loader_id;
  std::string name;
  static constexpr auto fields() {
    return std::tuple(field("frameId", &LifecycleEvent::frame_id),
                      field("loaderId", &LifecycleEvent::loader_id),
                      field("name", &LifecycleEvent::name));
  }
};

struct JavascriptDialogOpening {
  static constexpr std::string_view event = "Page.javascriptDialogOpening";
  std::string type;
  static constexpr auto fields() {
    return std::tuple(field("type", &JavascriptDialogOpening::type));
  }
};

}  // namespace cdp::protocol::page

namespace cdp::protocol::inspector {

struct TargetCrashed {
  static constexpr std::string_view event = "Inspector.targetCrashed";
  static constexpr auto fields() { return std::tuple(); }
};

}  // namespace cdp::protocol::inspector
