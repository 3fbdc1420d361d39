// Who may talk to the run's browser.
#pragma once

#include <cdp/scrape.hpp>

namespace cdp {

/// Whether the run's browser is to be reached by a pipe, and so by nobody else: as asked for, and
/// otherwise when the run has secrets (cookies, credentials, headers). Any user of the machine may
/// find the port of a browser, and read all that is in it: cookies, pages, headers.
inline bool has_private_transport(const ScrapeOptions& options) {
  if (options.launch.transport != TransportKind::automatic)
    return options.launch.transport == TransportKind::pipe;
  const PageOptions& page = options.page;
  return !options.cookies.empty() || page.credentials || page.proxy_credentials ||
         !page.headers.empty();
}

}  // namespace cdp
