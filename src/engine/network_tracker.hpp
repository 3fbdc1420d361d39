// What a page is still loading.
#pragma once

#include "protocol/network.hpp"
#include "protocol/page.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace cdp {

/// Counts the requests in progress of a page and all its frames, to tell when its network is idle.
///
/// What never ends, or always begins again, must not keep a page waiting. Streams (WebSocket,
/// EventSource) and by-traffic (ping, prefetch, preflight) never count. Some only show in time: a
/// request that is in progress for longer than `patience` (a long poll), and one for a URL that has
/// been asked for more than `repeats` times since the page was loaded (a poll), stop counting. Nor
/// do those whose end Chromium does not report to the page: the stylesheet of an XML document, and
/// the script of a worker, once the worker is known. Time is passed in; no I/O.
class NetworkTracker {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::milliseconds patience{3'000};
  static constexpr int repeats = 3;

  void on(const protocol::network::RequestWillBeSent& event, Clock::time_point now);
  void on(const protocol::network::ResponseReceived& event, Clock::time_point now);
  void on(const protocol::network::LoadingFinished& event, Clock::time_point now);
  void on(const protocol::network::LoadingFailed& event, Clock::time_point now);
  void on(const protocol::network::WebSocketCreated& event, Clock::time_point now);
  void on(const protocol::network::WebSocketClosed& event, Clock::time_point now);
  void on(const protocol::page::FrameScheduledNavigation& event, Clock::time_point now);
  void on(const protocol::page::FrameClearedScheduledNavigation& event);

  /// Whether the script of a worker is in progress, as far as can be seen from the page.
  bool starts_worker() const;

  /// A worker is there: whoever knows it waits for it.
  void know_worker(const std::string& target_id, Clock::time_point now) { end(target_id, now); }

  /// A new document: the requests of the one before do not matter any more.
  void restart(const std::string& document_request, Clock::time_point now);

  /// The page was loaded: from here on, what repeats is counted.
  void mark_loaded() { loaded_ = true; }

  /// Whether nothing that counts is in progress.
  bool is_quiet(Clock::time_point now) const;

  /// How long nothing that counts has been in progress; zero when something is.
  Clock::duration quiet_for(Clock::time_point now) const;

  /// How long no request has begun, been answered or ended.
  Clock::duration idle_for(Clock::time_point now) const { return now - last_event_; }

  /// When the answer of `is_quiet` may change by time alone; `now` or before: it will not.
  Clock::time_point next_change(Clock::time_point now) const;

  /// What is in progress, counted or not, for people: `fetch https://… (1.2 s)`.
  std::vector<std::string> describe(Clock::time_point now) const;

 private:
  struct Request {
    std::string url;
    std::string type;
    Clock::time_point since;
    bool counts = true;
    bool of_worker = false;
  };

  struct Refresh {
    std::string url;
    Clock::time_point due;
  };

  bool counts(const Request& request, Clock::time_point now) const;
  void end(const std::string& id, Clock::time_point now);

  /// request id → request, from the moment it is sent until it has ended. A redirect keeps its id.
  std::unordered_map<std::string, Request> under_way_;
  /// URL without its query → how often it was asked for since the page was loaded.
  std::map<std::string, int> asked_;
  /// frame id → the refresh it has announced
  std::map<std::string, Refresh> refreshes_;
  bool loaded_ = false;
  Clock::time_point last_activity_{};  ///< when a request that counted began or ended
  Clock::time_point last_event_{};     ///< when anything was heard of any
};

}  // namespace cdp
