// Text as servers pack it.
#pragma once

#include <string>

namespace cdp::test {

/// The forms that `Content-Encoding: gzip` and `deflate` have, by zlib's window bits.
enum class Packed { gzip = 31, zlib = 15, raw = -15 };

std::string packed(const std::string& text, Packed form = Packed::gzip);

}  // namespace cdp::test
