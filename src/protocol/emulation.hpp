// Domains Emulation and Security: https://chromedevtools.github.io/devtools-protocol/tot/Emulation/
#pragma once

#include "protocol/field.hpp"

#include <optional>
#include <string>

namespace cdp::protocol::emulation {

struct SetFocusEmulationEnabled {
  static constexpr std::string_view method = "Emulation.setFocusEmulationEnabled";
  bool enabled = true;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("enabled", &SetFocusEmulationEnabled::enabled));
  }
};

struct SetUserAgentOverride {
  static constexpr std::string_view method = "Emulation.setUserAgentOverride";
  std::string user_agent;
  std::optional<std::string> accept_language;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("userAgent", &SetUserAgentOverride::user_agent),
                      field("acceptLanguage", &SetUserAgentOverride::accept_language));
  }
};

struct SetDeviceMetricsOverride {
  static constexpr std::string_view method = "Emulation.setDeviceMetricsOverride";
  int width = 0;
  int height = 0;
  double device_scale_factor = 1;
  bool mobile = false;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("width", &SetDeviceMetricsOverride::width),
                      field("height", &SetDeviceMetricsOverride::height),
                      field("deviceScaleFactor", &SetDeviceMetricsOverride::device_scale_factor),
                      field("mobile", &SetDeviceMetricsOverride::mobile));
  }
};

struct SetLocaleOverride {
  static constexpr std::string_view method = "Emulation.setLocaleOverride";
  std::string locale;
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(field("locale", &SetLocaleOverride::locale)); }
};

struct SetTimezoneOverride {
  static constexpr std::string_view method = "Emulation.setTimezoneOverride";
  std::string timezone_id;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("timezoneId", &SetTimezoneOverride::timezone_id));
  }
};

}  // namespace cdp::protocol::emulation

namespace cdp::protocol::security {

struct SetIgnoreCertificateErrors {
  static constexpr std::string_view method = "Security.setIgnoreCertificateErrors";
  bool ignore = true;
  using Result = Nothing;
  static constexpr auto fields() {
    return std::tuple(field("ignore", &SetIgnoreCertificateErrors::ignore));
  }
};

}  // namespace cdp::protocol::security
