// What runs inside of pages.
#pragma once

#include <string>
#include <string_view>

namespace cdp {

/// Runs before the scripts of every document. Keeps count of the page's own short timers that have
/// not fired, so that a page which builds its content a moment after load is not taken for done.
/// The page sees the same functions as before: they are proxies, which look native, and call
/// through.
std::string_view timer_watch_script();

/// An expression whose promise becomes "quiet" when the page's DOM has not changed for a while, two
/// frames have been drawn, and no short timer is left; "limit" when that takes longer than
/// `limit_ms`.
std::string settle_expression(long limit_ms);

/// Has the page take another URL as its own, which a navigation there will then replace in the
/// history. Its URL then; null when the page has given its window a name, or something of it waits
/// for its end: neither would be gone with it. To be evaluated with the console's functions.
std::string make_way_expression(const std::string& url);

/// A promise that becomes true as soon as the selector matches. @param selector CSS
std::string selector_expression(const std::string& selector);

/// Scrolls the page, or what takes its place in pages that do not scroll themselves, down by one
/// screen. True when that moved it.
std::string scroll_down_expression();

/// And to the top again.
std::string scroll_back_expression();

/// A promise that becomes true as soon as the expression is true.
std::string function_expression(const std::string& function);

}  // namespace cdp
