// What a page may load, and whose credentials it may use.
#pragma once

#include "protocol/fetch.hpp"
#include "rpc/connection.hpp"
#include <cdp/options.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace cdp {

/// Answers the requests that the browser holds for us (domain Fetch): those of blocked resource
/// types fail, challenges for credentials are answered, everything else goes on. Only requests that
/// somebody has to decide on are held, so a page without blocked types and credentials pays
/// nothing.
///
/// Credentials go to their own origin only, and once for each request: a server that asks again has
/// refused them. Every held request is answered at once, on the receive path, so none can be
/// forgotten.
class RequestPolicy {
 public:
  /// @param url the page's first URL: the origin of credentials that name none
  RequestPolicy(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> session,
                PageOptions options, const std::string& url);

  /// Sends what switches it on, as part of a page's set-up.
  void enable();

  /// From here on this frame gets no further document: the requests for them are aborted, and it
  /// stays at the one that it has.
  void refuse_documents(const std::string& frame_id);

  /// Whether a server or proxy has refused the credentials.
  bool credentials_refused() const { return credentials_refused_; }

 private:
  void enable(std::vector<protocol::fetch::RequestPattern> patterns);
  std::vector<protocol::fetch::RequestPattern> patterns() const;
  void on_paused(const protocol::fetch::RequestPaused& event);
  void on_challenge(const protocol::fetch::AuthRequired& event);
  const Credentials* credentials_for(const protocol::fetch::AuthChallenge& challenge) const;

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<SessionState> session_;
  PageOptions options_;
  std::string kept_frame_;  ///< gets no further document; empty: none
  bool credentials_refused_ = false;
  std::set<std::string> answered_;  ///< requests that were given credentials
  std::vector<Subscription> subscriptions_;
};

/// `https://host:port` of a URL, without a default port; empty when it has none.
std::string origin_of(const std::string& url);

}  // namespace cdp
