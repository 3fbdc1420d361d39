// URLs that have been read and not begun, and what keeps them waiting.
#pragma once

#include "frontier/host_scheduler.hpp"
#include "frontier/robots_cache.hpp"
#include "frontier/url_source.hpp"
#include <cdp/record.hpp>
#include <cdp/scrape.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cdp {

/// A URL on its way to its record, and what has happened to it so far.
struct QueuedUrl {
  std::size_t number = 0;  ///< in the order in which this run read them
  InputUrl input;
  std::chrono::steady_clock::time_point read_at;
  int attempts = 0;            ///< so far: the server refused
  Timings::Span spent{};       ///< by them
  std::optional<Record> last;  ///< what the last one gave
};

/// What became of asking for a robots.txt.
struct RobotsFile {
  std::string text;
  std::string fault;  ///< why it could not be read; empty: it could, or there is none
};

/// Holds URLs until robots.txt is known and their host may be asked, and says what is to be done
/// next. No I/O, no clock: it is told the time.
class UrlQueue {
 public:
  using Time = HostScheduler::Time;

  /// URLs that may wait: so far the run looks ahead past hosts that are not to be asked now.
  static constexpr std::size_t look_ahead = 1000;

  /// robots.txt files that are fetched at once.
  static constexpr std::size_t most_fetches = 16;

  struct StartPage {
    QueuedUrl url;
  };
  struct FetchRobots {
    std::string origin;
  };
  /// The URL is not to be asked for.
  struct Refuse {
    QueuedUrl url;
    RecordError error;
  };
  /// A page in progress has got its turn: see `has_turn`.
  struct Grant {};
  /// Nothing, until something changes, or for as long as it says.
  struct Wait {
    Time ask_again = Time::max();
  };
  using Step = std::variant<Wait, StartPage, FetchRobots, Refuse, Grant>;

  UrlQueue(const ScrapeOptions& options, std::uint32_t seed);

  /// A URL without faults.
  void add(QueuedUrl url, Time now);

  /// The server of a page in progress wants to be asked later. @param retry_after the header
  /// @return how long its host is left alone
  HostScheduler::Span refuse(std::size_t number, std::string_view retry_after, Time now);

  /// A page in progress is to be started once more, in place of `finish`.
  void add_again(QueuedUrl url, Time now);

  /// @param last_page no page above that number is started; nothing: none is
  Step next(Time now, std::optional<std::size_t> last_page);

  /// Whether a page could be started, or refused, at once: no further URL need be read.
  bool has_step(Time now);

  bool has_room() const { return waiting() < look_ahead; }
  std::size_t waiting() const { return pages_.size() + parked_urls_ + refused_.size(); }

  /// What `FetchRobots` asked for.
  void take_robots(const std::string& origin, const RobotsFile& file, Time now);

  /// What becomes of a page in progress.
  void note(std::size_t number, DocumentRequest event, Time now);
  void accept(std::size_t number, Time now) { scheduler_.accept(number, now); }
  void finish(std::size_t number, Time now);

  /// Whether its requests are spaced: then it wants to be told of them.
  bool is_spaced(std::size_t number) const;

  /// A page in progress wants to ask its host once more.
  void ask_turn(std::size_t number);
  bool has_turn(std::size_t number) const { return granted_.contains(number); }
  /// @return whether it may; then the turn is used up
  bool take_turn(std::size_t number) { return granted_.erase(number) > 0; }
  void give_up_turn(std::size_t number, Time now);

  /// Takes out all that waits.
  std::vector<QueuedUrl> clear();

 private:
  /// Where a URL goes.
  struct Place {
    std::string normal;
    std::string origin;
    std::string_view path() const;
    std::string_view host() const;
  };
  /// URLs that wait for the robots.txt of their origin.
  struct Parked {
    std::vector<QueuedUrl> urls;
    std::string host;
  };

  static Place place_of(const InputUrl& input);
  void admit(QueuedUrl url, const Place& place, RobotsCache::Verdict verdict);
  void schedule(QueuedUrl url, const Place& place);
  void park(QueuedUrl url, const Place& place);
  void begin_fetches();

  HostScheduler scheduler_;
  RobotsCache robots_;
  std::map<std::size_t, QueuedUrl> pages_;  ///< by number, while the scheduler keeps them
  std::map<std::string, Parked, std::less<>> parked_;  ///< by origin, until `take_robots`
  std::size_t parked_urls_ = 0;
  std::deque<std::string> unfetched_;                 ///< origins of `parked_` without a fetch
  std::map<HostScheduler::Id, std::string> fetches_;  ///< id → origin, from then to `take_robots`
  HostScheduler::Id next_fetch_;
  std::deque<Refuse> refused_;
  std::map<std::size_t, std::string> under_way_;  ///< number → host, from `StartPage` to `finish`
  std::set<std::size_t> granted_;
};

}  // namespace cdp
