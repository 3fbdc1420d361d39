// Domain Browser: https://chromedevtools.github.io/devtools-protocol/tot/Browser/
#pragma once

#include "protocol/field.hpp"

#include <optional>
#include <string>

namespace cdp::protocol::browser {

struct GetVersion {
  static constexpr std::string_view method = "Browser.getVersion";
  struct Result {
    std::string product;
    std::string user_agent;
    static constexpr auto fields() {
      return std::tuple(field("product", &Result::product),
                        field("userAgent", &Result::user_agent));
    }
  };
  static constexpr auto fields() { return std::tuple(); }
};

struct Close {
  static constexpr std::string_view method = "Browser.close";
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(); }
};

struct SetDownloadBehavior {
  static constexpr std::string_view method = "Browser.setDownloadBehavior";
  std::string behavior;  ///< deny, allow, allowAndName (files are called by their guid), default
  std::optional<std::string> browser_context_id;
  std::optional<std::string> download_path;
  std::optional<bool> events_enabled;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("behavior", &SetDownloadBehavior::behavior),
                      field("browserContextId", &SetDownloadBehavior::browser_context_id),
                      field("downloadPath", &SetDownloadBehavior::download_path),
                      field("eventsEnabled", &SetDownloadBehavior::events_enabled));
  }
};

struct CancelDownload {
  static constexpr std::string_view method = "Browser.cancelDownload";
  std::string guid;
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(field("guid", &CancelDownload::guid)); }
};

struct DownloadWillBegin {
  static constexpr std::string_view event = "Browser.downloadWillBegin";
  std::string frame_id;
  std::string guid;
  std::string suggested_filename;
  static constexpr auto fields() {
    return std::tuple(field("frameId", &DownloadWillBegin::frame_id),
                      field("guid", &DownloadWillBegin::guid),
                      field("suggestedFilename", &DownloadWillBegin::suggested_filename));
  }
};

struct DownloadProgress {
  static constexpr std::string_view event = "Browser.downloadProgress";
  std::string guid;
  double received_bytes = 0;
  std::string state;  ///< inProgress, completed, canceled
  static constexpr auto fields() {
    return std::tuple(field("guid", &DownloadProgress::guid),
                      field("receivedBytes", &DownloadProgress::received_bytes),
                      field("state", &DownloadProgress::state));
  }
};

struct PermissionDescriptor {
  static constexpr std::string_view type_name = "Browser.PermissionDescriptor";
  std::string name;
  static constexpr auto fields() { return std::tuple(field("name", &PermissionDescriptor::name)); }
};

/// For all origins of a browser context.
struct SetPermission {
  static constexpr std::string_view method = "Browser.setPermission";
  PermissionDescriptor permission;
  std::string setting;  ///< granted, denied, prompt
  std::optional<std::string> browser_context_id;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("permission", &SetPermission::permission),
                      field("setting", &SetPermission::setting),
                      field("browserContextId", &SetPermission::browser_context_id));
  }
};

}  // namespace cdp::protocol::browser
