// Base64 (RFC 4648, section 4), as the protocol sends pictures.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// The bytes; nothing when the text is not base64: another character, a wrong length, bits that are
/// left over.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace cdp
