#pragma once

// Small files of several types, made without a library: what matters is that a browser takes them.

#include <string>
#include <string_view>

namespace cdp::test {

/// An 8×8 PNG of one colour that depends on `seed`.
std::string png_image(int seed);
/// A PDF of one page that shows `text` (no parentheses or backslashes in it).
std::string pdf_document(std::string_view text);
/// `text` in the gzip format, stored rather than compressed.
std::string gzip_stored(std::string_view text);

}  // namespace cdp::test
