#pragma once

// The HTML behind the built-in routes. All of it is deterministic.

#include <string>
#include <string_view>

namespace cdp::test {

/// A whole document in UTF-8. `title` is escaped, `body` and `head` are not.
std::string html_page(std::string_view title, std::string_view body, std::string_view head = {});
/// A document whose body is `body` and then a script.
std::string script_page(std::string_view title, std::string_view body, std::string_view script);

/// Page N of the sample site and its subresources (empty for an unknown name).
std::string sample_page(int number);
std::string sample_script(std::string_view name);
std::string sample_stylesheet();

/// A document about `name` in that encoding; empty for an unknown name.
std::string encoded_page(std::string_view name);

// Pages named like their routes.
std::string surrogates_page();
std::string lazy_page();
std::string shadow_page();
std::string overrides_page();

}  // namespace cdp::test
