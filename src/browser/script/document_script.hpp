// What every document of ours begins with, before all of its scripts.
#pragma once

#include <string>
#include <string_view>

namespace cdp {

/// Runs in the page's own world; in Chromium, only in documents that have scripts. Keeps the page's
/// window open. What the page gives to the functions that are replaced passes through untouched,
/// and they look native.
/// @param watches_timers it notes when the page's timers are due, for the probe (`rest_script`).
///        Otherwise it leaves there what `reader_expression` calls
const std::string& document_script(bool watches_timers);

/// A script with the secret in the place of the word SECRET: a name that no page can guess, another
/// one in every process.
std::string with_document_secret(std::string_view script);

}  // namespace cdp
