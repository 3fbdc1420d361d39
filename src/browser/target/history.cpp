#include "browser/target/history.hpp"

#include "protocol/page.hpp"

#include <utility>

namespace cdp {

Task<bool> forget_history(std::shared_ptr<Connection> connection,
                          std::shared_ptr<SessionState> session, std::string url,
                          Deadline deadline) {
  constexpr int attempts = 5;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    connection->post(session, protocol::page::ResetNavigationHistory{});
    protocol::page::GetNavigationHistory question;
    const auto history = co_await connection->call(session, std::move(question), deadline);
    if (history.entries.size() == 1 && history.entries.front().url == url) co_return true;
  }
  co_return false;
}

}  // namespace cdp
