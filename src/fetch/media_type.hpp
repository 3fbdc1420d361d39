// What a server says its answer is.
#pragma once

#include <string>
#include <string_view>

namespace cdp {

struct MediaType {
  std::string essence;  ///< `type/subtype` in lower case; empty: not said, or not readable
  std::string charset;  ///< the parameter as it stands; empty: none
};

/// Reads the value of a Content-Type header (MIME Sniffing Standard, tolerant of what follows).
MediaType parse_media_type(std::string_view text);

bool is_html(std::string_view essence);
bool is_xml(std::string_view essence);

/// The type of an answer whose server names none: what the first bytes look like.
std::string_view sniff_media_type(std::string_view body);

/// Whether so called text is none, by its first bytes: then browsers save it.
bool is_binary(std::string_view body);

/// Whether the answer is text that stands for a page; anything else (images, archives, what is to
/// be saved by its Content-Disposition) is a download.
bool is_document(std::string_view essence, std::string_view content_disposition);

/// The usual extension of files of a type, with its dot; empty for types nobody meets.
std::string_view extension_for(std::string_view essence);

}  // namespace cdp
