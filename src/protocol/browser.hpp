// Domain Browser: https://chromedevtools.github.io/devtools-protocol/tot/Browser/
#pragma once

#include "protocol/field.hpp"

#include <optional>
#include <string>
#include <vector>

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
  std::string behavior;  ///< deny, allow, allowAndName, default
  std::optional<std::string> browser_context_id;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("behavior", &SetDownloadBehavior::behavior),
                      field("browserContextId", &SetDownloadBehavior::browser_context_id));
  }
};

/// Grants these permissions to all origins of a browser context and denies all others.
struct GrantPermissions {
  static constexpr std::string_view method = "Browser.grantPermissions";
  std::vector<std::string> permissions;
  std::optional<std::string> browser_context_id;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("permissions", &GrantPermissions::permissions),
                      field("browserContextId", &GrantPermissions::browser_context_id));
  }
};

}  // namespace cdp::protocol::browser
