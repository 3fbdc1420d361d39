#include "browser/content.hpp"

#include "base/utf8.hpp"
#include "browser/document_text.hpp"
#include "browser/frame_reader.hpp"
#include "browser/serialise_script.hpp"
#include <cdp/error.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cdp {
namespace {

/// A page may navigate while it is being read: its world is gone, but the new one can be asked.
bool lost_its_world(const Error& error) {
  constexpr std::array signs = {"context was destroyed", "Cannot find context",
                                "navigated or closed", "No frame for given id"};
  const std::string_view text = error.what();
  return error.code() == errc::protocol_error &&
         std::any_of(signs.begin(), signs.end(),
                     [&](const char* sign) { return text.find(sign) != text.npos; });
}

Error explain(const Error& error) {
  if (error.code() != errc::script_error) return error;
  if (std::string_view(error.what()).find("Invalid string length") != std::string_view::npos) {
    return Error(errc::too_large,
                 "the document's text exceeds 2^29 characters, the longest string of Chromium");
  }
  return Error(errc::internal, std::string("reading the document: ") + error.what());
}

Task<Content> read_document(std::shared_ptr<PageState> page, std::size_t max_bytes,
                            Deadline deadline) {
  if (page->has_reader()) {
    World own = page->own_world();
    std::optional<Content> content = co_await read_short_text(std::move(own), deadline);
    if (content) co_return std::move(*content);
  }
  World world = co_await page->isolated_world(deadline);
  std::string expression = serialise_expression();
  DocumentText text = co_await read_text(world, std::move(expression), max_bytes, deadline);
  co_return std::move(text.content);
}

/// What the server sent as XML, Chromium may show in a form of its own.
bool is_xml(const PageState& page) {
  const std::string& type = page.navigation().document().content_type;
  return type.ends_with("/xml") || type.ends_with("+xml");
}

Task<Content> read_xml(std::shared_ptr<PageState> page, std::size_t max_bytes, Deadline deadline) {
  World world = co_await page->isolated_world(deadline);
  std::string expression = serialise_xml_expression();
  DocumentText text = co_await read_text(world, std::move(expression), max_bytes, deadline);
  co_return std::move(text.content);
}

Task<Content> read_once(std::shared_ptr<PageState> page, ContentOptions options,
                        Deadline deadline) {
  Task<Content> reading = is_xml(*page) ? read_xml(page, options.max_bytes, deadline)
                          : options.frames || options.shadow_roots
                              ? read_with_frames(page, options, deadline)
                              : read_document(page, options.max_bytes, deadline);
  Content content = co_await std::move(reading);
  content.truncated = cut_utf8(content.html, options.max_bytes);
  co_return content;
}

}  // namespace

Task<Content> read_content(std::shared_ptr<PageState> page, ContentOptions options,
                           Deadline deadline) {
  constexpr int attempts = 3;
  for (int attempt = 1;; ++attempt) {
    std::optional<Error> failure;
    try {
      co_return co_await read_once(page, options, deadline);
    } catch (const Error& error) {
      failure = explain(error);
      if (attempt == attempts || !lost_its_world(error)) throw *failure;
      page->forget_isolated_world();
    }
  }
}

}  // namespace cdp
