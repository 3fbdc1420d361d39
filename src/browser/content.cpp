#include "browser/content.hpp"

#include "browser/document_text.hpp"
#include "browser/frame_reader.hpp"
#include "browser/script/serialise_script.hpp"
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

Task<DocumentText> read_document(std::shared_ptr<PageState> page, TextLimits limits,
                                 Deadline deadline) {
  if (page->has_reader()) {
    World own = page->own_world();
    std::optional<DocumentText> text = co_await read_short_text(std::move(own), deadline);
    if (text) co_return std::move(*text);
  }
  World world = co_await page->isolated_world(deadline);
  std::string expression = serialise_expression();
  co_return co_await read_text(world, std::move(expression), limits, deadline);
}

/// What the server sent as XML, Chromium may show in a form of its own.
bool is_xml(const PageState& page) {
  const std::string& type = page.navigation().document().content_type;
  return type.ends_with("/xml") || type.ends_with("+xml");
}

Task<DocumentText> read_xml(std::shared_ptr<PageState> page, TextLimits limits, Deadline deadline) {
  World world = co_await page->isolated_world(deadline);
  std::string expression = serialise_xml_expression();
  co_return co_await read_text(world, std::move(expression), limits, deadline);
}

Task<DocumentText> read_once(std::shared_ptr<PageState> page, ContentOptions options,
                             std::size_t most_in_memory, Deadline deadline) {
  const TextLimits limits{options.max_bytes, most_in_memory};
  Task<DocumentText> reading = is_xml(*page) ? read_xml(page, limits, deadline)
                               : options.frames || options.shadow_roots
                                   ? read_with_frames(page, options, most_in_memory, deadline)
                                   : read_document(page, limits, deadline);
  DocumentText text = co_await std::move(reading);
  text.about.truncated = text.html.cut(options.max_bytes);
  co_return text;
}

}  // namespace

Task<DocumentText> read_content(std::shared_ptr<PageState> page, ContentOptions options,
                                std::size_t most_in_memory, Deadline deadline) {
  constexpr int attempts = 3;
  for (int attempt = 1;; ++attempt) {
    std::optional<Error> failure;
    try {
      co_return co_await read_once(page, options, most_in_memory, deadline);
    } catch (const Error& error) {
      failure = explain(error);
      if (attempt == attempts || !lost_its_world(error)) throw *failure;
      page->forget_isolated_world();
    }
  }
}

}  // namespace cdp
