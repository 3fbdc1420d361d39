// What tells from inside of a page whether it has come to rest.
//
// Two scripts. The watch runs in the page's own world, before all of its scripts, for only there
// can timers be seen as they are set. The probe runs in an isolated world, which has builtins of
// its own. The probe asks the watch by an event whose name is a secret, and the answer is text of a
// node that is in no document.
#pragma once

#include <string>

namespace cdp {

/// Runs before the scripts of every document; in Chromium, only of those that have scripts. Notes
/// when the page's timers are due. What the page gives to them passes through untouched, and the
/// functions that it sees look native.
const std::string& timer_watch_script();

/// Evaluates to a `Look` as JSON (`engine/page_rest`), from which on changes are counted anew. To
/// be evaluated in the isolated world.
const std::string& first_look_expression();

/// Evaluates to the next look in a world that has had its first.
std::string next_look_expression();

}  // namespace cdp
