// Results in order, and no more of them in memory than need be.
#pragma once

#include <cdp/record.hpp>
#include <cdp/scrape.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <set>

namespace cdp {

/// Holds finished records until it is their turn. In input order one slow page holds back all that
/// follow it: so it also says when no further page may be started, by the number of records in
/// progress and held, and by the bytes held. The page that is waited for may always be started, so
/// the bounds cannot lock up. No I/O.
class ReorderBuffer {
 public:
  /// @param window how many records may be in progress and held together
  /// @param most_bytes of HTML held, above which nothing is started
  /// @param backlog how many of them while the output is slow: a record is there that nobody takes,
  /// or one was taken that is not written yet
  ReorderBuffer(Order order, std::size_t window, std::size_t most_bytes, std::size_t backlog)
      : order_(order), window_(window), most_bytes_(most_bytes), backlog_(backlog) {}
  ReorderBuffer(Order order, std::size_t window, std::size_t most_bytes)
      : ReorderBuffer(order, window, most_bytes, window) {}

  bool may_start() const {
    const std::size_t most = has_next() || writing_ ? backlog_ : window_;
    return started_ - taken_ < most && bytes_ <= most_bytes_;
  }

  /// The last of those that `start` has counted that may be begun now; nothing: none.
  std::optional<std::size_t> last_to_begin() const;

  /// A page is started. @return its turn: how many were started before it
  std::size_t start() { return started_++; }

  /// The page that was started with this turn is done.
  void put(std::size_t turn, Record record);

  /// There will be no record of the page that was started with this turn.
  void skip(std::size_t turn);

  /// Whether `take` would give one.
  bool has_next() const { return held_.contains(taken_); }

  /// The next record to be written, if it is there.
  std::optional<Record> take();

  /// What `take` gave last has been written.
  void note_written() { writing_ = false; }

  std::size_t started() const { return started_; }

  /// Whether every started record has been taken.
  bool is_drained() const { return taken_ == started_; }

 private:
  Order order_;
  std::size_t window_;
  std::size_t most_bytes_;
  std::size_t backlog_;
  std::size_t started_ = 0;
  std::size_t taken_ = 0;
  std::size_t bytes_ = 0;  ///< of HTML in `held_`
  /// place in the output → record, from `put` to `take`. The place is the turn in input order,
  /// otherwise the number of records put before it.
  std::map<std::size_t, Record> held_;
  std::size_t put_ = 0;
  bool writing_ = false;           ///< from `take` to `note_written`
  std::set<std::size_t> skipped_;  ///< turns that will not come, from `skip` until it is theirs
};

}  // namespace cdp
