// Records of pages.
#pragma once

#include <cdp/record.hpp>

#include <cstddef>
#include <string>

namespace cdp::test {

/// With so many bytes of HTML.
inline Record record_of(std::size_t seq, std::size_t bytes = 0) {
  Record record;
  record.seq = seq;
  record.html = std::string(bytes, 'x');
  return record;
}

}  // namespace cdp::test
