// Domain Target: https://chromedevtools.github.io/devtools-protocol/tot/Target/
#pragma once

#include "protocol/field.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cdp::protocol::target {

struct TargetInfo {
  static constexpr std::string_view type_name = "Target.TargetInfo";
  std::string target_id;
  std::string type;
  std::string url;
  std::optional<std::string> opener_id;
  std::optional<bool> can_access_opener;
  std::optional<std::string> browser_context_id;

  static constexpr auto fields() {
    return std::tuple(field("targetId", &TargetInfo::target_id), field("type", &TargetInfo::type),
                      field("url", &TargetInfo::url), field("openerId", &TargetInfo::opener_id),
                      field("canAccessOpener", &TargetInfo::can_access_opener),
                      field("browserContextId", &TargetInfo::browser_context_id));
  }
};

/// Which targets auto-attach takes; the first entry that matches decides, an entry without type
/// matches all.
struct FilterEntry {
  static constexpr std::string_view type_name = "Target.FilterEntry";
  std::optional<std::string> type;
  std::optional<bool> exclude;

  static constexpr auto fields() {
    return std::tuple(field("type", &FilterEntry::type), field("exclude", &FilterEntry::exclude));
  }
};

struct SetAutoAttach {
  static constexpr std::string_view method = "Target.setAutoAttach";
  bool auto_attach = true;
  bool wait_for_debugger_on_start = false;
  bool flatten = true;
  std::vector<FilterEntry> filter;
  using Result = Nothing;

  static constexpr auto fields() {
    return std::tuple(field("autoAttach", &SetAutoAttach::auto_attach),
                      field("waitForDebuggerOnStart", &SetAutoAttach::wait_for_debugger_on_start),
                      field("flatten", &SetAutoAttach::flatten),
                      field("filter", &SetAutoAttach::filter));
  }
};

struct CreateTarget {
  static constexpr std::string_view method = "Target.createTarget";
  std::string url;
  std::optional<std::string> browser_context_id;
  std::optional<bool> enable_begin_frame_control;

  struct Result {
    std::string target_id;
    static constexpr auto fields() { return std::tuple(field("targetId", &Result::target_id)); }
  };
  static constexpr auto fields() {
    return std::tuple(field("url", &CreateTarget::url),
                      field("browserContextId", &CreateTarget::browser_context_id),
                      field("enableBeginFrameControl", &CreateTarget::enable_begin_frame_control));
  }
};

struct CloseTarget {
  static constexpr std::string_view method = "Target.closeTarget";
  std::string target_id;
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(field("targetId", &CloseTarget::target_id)); }
};

struct GetTargets {
  static constexpr std::string_view method = "Target.getTargets";
  struct Result {
    std::vector<TargetInfo> target_infos;
    static constexpr auto fields() {
      return std::tuple(field("targetInfos", &Result::target_infos));
    }
  };
  static constexpr auto fields() { return std::tuple(); }
};

struct DetachFromTarget {
  static constexpr std::string_view method = "Target.detachFromTarget";
  std::string session_id;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("sessionId", &DetachFromTarget::session_id));
  }
};

struct CreateBrowserContext {
  static constexpr std::string_view method = "Target.createBrowserContext";
  std::optional<bool> dispose_on_detach;
  struct Result {
    std::string browser_context_id;
    static constexpr auto fields() {
      return std::tuple(field("browserContextId", &Result::browser_context_id));
    }
  };
  static constexpr auto fields() {
    return std::tuple(field("disposeOnDetach", &CreateBrowserContext::dispose_on_detach));
  }
};

struct DisposeBrowserContext {
  static constexpr std::string_view method = "Target.disposeBrowserContext";
  std::string browser_context_id;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("browserContextId", &DisposeBrowserContext::browser_context_id));
  }
};

struct AttachedToTarget {
  static constexpr std::string_view event = "Target.attachedToTarget";
  std::string session_id;
  TargetInfo target_info;
  bool waiting_for_debugger = false;
  static constexpr auto fields() {
    return std::tuple(field("sessionId", &AttachedToTarget::session_id),
                      field("targetInfo", &AttachedToTarget::target_info),
                      field("waitingForDebugger", &AttachedToTarget::waiting_for_debugger));
  }
};

struct DetachedFromTarget {
  static constexpr std::string_view event = "Target.detachedFromTarget";
  std::string session_id;
  static constexpr auto fields() {
    return std::tuple(field("sessionId", &DetachedFromTarget::session_id));
  }
};

}  // namespace cdp::protocol::target
