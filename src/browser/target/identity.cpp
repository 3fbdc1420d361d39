#include "browser/target/identity.hpp"

#include "base/web/secret_header.hpp"
#include "protocol/emulation.hpp"
#include "protocol/network.hpp"

namespace cdp {

namespace emulation = protocol::emulation;
namespace network = protocol::network;

void set_identity(Connection& connection, const std::shared_ptr<SessionState>& session,
                  const PageOptions& options) {
  network::SetExtraHttpHeaders command;
  for (const Header& header : options.headers) {
    if (!is_secret_header(header.name)) command.headers[header.name] = header.value;
  }
  if (!command.headers.empty()) connection.post(session, command);
  if (!options.user_agent.empty() || !options.locale.empty()) {
    emulation::SetUserAgentOverride identity;
    identity.user_agent = options.user_agent;
    if (!options.locale.empty()) identity.accept_language = options.locale;
    connection.post(session, identity);
  }
  if (!options.locale.empty())
    connection.post(session, emulation::SetLocaleOverride{options.locale});
  if (!options.timezone.empty())
    connection.post(session, emulation::SetTimezoneOverride{options.timezone});
  if (options.viewport.width > 0) {
    emulation::SetDeviceMetricsOverride screen;
    screen.width = options.viewport.width;
    screen.height = options.viewport.height;
    connection.post(session, screen);
  }
  if (options.ignore_certificate_errors) {
    connection.post(session, protocol::security::SetIgnoreCertificateErrors{});
  }
}

}  // namespace cdp
