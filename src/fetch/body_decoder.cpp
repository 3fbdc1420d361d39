#include "fetch/body_decoder.hpp"

#include "base/ascii.hpp"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace cdp {
namespace {

/// Between two stages.
constexpr std::size_t piece_size = std::size_t{16} << 10;

/// More than any server has a use for: each costs memory.
constexpr std::size_t most_codings = 5;

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

/// gzip (RFC 1952) and deflate (RFC 1950, and RFC 1951 as some servers have it).
class ZlibInflater : public Inflater {
 public:
  enum class Form { gzip, deflate };

  explicit ZlibInflater(Form form) : form_(form) {}
  ZlibInflater(const ZlibInflater&) = delete;
  ZlibInflater& operator=(const ZlibInflater&) = delete;
  ~ZlibInflater() override {
    if (begun_) inflateEnd(&stream_);
  }

  Step run(std::string_view input, char* output, std::size_t room) override {
    if (over_) return {input.size(), 0, false};
    if (input.empty() && !begun_) return {};
    if (!begun_) begin(input.front());
    stream_.next_in = bytes_of(input);
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output);
    stream_.avail_out = static_cast<uInt>(room);
    const int state = inflate(&stream_, Z_NO_FLUSH);
    const Step step{input.size() - stream_.avail_in, room - stream_.avail_out, false};
    over_ = state == Z_STREAM_END || has_wrong_sum(state);
    if (over_ || state == Z_OK || state == Z_BUF_ERROR) return step;
    return {step.taken, step.made, true};
  }

  bool is_over() const override { return over_; }

 private:
  void begin(char first) {
    constexpr int window_bits = 15;
    constexpr int gzip = 16;
    constexpr unsigned method = 0x0F;
    constexpr unsigned deflated = 8;
    // Where zlib's header is missing, the first block's begins, which never looks like it.
    const bool has_header = (static_cast<unsigned char>(first) & method) == deflated;
    const int form = form_ == Form::gzip ? window_bits + gzip
                     : has_header        ? window_bits
                                         : -window_bits;
    begun_ = inflateInit2(&stream_, form) == Z_OK;
  }

  /// Browsers do not look at the sum at the end, and there are servers that get it wrong.
  bool has_wrong_sum(int state) const {
    return state == Z_DATA_ERROR && stream_.msg != nullptr &&
           (std::strcmp(stream_.msg, "incorrect data check") == 0 ||
            std::strcmp(stream_.msg, "incorrect length check") == 0);
  }

  Form form_;
  z_stream stream_{};
  bool begun_ = false;
  bool over_ = false;
};

/// Brotli (RFC 7932).
class BrotliInflater : public Inflater {
 public:
  BrotliInflater() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}
  BrotliInflater(const BrotliInflater&) = delete;
  BrotliInflater& operator=(const BrotliInflater&) = delete;
  ~BrotliInflater() override { BrotliDecoderDestroyInstance(state_); }

  Step run(std::string_view input, char* output, std::size_t room) override {
    if (is_over()) return {input.size(), 0, false};
    std::size_t left = input.size();
    std::size_t free = room;
    const auto* next_in = reinterpret_cast<const std::uint8_t*>(input.data());
    auto* next_out = reinterpret_cast<std::uint8_t*>(output);
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state_, &left, &next_in, &free, &next_out, nullptr);
    return {input.size() - left, room - free, result == BROTLI_DECODER_RESULT_ERROR};
  }

  bool is_over() const override { return BrotliDecoderIsFinished(state_) == BROTLI_TRUE; }

 private:
  BrotliDecoderState* state_;
};

