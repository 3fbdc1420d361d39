// The body of an answer, unpacked piece by piece and within bounds.
#pragma once

#include "fetch/answer_head.hpp"
#include "fetch/body_decoder.hpp"
#include <cdp/error.hpp>

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// How much of an answer is read. All count unpacked bytes.
struct BodyLimits {
  std::size_t text = 0;  ///< of a document; what is longer is cut
  std::size_t file = 0;  ///< of what is none; 0: nothing of it is read

  /// Of a document: one with more is a fault.
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

/// Collects a body. Whoever feeds it lets it work by `step`, and may do something else between two
/// steps: a small body may unpack to a very large one. No I/O.
class BodyReader {
 public:
  /// The most that one step makes.
  static constexpr std::size_t piece = std::size_t{256} << 10;

  /// What may wait to be unpacked, before whoever feeds it should wait.
  static constexpr std::size_t most_waiting = std::size_t{64} << 10;

  /// A packed body must not grow by more than this factor, once there is so much of it. Pages do
  /// not: they shrink to a tenth, lists of equal lines to a fiftieth.
  static constexpr std::size_t most_growth = 200;
  static constexpr std::size_t free_growth = std::size_t{8} << 20;

  /// @param takes_any_file what is not a text is read as text is
  BodyReader(BodyLimits limits, bool takes_any_file)
      : limits_(limits), takes_any_file_(takes_any_file) {}

  /// Before a body.
  void begin(const AnswerHead& head);

  void feed(std::string_view block);
  bool has_room() const { return decoder_.waiting() <= most_waiting; }

  /// Whether there is something to do before more is fed.
  bool has_work() const { return !is_over_ && has_work_; }

  /// Unpacks a piece.
  void step();

  /// There is no memory for it: what there was of it is let go.
  void give_up() {
    body_ = {};
    is_over_ = true;
  }

  /// Nothing more is wanted: it was cut, is a file that nobody wants, or is too large.
  bool is_over() const { return is_over_; }

  bool is_cut() const { return cut_; }
  bool is_file() const { return is_file_; }

  /// What the body is: as the server says, or as it looks.
  const std::string& type() const { return type_; }

  /// The packed body is whole as a transfer, and yet ends in the middle of what was packed.
  bool ends_early() const {
    return !fault_ && !cut_ && !decoder_.is_broken() && !decoder_.is_complete();
  }

  /// Why the body is not what it should be, now that there will be no more of it.
  std::optional<Error> fault() const;

  /// Whether there is a document, or some of it.
  bool has_text() const { return !is_file_ && !body_.empty(); }

  std::string take() { return std::move(body_); }

 private:
  void look_at_type();
  void check_size();

  BodyLimits limits_;
  bool takes_any_file_;
  std::string said_type_;  ///< by the server
  std::string type_;
  std::string disposition_;
  BodyDecoder decoder_;
  std::string body_;
  std::size_t received_ = 0;
  bool has_work_ = false;
  bool is_coded_ = false;
  bool is_over_ = false;
  bool cut_ = false;
  bool is_file_ = false;
  std::optional<Error> fault_;
};

}  // namespace cdp
