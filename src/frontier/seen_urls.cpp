#include "frontier/seen_urls.hpp"

#include <bit>
#include <random>
#include <utility>

namespace cdp {
namespace {

constexpr unsigned seq_bits = 40;
constexpr std::uint64_t seq_mask = (std::uint64_t{1} << seq_bits) - 1;

/// The four words of SipHash.
class SipState {
 public:
  explicit SipState(const std::array<std::uint64_t, 2>& key)
      : v0_(key[0] ^ 0x736f6d6570736575U),
        v1_(key[1] ^ 0x646f72616e646f6dU ^ 0xeeU),
        v2_(key[0] ^ 0x6c7967656e657261U),
        v3_(key[1] ^ 0x7465646279746573U) {}

  void take(std::uint64_t word) {
    v3_ ^= word;
    rounds(2);
    v0_ ^= word;
  }

  std::array<std::uint64_t, 2> finish() {
    v2_ ^= 0xeeU;
    rounds(4);
    const std::uint64_t first = v0_ ^ v1_ ^ v2_ ^ v3_;
    v1_ ^= 0xddU;
    rounds(4);
    return {first, v0_ ^ v1_ ^ v2_ ^ v3_};
  }

 private:
  void rounds(int count) {
    for (; count > 0; --count) {
      v0_ += v1_;
      v1_ = std::rotl(v1_, 13) ^ v0_;
      v0_ = std::rotl(v0_, 32);
      v2_ += v3_;
      v3_ = std::rotl(v3_, 16) ^ v2_;
      v0_ += v3_;
      v3_ = std::rotl(v3_, 21) ^ v0_;
      v2_ += v1_;
      v1_ = std::rotl(v1_, 17) ^ v2_;
      v2_ = std::rotl(v2_, 32);
    }
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return word;
}

}  // namespace

std::array<std::uint64_t, 2> siphash128(std::string_view text,
                                        const std::array<std::uint64_t, 2>& key) {
  SipState state(key);
  const std::uint64_t length = text.size();
  for (; text.size() >= 8; text.remove_prefix(8))
    state.take(little_endian(text.substr(0, 8)));
  state.take(little_endian(text) | length << 56U);
  return state.finish();
}

SeenUrls::SeenUrls() {
  std::random_device random;
  for (std::uint64_t& word : key_)
    word = std::uint64_t{random()} << 32U | random();
}

std::optional<std::uint64_t> SeenUrls::note(std::string_view normal, std::uint64_t seq) {
  // At most half full: 32 bytes per URL, and short probe sequences.
  if (2 * (size_ + 1) > slots_.size() && size_ < most_urls) grow();
  const auto [hash, more] = siphash128(normal, key_);
  const std::uint64_t tag = more & ~seq_mask;
  Slot& slot = find(hash, tag);
  if (slot.rest != 0) return (slot.rest & seq_mask) - 1;
  if (size_ < most_urls) {
    slot = {hash, tag | (seq + 1)};
    ++size_;
  }
  return std::nullopt;
}

/// Where such a URL stands, or would.
SeenUrls::Slot& SeenUrls::find(std::uint64_t hash, std::uint64_t tag) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    const bool is_same = slot.hash == hash && (slot.rest & ~seq_mask) == tag;
    if (slot.rest == 0 || is_same) return slot;
  }
}

void SeenUrls::grow() {
  constexpr std::size_t fewest = 1024;
  std::vector<Slot> old = std::move(slots_);
  slots_ = std::vector<Slot>(old.empty() ? fewest : 2 * old.size());
  for (const Slot& slot : old)
    if (slot.rest != 0) find(slot.hash, slot.rest & ~seq_mask) = slot;
}

}  // namespace cdp
