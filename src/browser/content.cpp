#include "browser/content.hpp"

#include <cdp/error.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>

namespace cdp {
namespace {

/// UTF-16 units in one reply. Chromium writes six bytes for one that is not ASCII.
constexpr std::size_t slice_units = std::size_t{1} << 20;

/// Runs once per page: serialises the document, answers with the first slice, and keeps the text
/// for `take_slice` when there is more. A cut never separates the halves of a surrogate pair.
constexpr std::string_view serialise = R"js((() => {
  const xml = new XMLSerializer();
  const parts = Array.from(document.childNodes, (node) =>
      node === document.documentElement ? node.outerHTML : xml.serializeToString(node));
  const text = parts.join('');
  const cut = (from) => {
    let to = Math.min(from + SLICE, text.length);
    if (to < text.length && /[\ud800-\udbff]/.test(text[to - 1])) to -= 1;
    return {part: text.slice(from, to), end: to};
  };
  const first = cut(0);
  globalThis.cdpScrapeCut = first.end < text.length ? cut : undefined;
  return {...first, length: text.length, url: document.URL, title: document.title,
          charset: document.characterSet, contentType: document.contentType};
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

Task<Content> read_once(std::shared_ptr<PageState> page, Deadline deadline, std::size_t max_bytes) {
  const int world = co_await page->isolated_world(deadline);
  std::string script = with_slice_size(serialise);
  nlohmann::json answer = co_await page->evaluate(std::move(script), world, deadline);
  Content content;
  content.url = take_text(answer, "url");
  content.title = take_text(answer, "title");
  content.charset = take_text(answer, "charset");
  content.content_type = take_text(answer, "contentType");
  content.html = take_text(answer, "part");
  const auto length = answer.value("length", std::size_t{0});
  for (auto end = answer.value("end", std::size_t{0}); end < length;
       end = answer.value("end", length)) {
    if (content.html.size() > max_bytes) break;
    std::string next = fmt::format("cdpScrapeCut({})", end);
    answer = co_await page->evaluate(std::move(next), world, deadline);
    content.html += take_text(answer, "part");
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