/// Zstandard (RFC 8878).
class ZstdInflater : public Inflater {
 public:
  ZstdInflater() : stream_(ZSTD_createDCtx()) {
    constexpr int window_log = 23;  // 8 MiB, as browsers allow (RFC 9659)
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, window_log);
  }
  ZstdInflater(const ZstdInflater&) = delete;
  ZstdInflater& operator=(const ZstdInflater&) = delete;
  ~ZstdInflater() override { ZSTD_freeDCtx(stream_); }

  Step run(std::string_view input, char* output, std::size_t room) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output, room, 0};
    const std::size_t state = ZSTD_decompressStream(stream_, &out, &in);
    if (ZSTD_isError(state) != 0U) {
      // What follows a whole frame need not be another one.
      return {over_ ? input.size() : in.pos, out.pos, !over_};
    }
    if (in.pos > 0 || out.pos > 0) over_ = state == 0;
    return {in.pos, out.pos, false};
  }

  bool is_over() const override { return over_; }

 private:
  ZSTD_DCtx* stream_;
  bool over_ = false;
};

std::unique_ptr<Inflater> make_inflater(std::string_view coding) {
  const std::string name = lower(coding);
  if (name == "gzip" || name == "x-gzip")
    return std::make_unique<ZlibInflater>(ZlibInflater::Form::gzip);
  if (name == "deflate") return std::make_unique<ZlibInflater>(ZlibInflater::Form::deflate);
  if (name == "br") return std::make_unique<BrotliInflater>();
  if (name == "zstd") return std::make_unique<ZstdInflater>();
  return nullptr;
}

}  // namespace

BodyDecoder::BodyDecoder(std::string_view content_encoding) {
  while (!content_encoding.empty()) {
    const std::size_t end = std::min(content_encoding.find(','), content_encoding.size());
    const std::string_view coding = trimmed(content_encoding.substr(0, end), " \t\r\n");
    content_encoding.remove_prefix(std::min(end + 1, content_encoding.size()));
    if (coding.empty()) continue;
    auto inflater = make_inflater(coding);
    if (!inflater || stages_.size() == most_codings) {
      stages_.clear();
      return;
    }
    stages_.push_back({std::move(inflater), {}, 0});
  }
  std::reverse(stages_.begin(), stages_.end());  // the last one applied is the first undone
}

void BodyDecoder::feed(std::string_view block) {
  fed_ = fed_ || !block.empty();
  input_.erase(0, std::exchange(taken_, 0));
  input_ += block;
}

bool BodyDecoder::decode(std::string& document, std::size_t most) {
  std::array<char, piece_size> piece;
  bool any = false;
  while (most > 0 && !broken_) {
    const std::size_t made =
        pull(stages_.size(), piece.data(), std::min<std::size_t>(most, piece.size()));
    if (made == 0) break;
    document.append(piece.data(), made);
    most -= made;
    any = true;
  }
  return any;
}

/// What the first so many stages make of the input.
std::size_t BodyDecoder::pull(std::size_t stages, char* output, std::size_t room) {
  if (stages == 0) {
    const std::size_t size = std::min(room, waiting());
    std::memcpy(output, input_.data() + taken_, size);
    taken_ += size;
    return size;
  }
  Stage& stage = stages_[stages - 1];
  for (;;) {
    if (stages == 1) return run(stage, input_, taken_, output, room);
    const std::size_t made = run(stage, stage.input, stage.taken, output, room);
    if (made > 0 || broken_) return made;
    stage.input.resize(piece_size);
    stage.taken = 0;
    const std::size_t more = pull(stages - 1, stage.input.data(), piece_size);
    stage.input.resize(more);
    if (more == 0) return 0;
  }
}

/// As far as there is input, or until there is output.
std::size_t BodyDecoder::run(Stage& stage, std::string_view input, std::size_t& taken, char* output,
                             std::size_t room) {
  for (;;) {
    const Inflater::Step step = stage.inflater->run(input.substr(taken), output, room);
    taken += step.taken;
    broken_ = broken_ || step.broken;
    if (step.made > 0 || broken_ || step.taken == 0) return step.made;
  }
}

bool BodyDecoder::is_complete() const {
  const auto is_over = [](const Stage& stage) { return stage.inflater->is_over(); };
  return !broken_ && (!fed_ || std::all_of(stages_.begin(), stages_.end(), is_over));
}

}  // namespace cdp
