// From a body as it was sent to the bytes of its document: what Content-Encoding says undone.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// One coding of a body, undone.
class Inflater {
 public:
  /// What came of a step.
  struct Step {
    std::size_t taken = 0;  ///< bytes of the input
    std::size_t made = 0;   ///< bytes of the output
    bool broken = false;    ///< the input is not of this coding
  };

  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  virtual ~Inflater() = default;

  virtual Step run(std::string_view input, char* output, std::size_t room) = 0;

  /// Whether the coded text has come to its own end. What follows it is not part of it.
  virtual bool is_over() const = 0;
};

/// Undoes the codings of a body, piece by piece: a small body may become a very large one, so its
/// caller decides after each piece whether to continue. Takes what Chromium takes: gzip, deflate
/// (with or without zlib's header), br, zstd, in any order; one coding that it does not know, and
/// the body is taken as it is. What follows the end of a coded text, such as zeros or a second
/// member of gzip, is overlooked. No I/O.
class BodyDecoder {
 public:
  /// A body that is not coded.
  BodyDecoder() = default;

  /// @param content_encoding the header's values, parted by commas
  explicit BodyDecoder(std::string_view content_encoding);

  /// More of the body.
  void feed(std::string_view block);

  /// What has been fed and not yet looked at.
  std::size_t waiting() const { return input_.size() - taken_; }

  /// Appends the next piece of the document.
  /// @param most bytes of it
  /// @return whether there was any: if not, it needs more of the body
  bool decode(std::string& document, std::size_t most);

  /// The body is not in the coding that it is said to be in.
  bool is_broken() const { return broken_; }

  /// Whether the body may end here.
  bool is_complete() const;

 private:
  struct Stage {
    std::unique_ptr<Inflater> inflater;
    std::string input;  ///< from the stage before
    std::size_t taken = 0;
  };

  std::size_t pull(std::size_t stages, char* output, std::size_t room);
  std::size_t run(Stage& stage, std::string_view input, std::size_t& taken, char* output,
                  std::size_t room);

  std::vector<Stage> stages_;  ///< in the order in which they are undone
  std::string input_;
  std::size_t taken_ = 0;  ///< of the input
  bool fed_ = false;
  bool broken_ = false;
};

}  // namespace cdp
