#include "browser/document_text.hpp"

#include "browser/script/serialise_script.hpp"
#include "protocol/codec.hpp"
#include <cdp/error.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace cdp {
namespace {

constexpr std::string_view reading = "reading the document";

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
  std::optional<int> frames;
  static constexpr auto fields() {
    return std::tuple(protocol::field("part", &FirstSlice::part),
                      protocol::field("end", &FirstSlice::end),
                      protocol::field("length", &FirstSlice::length),
                      protocol::field("frames", &FirstSlice::frames));
  }
};

std::string take_text(nlohmann::json& object, const char* name) {
  nlohmann::json& member = object[name];
  return member.is_string() ? std::move(member.get_ref<std::string&>()) : std::string();
}

/// The document in the first answer, as far as it goes.
DocumentText begin_text(nlohmann::json& answer, const FirstSlice& first, LongText html) {
  DocumentText text;
  text.frames = first.frames.value_or(0);
  text.html = std::move(html);
  text.about.url = take_text(answer, "url");
  text.about.title = take_text(answer, "title");
  text.about.charset = take_text(answer, "charset");
  text.about.content_type = take_text(answer, "contentType");
  return text;
}

}  // namespace

Content DocumentText::content() && {
  about.html = std::move(html).text();
  return std::move(about);
}

Task<std::optional<DocumentText>> read_short_text(World world, Deadline deadline) {
  std::string expression(reader_expression());
  try {
    nlohmann::json answer = co_await world.read(std::move(expression), deadline);
    if (!answer.is_object()) co_return std::nullopt;
    auto all = protocol::decode<FirstSlice>(answer, reading);
    if (all.end != all.length) co_return std::nullopt;
    LongText html(std::move(all.part));
    co_return begin_text(answer, all, std::move(html));
  } catch (const Error& error) {
    // What the script cannot do here may work in another world; other failures would be the same
    // there.
    if (error.code() != errc::script_error) throw;
  }
  co_return std::nullopt;
}

Task<DocumentText> read_text(World world, std::string expression, TextLimits limits,
                             Deadline deadline) {
  nlohmann::json answer = co_await world.read(std::move(expression), deadline);
  const auto first = protocol::decode<FirstSlice>(answer, reading);
  const std::size_t length = first.length;
  std::size_t end = first.end;
  LongText html(limits.most_in_memory);
  html.reserve(std::min(length, limits.max_bytes));  // a text that grows is there twice
  html.append(first.part);
  DocumentText text = begin_text(answer, first, std::move(html));
  while (end < length && text.html.size() <= limits.max_bytes) {
    std::string next_one = next_slice_expression(end);
    answer = co_await world.read(std::move(next_one), deadline);
    const auto next = protocol::decode<Slice>(std::exchange(answer, nullptr), reading);
    if (next.end <= end) throw Error(errc::protocol_error, "reading the document: no progress");
    text.html.append(next.part);
    end = next.end;
  }
  co_return text;
}

}  // namespace cdp
