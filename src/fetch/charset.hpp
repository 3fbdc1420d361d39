// From the bytes of a document to text.
#pragma once

#include <string>
#include <string_view>

namespace cdp {

/// The encoding's name for one of its labels (Encoding Standard), such as `windows-1252` for
/// ` Latin1`; empty for an unknown label.
std::string_view charset_of_label(std::string_view label);

/// The encoding that the document declares within its first 1024 bytes or its head: `<meta
/// charset>`,
/// `<meta http-equiv>` (the HTML Standard's prescan), or an XML declaration. Empty: none.
std::string_view prescan_charset(std::string_view bytes);

/// The encoding of a document: its byte order mark, else what the server says, else what the
/// document declares, else a guess: UTF-8 where it is well-formed and says more than ASCII, else
/// windows-1252 for HTML and UTF-8 for XML and JSON.
/// @param media_type      its essence
/// @param server_charset  the label of the Content-Type header; empty: none
std::string_view find_charset(std::string_view bytes, std::string_view media_type,
                              std::string_view server_charset);

/// The text in UTF-8, without byte order mark. What the encoding does not know becomes U+FFFD.
/// @param charset a name that `charset_of_label` gives
std::string decode(std::string_view bytes, std::string_view charset);

}  // namespace cdp
