// How a document becomes text, inside its page.
#pragma once

#include <string>
#include <string_view>

namespace cdp {

/// Runs before the scripts of every document, and leaves there what `reader_expression` calls. That
/// spares short documents a world of their own, which takes longer to make than they to be read.
std::string reader_script();

/// The answer of `serialise_expression`, in the world of the page's scripts; null where the text is
/// longer than a slice, or nothing (yet), or there is no reader, as in documents that run no
/// scripts.
std::string_view reader_expression();

/// An expression that serialises the document of its world, answers with the first slice and keeps
/// the text for `next_slice_expression`. The answer: `part`, its `end` and the `length` of the
/// whole text in UTF-16 units, `url`, `title`, `charset`, `contentType`, `frames`.
std::string serialise_expression();

/// The same for a document that the server sent as XML, in whatever form Chromium shows it.
std::string serialise_xml_expression();

/// The same with more in the text than outerHTML has. For HTML documents only; of others it is the
/// same as above.
/// @param frame_mark not empty: in every frame element that has a window, its attribute srcdoc
///        stands last, between this text, its number and a semicolon, and this text, its number and
///        a comma; without one there is nothing between. The element is in `frame_expression`
/// @param shadow_roots shadow roots become templates with the attribute shadowrootmode (HTML
///        Standard, declarative shadow roots). Closed ones must have been handed over with
///        `take_shadow_roots_function`
std::string serialise_all_expression(const std::string& frame_mark, bool shadow_roots);

/// The text from here on, after one of the above.
std::string next_slice_expression(std::size_t from);

/// The element of an iframe. @param number from 0 up to `frames`
std::string frame_expression(int number);

/// A function to be called with nodes in closed shadow roots: from there, the way to the root is
/// open.
std::string take_shadow_roots_function();

}  // namespace cdp
