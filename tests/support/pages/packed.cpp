#include "packed.hpp"

#include <zlib.h>

namespace cdp::test {

std::string packed(const std::string& text, Packed form) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, static_cast<int>(form), 8, Z_DEFAULT_STRATEGY);
  std::string out(compressBound(text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace cdp::test
