// Compressed output.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cdp {

enum class Compression { none, gzip, zstd };

/// By the end of a file's name: `.gz`, `.zst`.
Compression compression_of(std::string_view path);

/// Makes one complete gzip member or zstd frame of a text that comes in pieces. Files of them can
/// be put end to end, and cut between two of them. Empty text gives empty output.
class Compressor {
 public:
  using Take = std::function<void(std::string_view)>;

  /// @param take gets what is to be written, in pieces
  Compressor(Compression compression, Take take);
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor();

  /// @throws Error internal when the library refuses; what `take` throws
  void feed(std::string_view text);
  void finish();

 private:
  class Impl;
  class Gzip;
  class Zstd;
  std::unique_ptr<Impl> make() const;

  Compression compression_;
  Take take_;
  std::unique_ptr<Impl> impl_;  ///< of what is compressed, from the first text on
};

/// A text as one of them. @throws Error internal when the library refuses
std::string compress(Compression compression, std::string_view text);

/// Reads the text of a file of members or frames, piece by piece.
class Decompressor {
 public:
  using Take = std::function<void(std::string_view)>;

  explicit Decompressor(Compression compression);
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;
  ~Decompressor();

  /// Hands on the text of the next bytes of the file, in pieces. @return false when they are
  /// damaged
  bool feed(std::string_view bytes, const Take& take);

  /// Whether what was fed ends where a member or frame does.
  bool is_complete() const;

 private:
  class Impl;
  class Plain;
  class Gzip;
  class Zstd;
  static std::unique_ptr<Impl> make(Compression compression);

  std::unique_ptr<Impl> impl_;
};

}  // namespace cdp
