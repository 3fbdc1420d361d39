// Names of files for what came from URLs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cdp {

/// A name that is safe on every file system and tells people what is in the file:
/// `0000017-example.com-articles-index.html`. The position in the input comes first: so no two URLs
/// of a run share a name, names sort in the order of the input, and the same run over the same
/// input gives the same names. Only letters, digits, dots, dashes and underscores; 120 bytes at
/// most.
/// @param seq position in the input, from 0
/// @param url what the rest of the name is taken from; only a hint, it may hold anything
/// @param extension with its dot, such as `.html`
std::string file_name_of(std::size_t seq, std::string_view url, std::string_view extension);

/// The extension of the file that a text names, with its dot, when it is one that people would
/// write: short, of letters and digits. Else empty.
std::string extension_of(std::string_view name);

}  // namespace cdp
