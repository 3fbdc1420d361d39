#include "output/compressor.hpp"

#include <cdp/error.hpp>

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cstddef>
#include <limits>
#include <utility>

namespace cdp {
namespace {

constexpr std::size_t piece_size = std::size_t{1} << 16;

/// Window of 32 KiB; the 16 asks for gzip's form instead of zlib's own.
constexpr int gzip_window_bits = 15 + 16;

/// What both programs take by themselves.
constexpr int gzip_level = 6;
constexpr int zstd_level = 3;

/// zlib takes what it reads by a pointer that is not const.
Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

Error refused(const char* format) {
  return Error(errc::internal, std::string("cannot compress to ") + format);
}

}  // namespace

Compression compression_of(std::string_view path) {
  if (path.ends_with(".gz")) return Compression::gzip;
  if (path.ends_with(".zst")) return Compression::zstd;
  return Compression::none;
}

class Compressor::Impl {
 public:
  explicit Impl(Take take) : take_(std::move(take)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  virtual ~Impl() = default;

  virtual void feed(std::string_view text) = 0;
  virtual void finish() = 0;

 protected:
  void hand_over(std::size_t bytes) const { take_({piece_.data(), bytes}); }

  std::array<char, piece_size> piece_{};

 private:
  Take take_;
};

class Compressor::Gzip final : public Impl {
 public:
  explicit Gzip(Take take) : Impl(std::move(take)) {
    constexpr int memory_level = 8;
    if (deflateInit2(&stream_, gzip_level, Z_DEFLATED, gzip_window_bits, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK)
      throw refused("gzip");
  }
  ~Gzip() override { deflateEnd(&stream_); }

  void feed(std::string_view text) override {
    while (!text.empty()) {
      const std::string_view part = text.substr(0, std::numeric_limits<uInt>::max());
      run(part, Z_NO_FLUSH);  // zlib counts in 32 bits
      text.remove_prefix(part.size());
    }
  }

  void finish() override { run({}, Z_FINISH); }

 private:
  void run(std::string_view text, int flush) {
    stream_.next_in = bytes_of(text);
    stream_.avail_in = static_cast<uInt>(text.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      if (deflate(&stream_, flush) == Z_STREAM_ERROR) throw refused("gzip");
      hand_over(piece_.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  z_stream stream_{};
};

class Compressor::Zstd final : public Impl {
 public:
  explicit Zstd(Take take) : Impl(std::move(take)), context_(ZSTD_createCCtx()) {
    if (context_ == nullptr) throw refused("zstd");
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, zstd_level);
  }
  ~Zstd() override { ZSTD_freeCCtx(context_); }

  void feed(std::string_view text) override { run(text, ZSTD_e_continue); }
  void finish() override { run({}, ZSTD_e_end); }

 private:
  void run(std::string_view text, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    bool more = true;
    while (more) {
      ZSTD_outBuffer out{piece_.data(), piece_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_, &out, &in, directive);
      if (ZSTD_isError(left) != 0) throw refused("zstd");
      hand_over(out.pos);
      more = directive == ZSTD_e_end ? left > 0 : in.pos < in.size;
    }
  }

  ZSTD_CCtx* context_;
};

Compressor::Compressor(Compression compression, Take take)
    : compression_(compression), take_(std::move(take)) {}
Compressor::~Compressor() = default;

void Compressor::feed(std::string_view text) {
  if (text.empty()) return;
  if (compression_ == Compression::none) return take_(text);
  if (!impl_) impl_ = make();
  impl_->feed(text);
}

void Compressor::finish() {
  if (impl_) impl_->finish();
  impl_.reset();
}

std::unique_ptr<Compressor::Impl> Compressor::make() const {
  // Empty pieces are not written.
  const Take take = [this](std::string_view bytes) {
    if (!bytes.empty()) take_(bytes);
  };
  if (compression_ == Compression::gzip) return std::make_unique<Gzip>(take);
  return std::make_unique<Zstd>(take);
}

std::string compress(Compression compression, std::string_view text) {
  std::string out;
  Compressor compressor(compression, [&](std::string_view bytes) { out += bytes; });
  compressor.feed(text);
  compressor.finish();
  return out;
}

class Decompressor::Impl {
 public:
  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  virtual ~Impl() = default;

  virtual bool feed(std::string_view bytes, const Take& take) = 0;
  bool is_complete() const { return complete_; }

 protected:
  bool complete_ = true;
};

class Decompressor::Plain final : public Impl {
 public:
  bool feed(std::string_view bytes, const Take& take) override {
    take(bytes);
    return true;
  }
};

class Decompressor::Gzip final : public Impl {
 public:
  Gzip() {
    if (inflateInit2(&stream_, gzip_window_bits) != Z_OK) throw refused("gzip");
  }
  ~Gzip() override { inflateEnd(&stream_); }

  bool feed(std::string_view bytes, const Take& take) override {
    stream_.next_in = bytes_of(bytes);
    stream_.avail_in = static_cast<uInt>(bytes.size());
    // A full piece may have more behind it, with all the input read.
    bool more = true;
    while (stream_.avail_in > 0 || more) {
      if (complete_ && stream_.avail_in == 0) break;
      if (complete_) inflateReset(&stream_);
      complete_ = false;
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      const int state = inflate(&stream_, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return false;
      complete_ = state == Z_STREAM_END;
      more = stream_.avail_out == 0;
      take({piece_.data(), piece_.size() - stream_.avail_out});
    }
    return true;
  }

 private:
  z_stream stream_{};
  std::array<char, piece_size> piece_{};
};

class Decompressor::Zstd final : public Impl {
 public:
  Zstd() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) throw refused("zstd");
  }
  ~Zstd() override { ZSTD_freeDCtx(context_); }

  bool feed(std::string_view bytes, const Take& take) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    bool more = true;
    while (in.pos < in.size || more) {
      if (complete_ && in.pos == in.size) break;
      ZSTD_outBuffer out{piece_.data(), piece_.size(), 0};
      const std::size_t left = ZSTD_decompressStream(context_, &out, &in);
      if (ZSTD_isError(left) != 0) return false;
      complete_ = left == 0;
      more = out.pos == out.size;
      take({piece_.data(), out.pos});
    }
    return true;
  }

 private:
  ZSTD_DCtx* context_;
  std::array<char, piece_size> piece_{};
};

std::unique_ptr<Decompressor::Impl> Decompressor::make(Compression compression) {
  if (compression == Compression::gzip) return std::make_unique<Gzip>();
  if (compression == Compression::zstd) return std::make_unique<Zstd>();
  return std::make_unique<Plain>();
}

Decompressor::Decompressor(Compression compression) : impl_(make(compression)) {}
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

bool Decompressor::feed(std::string_view bytes, const Take& take) {
  return impl_->feed(bytes, take);
}

bool Decompressor::is_complete() const {
  return impl_->is_complete();
}

}  // namespace cdp
