// How often a URL is tried, where, and for how long.
#pragma once

#include "base/async/deadline.hpp"
#include <cdp/error.hpp>

#include <chrono>
#include <optional>

namespace cdp {

/// Is told how each attempt at a URL went, and says what comes next. Is told the time; no I/O.
///
/// A URL has one timeout for everything that it does itself. What pages in the same process did to
/// it costs nothing: neither an attempt nor time. A page that may have been disturbed is tried once
/// more apart, with its whole timeout, as far as that ends no later than `overtime` after its own.
/// Which page disturbed the others is not known; it shows in the attempt apart: when its own
/// timeout has passed, a page has to answer, and one that does not gets no more time.
class AttemptPlan {
 public:
  using Clock = std::chrono::steady_clock;

  /// Where the next attempt is made.
  enum class Place {
    company,  ///< the run's browser, where pages may share processes
    apart,    ///< a browser in which every page has a process of its own
    alone     ///< a browser of its own
  };

  enum class Next {
    end,
    at_once,        ///< another attempt, which the URL does not pay for
    after_a_pause,  ///< another one of its own
    poison          ///< none: it takes browsers with it
  };

  struct Limits {
    std::chrono::milliseconds timeout;
    int retries;
    /// How much later than its own timeout a URL may end.
    std::chrono::milliseconds overtime{3'000};
  };

  /// How an attempt went.
  struct Report {
    std::optional<errc> error{};
    bool in_company = false;      ///< others may have had a hand in it
    bool lost_document = false;   ///< a `download` of what a browser would have shown
    bool has_html = false;        ///< it was read all the same
    bool doubtful = false;        ///< so may the page before, whose target it had
    bool browser_silent = false;  ///< the browser did nothing for anyone
  };

  AttemptPlan(Limits limits, Clock::time_point start)
      : limits_(limits), own_deadline_(start + limits.timeout), deadline_(own_deadline_) {}

  /// An attempt has ended.
  Next take(const Report& report, Clock::time_point now);

  Place place() const;

  /// Whether the URL has no further attempt for failures of its own after the one in progress.
  bool is_last() const { return attempts_ + 1 - free_ > limits_.retries; }

  /// Whether the next attempt must not have a used target.
  bool afresh() const { return afresh_; }

  /// When the URL's timeout passes.
  Deadline deadline() const { return deadline_; }

  /// When its own timeout passes. If `deadline` is later, the page has been given more time: then
  /// it must answer.
  Deadline own_deadline() const { return own_deadline_; }

  /// How many attempts were spent on failures of its own.
  int own_attempts() const { return attempts_ - free_; }

 private:
  bool was_disturbed(const Report& report) const;
  void give_time(Clock::time_point now);
  Next take_back();
  bool has_attempts() const { return own_attempts() <= limits_.retries; }

  /// How many browsers may die under a URL before it is tried alone.
  static constexpr int most_deaths = 2;

  /// How many browsers may stop answering under a URL before that counts as its own fault.
  static constexpr int most_silences = 2;

  Limits limits_;
  Deadline own_deadline_;
  Deadline deadline_;
  int attempts_ = 0;
  int free_ = 0;      ///< of these, no failures of its own
  int deaths_ = 0;    ///< of browsers
  int silences_ = 0;  ///< of browsers
  bool apart_ = false;
  bool afresh_ = false;
};

}  // namespace cdp
