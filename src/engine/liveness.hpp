// Whether the process of a page still does anything for it.
#pragma once

#include "protocol/network.hpp"
#include "protocol/page.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace cdp {

/// Tells since when a page's renderer has owed it something: the start of the page, the document
/// whose answer is there, the answer to a ping. What it does not answer for is the server: while a
/// document is on its way, a page between two documents answers nothing, and need not.
///
/// Pages that share a renderer share its thread. One whose script blocks the thread holds up the
/// others, and this is how they notice. Time is passed in; no I/O.
class Liveness {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param main_frame of the page, which is to run from now on
  Liveness(std::string main_frame, Clock::time_point now)
      : main_frame_(std::move(main_frame)), owing_since_(now) {}

  void on(const protocol::network::RequestWillBeSent& event);
  void on(const protocol::network::ResponseReceived& event, Clock::time_point now);
  void on(const protocol::network::LoadingFailed& event);
  void on(const protocol::page::FrameNavigated& event);

  /// Whether a ping would be answered by a page that is well, and none is out.
  bool may_be_asked() const { return !with_server_ && !owing_since_; }

  void note_asked(Clock::time_point now) { owing_since_ = now; }

  /// A ping, or the page's set-up, has been answered. @return how late
  Clock::duration note_answered(Clock::time_point now);

  /// How much of a span that ends now the renderer has owed the page answers: one that always
  /// answers in the end, but late, gets nobody anywhere.
  Clock::duration owed_within(Clock::duration span, Clock::time_point now) const;

  /// Whether a document has been shown: before, no script of the page's own can have run.
  bool has_document() const { return has_document_; }

  /// How long the renderer has owed the page something; zero when it owes nothing.
  Clock::duration owing_for(Clock::time_point now) const {
    return owing_since_ ? now - *owing_since_ : Clock::duration::zero();
  }

 private:
  void settle();

  std::string main_frame_;
  std::string document_;      ///< the newest request for one
  bool with_server_ = false;  ///< which has not answered it yet
  bool has_document_ = false;
  std::optional<Clock::time_point> owing_since_;

  struct Debt {
    Clock::time_point from;
    Clock::time_point to;
  };
  static constexpr std::size_t most_debts = 64;
  std::deque<Debt> paid_;  ///< the newest, the oldest first
};

}  // namespace cdp
