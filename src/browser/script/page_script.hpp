// What runs inside pages.
#pragma once

#include <string>

namespace cdp {

/// Has the page take another URL as its own, which a navigation there will then replace in the
/// history. Its URL then; null when the page has given its window a name, or something of it waits
/// for its end: neither would be gone with it. To be evaluated with the console's functions.
std::string make_way_expression(const std::string& url);

/// Whether the selector matches anything, in open shadow roots too. @param selector CSS
std::string selector_expression(const std::string& selector);

/// Scrolls the page, and the large parts of it that scroll by themselves, down by one screen each.
/// True when that moved any.
std::string scroll_down_expression();

/// Scrolls back to the top.
std::string scroll_back_expression();

/// Whether the expression is true, or what its promise becomes; a function is called.
std::string function_expression(const std::string& function);

}  // namespace cdp
