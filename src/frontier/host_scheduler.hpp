// Which URL may be started now.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cdp {

/// Keeps URLs until their hosts may be asked: so many pages of a host at once, so much time between
/// two requests, and a pause where a host has refused for too many requests. Among the URLs that
/// may be started it gives the first of the input. What a host has to wait for holds back no other.
/// No I/O, no clock: it is told the time.
///
/// The delay between two requests holds as the server sees it. A request that was started may take
/// any time to get there: so the next one of that host is held until it is known to be on its way,
/// and counts its delay from the answer, before which the server must have seen it, or from
/// `unanswered` after it was sent, if there is no answer by then.
class HostScheduler {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  using Span = Clock::duration;

  /// Names a URL from `add_page` to `finish`; lower ones are started first.
  using Id = std::uint64_t;

  struct Limits {
    std::size_t pages_at_once = 0;  ///< of one host; 0: any number
    Span delay{};                   ///< between the starts of two requests to one host
  };

  enum class Kind { request, page };

  struct Start {
    Id id = 0;
    Kind kind = Kind::page;
  };

  /// What may be started; or when to ask again, if nothing changes before.
  struct Choice {
    std::optional<Start> start;
    Time ask_again = Time::max();
  };

  /// How long a request may be on its way to a server that does not answer it.
  static constexpr std::chrono::seconds unanswered{1};

  /// The pause after the first refusal that does not say how long; doubled by each further one.
  static constexpr std::chrono::seconds first_pause{1};
  static constexpr std::chrono::seconds longest_pause{60};

  /// Servers that ask for more are asked again after this time.
  static constexpr std::chrono::minutes longest_retry_after{10};

  HostScheduler(Limits limits, std::uint32_t seed) : limits_(limits), random_(seed) {}

  /// A page of that host is to be started.
  void add_page(Id id, std::string_view host) { add(id, host, Kind::page); }

  /// Another request is to be sent to that host, which is not a page of its own: by a page in
  /// progress, of the same id, or for robots.txt. It comes before the host's pages, and counts as
  /// none.
  void add_request(Id id, std::string_view host) { add(id, host, Kind::request); }

  /// The request is not wanted any more.
  void withdraw_request(Id id, std::string_view host, Time now);

  /// The host wants more time between requests than the run would give it. Forgotten with the
  /// host: to be said before each `add_page`.
  void set_least_delay(std::string_view host, Span delay);

  /// Whether requests to this host are spaced.
  bool is_spaced(std::string_view host) const;

  /// Takes out what may be started now. @param last_page no page above that id is started
  Choice next(Time now, std::optional<Id> last_page);

  /// Whether `next` would give a page.
  bool has_page(Time now);

  /// What is in progress of `id` has been sent, or answered. Without these, its end counts.
  void note_sent(Id id, Time now);
  void note_answered(Id id, Time now);

  /// The page, or the request that belongs to none, has ended.
  void finish(Id id, Time now);

  /// The host refuses for too many requests, or for now: it is left alone for a while, then asked
  /// for one page at a time until it answers. @param retry_after what it asked for
  /// @return the length of the pause
  Span refuse(Id id, std::optional<Span> retry_after, Time now);

  /// The host has answered.
  void accept(Id id, Time now);

  std::size_t waiting() const { return waiting_pages_; }
  std::size_t hosts() const { return hosts_.size(); }

 private:
  using Key = std::pair<Kind, Id>;

  struct Host {
    std::set<Id> requests;         ///< that wait
    std::set<Id> pages;            ///< that wait
    std::size_t running = 0;       ///< pages
    std::size_t own_requests = 0;  ///< under way, of no page
    Span least_delay{};
    Time next_start{};          ///< by the delay
    Time paused_until{};        ///< by a refusal
    std::optional<Id> newest;   ///< what was started last, while it is under way and spaced
    bool is_unsent = false;     ///< it is not known to be on its way
    int refusals = 0;           ///< in a row
    std::optional<Key> ready;   ///< its entry in `ready_`
    std::optional<Time> alarm;  ///< its entry in `alarms_`
  };
  using Hosts = std::map<std::string, Host, std::less<>>;

  struct UnderWay {
    Hosts::iterator host;
    Kind kind;
  };

  void add(Id id, std::string_view host, Kind kind);
  const UnderWay* newest_under_way(Id id) const;
  Span delay_of(const Host& host) const { return std::max(limits_.delay, host.least_delay); }
  std::optional<Key> first_of(const Host& host) const;
  void place(Hosts::iterator host, Time now);
  void wake(Time now);

  Limits limits_;
  std::minstd_rand random_;
  /// name → state, while something of it waits or runs, or a delay or pause lasts
  Hosts hosts_;
  std::unordered_map<Id, UnderWay> running_;  ///< from `next` to `finish`
  std::map<Key, Hosts::iterator> ready_;  ///< hosts that may be asked, by the first in their queue
  std::set<std::pair<Time, std::string_view>> alarms_;  ///< hosts whose time comes
  std::size_t waiting_pages_ = 0;
};

}  // namespace cdp
