// Text that may be too long for memory.
#pragma once

#include "base/unique_fd.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace cdp {

/// Text that grows piece by piece, and is read piece by piece. Beyond a size it is in a file in
/// TMPDIR that has no name, and goes with it however the program ends. Where there can be no such
/// file, or the disk is full, it stays in memory.
///
/// Reading and writing the file blocks, as memory that is swapped does.
class LongText {
 public:
  using Take = std::function<void(std::string_view)>;

  static constexpr std::size_t always_in_memory = std::numeric_limits<std::size_t>::max();

  /// Nearly all pages are shorter.
  static constexpr std::size_t usual_memory = std::size_t{4} << 20;

  explicit LongText(std::size_t most_in_memory = always_in_memory)
      : most_in_memory_(most_in_memory) {}
  explicit LongText(std::string text) : LongText() { memory_ = std::move(text); }

  void append(std::string_view text);

  /// Room for a text whose length is known, as far as it goes into memory.
  void reserve(std::size_t bytes);

  std::size_t size() const { return in_file_ + memory_.size(); }
  bool is_in_file() const { return static_cast<bool>(file_); }
  bool operator==(std::string_view text) const { return in_file_ == 0 && memory_ == text; }

  /// Cuts it to at most so many bytes, between code points. @return whether it was longer
  bool cut(std::size_t most_bytes);

  /// Hands over all of it, in pieces of at most `piece_size` that end between code points.
  /// @throws Error output_error when the file cannot be read
  void read(const Take& take) const;

  /// Such a piece, from there on; empty at the end. @throws Error output_error
  std::string piece_at(std::size_t offset) const;

  /// All of it. @throws Error output_error when the file cannot be read
  std::string text() const&;
  std::string text() &&;

  static constexpr std::size_t piece_size = std::size_t{1} << 20;

 private:
  void move_out();
  void stay_in_memory();
  std::string at(std::size_t offset, std::size_t most_bytes) const;
  std::string read_file(std::size_t offset, std::size_t bytes) const;

  std::size_t most_in_memory_;
  UniqueFd file_;            ///< the beginning, once it was too long
  std::size_t in_file_ = 0;  ///< bytes
  std::string memory_;       ///< what comes behind that
};

}  // namespace cdp
