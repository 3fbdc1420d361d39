// A line of the input.
#pragma once

#include "frontier/url_source.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace cdp::test {

inline InputUrl input_of(std::string url, std::size_t seq = 0) {
  InputUrl input;
  input.seq = seq;
  input.url = std::move(url);
  return input;
}

}  // namespace cdp::test
