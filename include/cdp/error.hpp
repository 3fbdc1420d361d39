// Errors: one code for every fault, one line for people.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace cdp {

/// What went wrong. The names, written with `to_string`, are the codes of the record
/// (docs/record.md) and stay as they are once published.
enum class errc {
  invalid_url,         ///< The URL cannot be parsed; nothing was asked of any server.
  duplicate,           ///< The same URL stood earlier in the input.
  blocked_scheme,      ///< Only http and https pages are scraped.
  blocked_address,     ///< The address is not allowed by the run's settings.
  robots_disallowed,   ///< robots.txt of the host forbids the URL.
  robots_unreachable,  ///< robots.txt could not be read, which forbids the whole host (RFC
                       ///< 9309, 2.3.1.4).
  dns_error,           ///< The host name has no address.
  connect_error,       ///< No connection to the server, or it broke before an answer was complete.
  tls_error,           ///< The server's certificate or TLS handshake was not accepted.
  auth_required,  ///< The server or proxy wants credentials that were not given or not accepted.
  http_status,    ///< The server answered with a status that the run takes for a failure.
  rate_limited,   ///< The server kept on refusing for too many requests.
  too_many_redirects,   ///< More redirects than Chromium or this library follows.
  download,             ///< The URL is a file to save, not a page.
  too_large,            ///< The page is larger than the run's limit.
  nav_timeout,          ///< No document arrived before the deadline.
  page_timeout,         ///< The document arrived, but was not done before the deadline.
  page_hung,            ///< The page's script did not let go of its thread.
  page_crashed,         ///< The page's process ended, or the page closed itself.
  browser_crashed,      ///< The browser or the connection to it ended.
  protocol_timeout,     ///< The browser did not answer a command in time.
  protocol_error,       ///< The browser refused a command or sent what cannot be understood.
  dialog_loop,          ///< The page opened one dialog after the other.
  poison,               ///< The URL brought down the browser again and again.
  cancelled,            ///< The run was stopped before the page was done.
  machine_limit,        ///< The machine or its limits do not give a browser what it needs: open
                        ///< files, threads, memory, room on the disk. No fault of the URL.
  storage_limit,        ///< Pages wrote more into the browser's storage than the run allows.
  output_error,         ///< The result could not be written.
  internal,             ///< A fault of this library.
  browser_not_found,    ///< No Chromium at any of the places searched.
  launch_failed,        ///< Chromium ended, or refused, before it could be used.
  launch_timeout,       ///< Chromium did not become ready in time.
  sandbox_unavailable,  ///< Chromium's sandbox cannot be used here, and was not switched off.
  script_error,         ///< The evaluated expression threw.
  invalid_argument,     ///< The caller passed something that has no meaning.
  input_error,          ///< The list of URLs could not be read.
  timeout,              ///< `with_timeout`: the coroutine had not ended in time.
  wrong_loop,           ///< No event loop runs on this thread, or it is not the handle's own.
  state_error,          ///< The state directory is in use, damaged, or of another run.
};

/// The code's name, as in records and logs. Never empty.
std::string_view to_string(errc code) noexcept;

/// The exception of this library. `what()` is one line that names what was done, what happened and,
/// where there is one, the remedy. Text that came from a page or a server is part of it: treat it
/// as untrusted.
class Error : public std::runtime_error {
 public:
  /// @param code   the fault
  /// @param detail one line for people
  Error(errc code, const std::string& detail) : std::runtime_error(detail), code_(code) {}

  /// @param net_error Chromium's name of a network error, `net::ERR_…` without the `net::`
  Error(errc code, const std::string& detail, std::string net_error)
      : std::runtime_error(detail), code_(code), net_error_(std::move(net_error)) {}

  errc code() const noexcept { return code_; }

  /// Chromium's own name of the network error, such as `ERR_NAME_NOT_RESOLVED`; empty for other
  /// faults.
  const std::string& net_error() const noexcept { return net_error_; }

 private:
  errc code_;
  std::string net_error_;
};

}  // namespace cdp
