#include <cdp/error.hpp>

namespace cdp {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::invalid_url:
      return "invalid_url";
    case errc::duplicate:
      return "duplicate";
    case errc::blocked_scheme:
      return "blocked_scheme";
    case errc::blocked_address:
      return "blocked_address";
    case errc::robots_disallowed:
      return "robots_disallowed";
    case errc::robots_unreachable:
      return "robots_unreachable";
    case errc::dns_error:
      return "dns_error";
    case errc::connect_error:
      return "connect_error";
    case errc::tls_error:
      return "tls_error";
    case errc::auth_required:
      return "auth_required";
    case errc::http_status:
      return "http_status";
    case errc::rate_limited:
      return "rate_limited";
    case errc::too_many_redirects:
      return "too_many_redirects";
    case errc::download:
      return "download";
    case errc::too_large:
      return "too_large";
    case errc::nav_timeout:
      return "nav_timeout";
    case errc::page_timeout:
      return "page_timeout";
    case errc::page_hung:
      return "page_hung";
    case errc::page_crashed:
      return "page_crashed";
    case errc::browser_crashed:
      return "browser_crashed";
    case errc::protocol_timeout:
      return "protocol_timeout";
    case errc::protocol_error:
      return "protocol_error";
    case errc::dialog_loop:
      return "dialog_loop";
    case errc::poison:
      return "poison";
    case errc::cancelled:
      return "cancelled";
    case errc::machine_limit:
      return "machine_limit";
    case errc::storage_limit:
      return "storage_limit";
    case errc::output_error:
      return "output_error";
    case errc::internal:
      return "internal";
    case errc::browser_not_found:
      return "browser_not_found";
    case errc::launch_failed:
      return "launch_failed";
    case errc::launch_timeout:
      return "launch_timeout";
    case errc::sandbox_unavailable:
      return "sandbox_unavailable";
    case errc::script_error:
      return "script_error";
    case errc::invalid_argument:
      return "invalid_argument";
    case errc::input_error:
      return "input_error";
    case errc::timeout:
      return "timeout";
    case errc::wrong_loop:
      return "wrong_loop";
    case errc::state_error:
      return "state_error";
  }
  return "internal";
}

}  // namespace cdp
