// Secrets in URLs and messages, for texts that people pass on: logs, metrics, reports.
#pragma once

#include <string>
#include <string_view>

namespace cdp {

/// The text with the secrets of its URLs replaced by `***`: user and password, and the values of
/// query and fragment parameters whose names sound like a secret (token, key, sig, secret,
/// password, auth, session, code, …). Everything outside of `scheme://…` stays as it is.
std::string redacted(std::string_view text);

/// Whether a parameter or header of that name sounds as if its value were a secret.
bool names_secret(std::string_view name);

/// A message of the protocol with its secrets replaced: the values of headers and cookies, of
/// members whose names sound like a secret, credentials, what is posted, and fragments of URLs. It
/// may be cut off anywhere.
std::string redacted_message(std::string_view json);

}  // namespace cdp
