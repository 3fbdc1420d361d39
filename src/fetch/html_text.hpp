// What can be told of HTML without building its DOM.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// A document, as a reader sees it who runs no scripts.
struct HtmlFacts {
  /// An element that scripts usually fill: it has an id, and neither text nor elements with text in
  /// it.
  struct EmptyElement {
    std::string id;
    std::string tag;
  };

  std::string title;
  std::string text;      ///< visible text, its words parted by single spaces
  std::string noscript;  ///< text for readers without scripts, likewise
  std::vector<EmptyElement> empty_elements;
  std::vector<std::string> script_urls;  ///< as they stand in the document
  std::size_t inline_scripts = 0;        ///< that run; data in script elements does not
  bool has_handlers = false;             ///< onload and the like, or a script in an attribute
  bool refreshes_soon = false;           ///< a meta refresh within three seconds

  bool has_scripts() const { return inline_scripts > 0 || !script_urls.empty() || has_handlers; }
};

/// Reads a document in UTF-8. Forgiving, as browsers are, but no parser: meant for counting words,
/// not for extracting data.
HtmlFacts read_html(std::string_view html);

/// The title alone: reads no further than that.
std::string read_title(std::string_view html);

/// `&lt;` → `<`: numbers, and the few names that titles have.
std::string decode_entities(std::string_view text);

}  // namespace cdp
