// URLs that are done, as journals know them.
#pragma once

#include "output/journal.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace cdp::test {

inline DoneUrl done(std::size_t seq, RecordOutcome outcome = RecordOutcome::ok) {
  return {seq, hash_of("http://h/" + std::to_string(seq)), outcome};
}

inline std::vector<std::size_t> seqs_of(const std::vector<DoneUrl>& urls) {
  std::vector<std::size_t> seqs;
  for (const DoneUrl& url : urls)
    seqs.push_back(url.seq);
  return seqs;
}

}  // namespace cdp::test
