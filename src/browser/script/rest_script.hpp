// What tells from inside a page whether it is idle: the probe, which runs in an isolated world and
// so has builtins of its own. What only the page's own world can tell it asks the watch
// (`document_script`), by an event whose name is a secret; the answer is text of a node that is in
// no document.
#pragma once

#include <string>

namespace cdp {

/// Evaluates to a `Look` as JSON (`engine/page_rest`), from which on changes are counted again. To
/// be evaluated in the isolated world.
const std::string& first_look_expression();

/// Evaluates to the next look in a world that has had its first.
std::string next_look_expression();

}  // namespace cdp
