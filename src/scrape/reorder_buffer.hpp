// Results in order, and no more of them in memory than need be.
#pragma once

#include <cdp/record.hpp>
#include <cdp/scrape.hpp>

#include <cstddef>
#include <map>
#include <optional>

namespace cdp {

/// Holds finished records until it is their turn. In input order one slow page holds back all that
/// follow it: so it also says when no further page may be started, by the number of records under
/// way and held, and by the bytes held. The page that is waited for has always been started, so the
/// bound cannot lock up. No I/O.
class ReorderBuffer {
 public:
  /// @param window how many records may be under way and held together
  /// @param most_bytes of HTML held, above which nothing is started
  ReorderBuffer(Order order, std::size_t window, std::size_t most_bytes)
      : order_(order), window_(window), most_bytes_(most_bytes) {}

  bool may_start() const { return started_ - taken_ < window_ && bytes_ <= most_bytes_; }

  /// A page is started. @return its turn: how many were started before it
  std::size_t start() { return started_++; }

  /// The page that was started with this turn is done.
  void put(std::size_t turn, Record record);

  /// Whether `take` would give one.
  bool has_next() const { return held_.contains(taken_); }

  /// The next record to be written, if it is there.
  std::optional<Record> take();

  std::size_t started() const { return started_; }

  /// Whether every started record has been taken.
  bool is_drained() const { return taken_ == started_; }

 private:
  Order order_;
  std::size_t window_;
  std::size_t most_bytes_;
  std::size_t started_ = 0;
  std::size_t taken_ = 0;
  std::size_t bytes_ = 0;  ///< of HTML in `held_`
  /// place in the output → record, from `put` to `take`. The place is the turn in input order,
  /// otherwise the number of records put before it.
  std::map<std::size_t, Record> held_;
  std::size_t put_ = 0;
};

}  // namespace cdp
