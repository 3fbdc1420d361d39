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
/// types fail, challenges for credentials are answered, secret headers are added, everything else
/// goes on. Only requests that somebody has to decide on are held, so a page without blocked types
/// and secrets pays nothing.
///
/// Secrets (credentials, and headers that hold some) go to their own origin only: each request is
/// looked at, so neither redirects nor what a page loads from elsewhere takes them along.
/// Credentials are given once for each request: a server that asks again has refused them. Every
/// held request is answered at once, on the receive path, so none can be forgotten.
class RequestPolicy {
 public:
  /// @param url the page's first URL: the origin of secrets that name none
  RequestPolicy(std::shared_ptr<Connection> connection, std::shared_ptr<SessionState> session,
                PageOptions options, const std::string& url);

  /// Sends what switches it on, as part of a page's set-up.
  void enable();

  /// The browser asks for each document from here on, so that the next one can be refused in time.
  void hold_documents();

  /// From here on this frame gets no further document: the requests for them are aborted, and it
  /// stays at the one that it has.
  void refuse_documents(const std::string& frame_id);

  /// From here on only the main frame gets documents: further frames stay empty.
  void refuse_frames(const std::string& main_frame);

  /// Frames get documents again.
  void admit_frames() { lone_frame_.clear(); }

  /// Whether the browser asks for each document: another page of the target would not know.
  bool holds_documents() const { return holds_documents_; }

  /// The page is about to go to that URL. The first one that has an origin is that of the secrets.
  void open(const std::string& url);

  /// A server or proxy that has refused the credentials, or a proxy that wants some; empty: none.
  const std::string& login_fault() const { return login_fault_; }

 private:
  void set_origin(const std::string& url);
  void enable(std::vector<protocol::fetch::RequestPattern> patterns);
  std::vector<protocol::fetch::RequestPattern> patterns() const;
  void on_paused(const protocol::fetch::RequestPaused& event);
  bool is_refused(const protocol::fetch::RequestPaused& event) const;
  void on_challenge(const protocol::fetch::AuthRequired& event);
  std::vector<protocol::fetch::HeaderEntry> with_secrets(const nlohmann::json& headers) const;
  const Credentials* credentials_for(const protocol::fetch::AuthChallenge& challenge) const;

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<SessionState> session_;
  PageOptions options_;
  bool holds_documents_ = false;
  std::string kept_frame_;  ///< gets no further document; empty: none
  std::string lone_frame_;  ///< the only one that gets documents; empty: all do
  std::vector<Header> secrets_;
  std::string origin_;  ///< whose secrets they are
  std::string login_fault_;
  std::set<std::string> answered_;  ///< requests that were given credentials
  std::vector<Subscription> subscriptions_;
};

}  // namespace cdp
