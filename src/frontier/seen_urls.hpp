// Which URLs a run has had.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cdp {

/// Remembers URLs by 88 bits of a keyed hash and where they first stood, in 16 bytes each: at most
/// 32 bytes of memory for each, 48 while it grows. Two URLs that are not the same are taken for it
/// once in 10^13 runs of a million. The key differs from run to run, so that nobody can make such
/// URLs. No I/O.
class SeenUrls {
 public:
  /// Above that, no further URLs are remembered: a bound for lists without an end.
  static constexpr std::size_t most_urls = std::size_t{40'000'000};

  SeenUrls();

  /// Notes a URL. @param normal in normal form @param seq below 2^40
  /// @return the seq it was first noted with, if it was
  std::optional<std::uint64_t> note(std::string_view normal, std::uint64_t seq);

  std::size_t size() const { return size_; }

  /// What the table takes.
  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint64_t rest = 0;  ///< 24 bits of hash, 40 of seq + 1; 0: free
  };

  void grow();
  Slot& find(std::uint64_t hash, std::uint64_t tag);

  std::array<std::uint64_t, 2> key_;
  std::vector<Slot> slots_;  ///< a power of two, probed linearly
  std::size_t size_ = 0;
};

/// SipHash-2-4 with 128 bits of result (Aumasson, Bernstein).
std::array<std::uint64_t, 2> siphash128(std::string_view text,
                                        const std::array<std::uint64_t, 2>& key);

}  // namespace cdp
