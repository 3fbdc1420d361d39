#include "browser/content.hpp"

#include "protocol/codec.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string_view>

namespace cdp {
namespace {

/// UTF-16 units in one reply. Chromium writes six bytes for one that is not ASCII.
constexpr std::size_t slice_units = std::size_t{1} << 20;

/// Runs once per page: serialises the document, answers with the first slice, and keeps the text
/// for `cdpScrapeCut` when there is more. A cut never separates the halves of a surrogate pair.
/// Properties come from their prototypes: elements with a name, such as `<img name="URL">`, hide
/// those of `document` itself, in every world.
constexpr std::string_view serialise = R"js((() => {
  const get = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name).get.call(document);
  const xml = new XMLSerializer();
  const root = get(Document, 'documentElement');
  const parts = Array.from(get(Node, 'childNodes'), (node) =>
      node === root ? node.outerHTML : xml.serializeToString(node));
  const text = parts.join('');
  const cut = (from) => {
    let to = Math.min(from + SLICE, text.length);
    if (to < text.length && /[\ud800-\udbff]/.test(text[to - 1])) to -= 1;
    return {part: text.slice(from, to), end: to};
  };
  const first = cut(0);
  globalThis.cdpScrapeCut = first.end < text.length ? cut : undefined;
  return {...first, length: text.length, url: get(Document, 'URL'), title: get(Document, 'title'),
          charset: get(Document, 'characterSet'), contentType: get(Document, 'contentType')};
})())js";

std::string with_slice_size(std::string_view script) {
  std::string text(script);
  constexpr std::string_view placeholder = "SLICE";
  text.replace(text.find(placeholder), placeholder.size(), std::to_string(slice_units));
  return text;
}

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

/// A piece of the document's text, and where in it the piece ends, in UTF-16 units.
struct Slice {
  std::string part;
  std::size_t end = 0;
  static constexpr auto fields() {
    return std::tuple(protocol::field("part", &Slice::part), protocol::field("end", &Slice::end));
  }
};

/// The first piece comes with the length of all of them.
struct FirstSlice {
  std::string part;
  std::size_t end = 0;
  std::size_t length = 0;
  static constexpr auto fields() {
    return std::tuple(protocol::field("part", &FirstSlice::part),
                      protocol::field("end", &FirstSlice::end),
                      protocol::field("length", &FirstSlice::length));
  }
};

std::string take_text(nlohmann::json& object, const char* name) {
  nlohmann::json& member = object[name];
  return member.is_string() ? std::move(member.get_ref<std::string&>()) : std::string();
}

/// Cuts UTF-8 text to so many bytes at the most, between characters. @return whether it was longer
bool cut_text(std::string& text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return false;
  const auto is_continuation = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
  };
  while (max_bytes > 0 && is_continuation(text[max_bytes]))
    --max_bytes;
  text.resize(max_bytes);
  return true;
}

constexpr std::string_view reading = "reading the document";

Task<Content> read_once(std::shared_ptr<PageState> page, Deadline deadline, std::size_t max_bytes) {
  const int world = co_await page->isolated_world(deadline);
  std::string script = with_slice_size(serialise);
  nlohmann::json answer = co_await page->evaluate(std::move(script), world, deadline);
  auto first = protocol::decode<FirstSlice>(answer, reading);
  Content content;
  content.html = std::move(first.part);
  content.url = take_text(answer, "url");
  content.title = take_text(answer, "title");
  content.charset = take_text(answer, "charset");
  content.content_type = take_text(answer, "contentType");
  for (std::size_t end = first.end; end < first.length && content.html.size() <= max_bytes;) {
    std::string cut = fmt::format("cdpScrapeCut({})", end);
    answer = co_await page->evaluate(std::move(cut), world, deadline);
    const auto next = protocol::decode<Slice>(answer, reading);
    if (next.end <= end) throw Error(errc::protocol_error, "reading the document: no progress");
    content.html += next.part;
    end = next.end;
  }
  content.truncated = cut_text(content.html, max_bytes);
  co_return content;
}

}  // namespace

Task<Content> read_content(std::shared_ptr<PageState> page, Deadline deadline,
                           std::size_t max_bytes) {
  constexpr int attempts = 3;
  for (int attempt = 1;; ++attempt) {
    std::optional<Error> failure;
    try {
      co_return co_await read_once(page, deadline, max_bytes);
    } catch (const Error& error) {
      failure = explain(error);
      if (attempt == attempts || !lost_its_world(error)) throw *failure;
    }
  }
}

}  // namespace cdp
