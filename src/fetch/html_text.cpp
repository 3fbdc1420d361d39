#include "fetch/html_text.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

namespace cdp {
namespace {

constexpr double longest_refresh = 3;  // seconds, as the browser's path

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

template <std::size_t Count>
bool is_one_of(std::string_view text, const std::array<std::string_view, Count>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Adds words, parted by single spaces.
void append_words(std::string& text, std::string_view more) {
  bool parted = text.empty() || (!more.empty() && is_blank(more.front()));
  for (const char c : more) {
    if (is_blank(c)) {
      parted = true;
      continue;
    }
    if (parted && !text.empty() && text.back() != ' ') text += ' ';
    parted = false;
    text += c;
  }
  if (parted && !text.empty() && text.back() != ' ') text += ' ';
}

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text;
}

void append_utf8(std::string& text, unsigned value) {
  constexpr unsigned largest = 0x10FFFF;
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value == 0 || value > largest || is_surrogate) value = 0xFFFD;
  const auto add = [&](unsigned byte) { text += static_cast<char>(byte); };
  if (value < 0x80) return add(value);
  if (value < 0x800) {
    add(0xC0U | (value >> 6));
  } else {
    if (value < 0x10000) {
      add(0xE0U | (value >> 12));
    } else {
      add(0xF0U | (value >> 18));
      add(0x80U | ((value >> 12) & 0x3FU));
    }
    add(0x80U | ((value >> 6) & 0x3FU));
  }
  add(0x80U | (value & 0x3FU));
}

/// @param name between `&` and `;`
std::optional<unsigned> value_of_entity(std::string_view name) {
  struct Named {
    std::string_view name;
    unsigned value;
  };
  constexpr std::array names = {
      Named{"amp", '&'},       Named{"lt", '<'},       Named{"gt", '>'},
      Named{"quot", '"'},      Named{"apos", '\''},    Named{"nbsp", 0xA0},
      Named{"copy", 0xA9},     Named{"reg", 0xAE},     Named{"laquo", 0xAB},
      Named{"raquo", 0xBB},    Named{"middot", 0xB7},  Named{"ndash", 0x2013},
      Named{"mdash", 0x2014},  Named{"lsquo", 0x2018}, Named{"rsquo", 0x2019},
      Named{"ldquo", 0x201C},  Named{"rdquo", 0x201D}, Named{"bull", 0x2022},
      Named{"hellip", 0x2026}, Named{"trade", 0x2122}, Named{"euro", 0x20AC},
      Named{"times", 0xD7},    Named{"auml", 0xE4},    Named{"ouml", 0xF6},
      Named{"uuml", 0xFC},     Named{"Auml", 0xC4},    Named{"Ouml", 0xD6},
      Named{"Uuml", 0xDC},     Named{"szlig", 0xDF},   Named{"eacute", 0xE9},
      Named{"egrave", 0xE8},   Named{"agrave", 0xE0},  Named{"ccedil", 0xE7}};
  if (!name.starts_with('#')) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const Named& one) { return one.name == name; });
    return found == names.end() ? std::nullopt : std::optional(found->value);
  }
  name.remove_prefix(1);
  const bool hexadecimal = name.starts_with('x') || name.starts_with('X');
  if (hexadecimal) name.remove_prefix(1);
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(name.data(), name.data() + name.size(), value, hexadecimal ? 16 : 10);
  if (name.empty() || end != name.data() + name.size()) return std::nullopt;
  return error == std::errc{} ? value : 0xFFFDU;
}

struct Attribute {
  std::string name;
  std::string_view value;
};

struct Tag {
  std::string name;
  std::vector<Attribute> attributes;

  std::string_view value(std::string_view attribute) const {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const Attribute& one) { return one.name == attribute; });
    return found == attributes.end() ? std::string_view{} : found->value;
  }
  bool has(std::string_view attribute) const {
    return std::any_of(attributes.begin(), attributes.end(),
                       [&](const Attribute& one) { return one.name == attribute; });
  }
};

/// Goes through a document once, from token to token.
class Reader {
 public:
  explicit Reader(std::string_view html, int depth = 0) : rest_(html), depth_(depth) {}

  std::string read_title() {
    while (!rest_.empty() && facts_.title.empty())
      read_token();
    return std::move(facts_.title);
  }

  HtmlFacts read() {
    while (!rest_.empty())
      read_token();
    while (!open_.empty())
      close_innermost();
    facts_.text = trimmed(std::move(facts_.text));
    facts_.noscript = trimmed(std::move(facts_.noscript));
    return std::move(facts_);
  }

 private:
  /// An element with an id whose end has not been seen.
  struct Open {
    Tag tag;
    std::size_t text_before;
    int nested = 0;  ///< elements of the same name within
  };

  void read_token() {
    if (rest_.front() != '<') {
      read_text();
    } else if (rest_.starts_with("<!--")) {
      skip_past("-->", 2);
    } else if (rest_.size() > 1 && is_letter(rest_[1])) {
      read_start_tag();
    } else if (rest_.size() > 2 && rest_[1] == '/' && is_letter(rest_[2])) {
      read_end_tag();
    } else if (rest_.size() > 1 && (rest_[1] == '!' || rest_[1] == '?' || rest_[1] == '/')) {
      skip_past(">", 0);
    } else {
      append_words(facts_.text, take(1));
    }
  }

  std::string_view take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  void skip_past(std::string_view end, std::size_t from) {
    const std::size_t at = rest_.find(end, from);
    take(at == rest_.npos ? rest_.size() : at + end.size());
  }

  void read_text() {
    const std::string_view text = take(std::min(rest_.find('<'), rest_.size()));
    append_words(facts_.text, text.find('&') == text.npos ? text : decode_entities(text));
  }

  void read_start_tag() {
    take(1);
    Tag tag;
    tag.name = lower(take(std::min(rest_.find_first_of(" \t\n\f\r/>"), rest_.size())));
    while (read_attribute(tag)) {
    }
    take(1);
    note(tag);
    if (!read_raw(tag)) open(std::move(tag));
  }

  bool read_attribute(Tag& tag) {
    while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == '/'))
      take(1);
    if (rest_.empty() || rest_.front() == '>') return false;
    Attribute attribute;
    const std::size_t end = rest_.find_first_of(" \t\n\f\r/>=", 1);
    attribute.name = lower(take(std::min(end, rest_.size())));
    skip_blanks();
    if (!rest_.empty() && rest_.front() == '=') {
      take(1);
      skip_blanks();
      attribute.value = read_value();
    }
    tag.attributes.push_back(std::move(attribute));
    return true;
  }

  std::string_view read_value() {
    if (rest_.empty()) return {};
    const char quote = rest_.front();
    if (quote != '"' && quote != '\'')
      return take(std::min(rest_.find_first_of(" \t\n\f\r>"), rest_.size()));
    take(1);
    const std::string_view value = take(std::min(rest_.find(quote), rest_.size()));
    take(1);
    return value;
  }

  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front()))
      take(1);
  }

  void note(const Tag& tag) {
    if (is_block(tag.name)) append_words(facts_.text, " ");
    for (const Attribute& attribute : tag.attributes)
      facts_.has_handlers |= is_handler(attribute.name) || holds_script(tag.name, attribute);
    if (tag.name == "meta" && lower(tag.value("http-equiv")) == "refresh") {
      const std::string content(tag.value("content"));
      facts_.refreshes_soon |= std::strtod(content.c_str(), nullptr) <= longest_refresh;
    }
  }

  /// A script that runs without anybody's doing; those that wait for a user are no reason to render
  /// a page.
  static bool is_handler(std::string_view name) {
    constexpr std::array users = {
        std::string_view("click"),   std::string_view("dblclick"), std::string_view("mouse"),
        std::string_view("key"),     std::string_view("pointer"),  std::string_view("touch"),
        std::string_view("drag"),    std::string_view("drop"),     std::string_view("submit"),
        std::string_view("change"),  std::string_view("input"),    std::string_view("contextmenu"),
        std::string_view("select"),  std::string_view("paste"),    std::string_view("copy"),
        std::string_view("cut"),     std::string_view("blur"),     std::string_view("wheel"),
        std::string_view("scroll"),  std::string_view("reset"),    std::string_view("invalid"),
        std::string_view("before"),  std::string_view("unload"),   std::string_view("pagehide"),
        std::string_view("auxclick")};
    if (!name.starts_with("on") || name.size() <= 2) return false;
    const std::string_view event = name.substr(2);
    return std::none_of(users.begin(), users.end(),
                        [&](std::string_view user) { return event.starts_with(user); });
  }

  /// Frames with a script for an address or in their document; it can reach this one.
  static bool holds_script(std::string_view tag, const Attribute& attribute) {
    if (tag != "iframe" && tag != "frame" && tag != "object" && tag != "embed") return false;
    const std::string text = lower(decode_entities(attribute.value));
    if (attribute.name == "srcdoc") return text.find("<script") != text.npos;
    return text.starts_with("javascript:");
  }

  /// Elements whose content is text of their own kind.
  bool read_raw(const Tag& tag) {
    constexpr std::array raw = {std::string_view("script"),   std::string_view("style"),
                                std::string_view("title"),    std::string_view("textarea"),
                                std::string_view("iframe"),   std::string_view("noscript"),
                                std::string_view("template"), std::string_view("noembed")};
    if (!is_one_of(tag.name, raw)) return false;
    const std::string_view content = take_to_end_of(tag.name);
    if (tag.name == "script") note_script(tag, content);
    if (tag.name == "title" && facts_.title.empty()) {
      append_words(facts_.title, decode_entities(content));
      facts_.title = trimmed(std::move(facts_.title));
    }
    if (tag.name == "textarea") append_words(facts_.text, decode_entities(content));
    if (tag.name == "noscript") append_words(facts_.noscript, text_of(content));
    if (tag.name == "template" && tag.has("shadowrootmode")) {
      append_words(facts_.text, text_of(content));
      facts_.has_handlers |= lower(content).find("<script") != std::string::npos;
    }
    return true;
  }

  std::string text_of(std::string_view content) const {
    constexpr int deepest = 4;  // of templates in templates: no page may exhaust the stack
    if (depth_ == deepest) return {};
    return Reader(content, depth_ + 1).read().text + ' ';
  }

  std::string_view take_to_end_of(const std::string& name) {
    const std::string_view start = rest_;
    while (!rest_.empty()) {
      take(std::min(rest_.find("</"), rest_.size()));
      const bool ends = rest_.size() >= name.size() + 2 &&
                        lower(rest_.substr(2, name.size())) == name &&
                        (rest_.size() == name.size() + 2 || !is_letter(rest_[name.size() + 2]));
      if (ends) break;
      take(2);
    }
    const std::string_view content = start.substr(0, start.size() - rest_.size());
    skip_past(">", 0);
    return content;
  }

  void note_script(const Tag& tag, std::string_view content) {
    const std::string type = lower(tag.value("type"));
    const bool runs = type.empty() || type == "module" || type.find("javascript") != type.npos ||
                      type.find("ecmascript") != type.npos;
    if (!runs) return;
    if (tag.has("src")) {
      facts_.script_urls.emplace_back(tag.value("src"));
    } else if (!std::all_of(content.begin(), content.end(), is_blank)) {
      ++facts_.inline_scripts;
    }
  }

  void open(Tag tag) {
    constexpr std::array void_elements = {
        std::string_view("img"),   std::string_view("input"),  std::string_view("meta"),
        std::string_view("link"),  std::string_view("br"),     std::string_view("hr"),
        std::string_view("base"),  std::string_view("area"),   std::string_view("col"),
        std::string_view("embed"), std::string_view("source"), std::string_view("track"),
        std::string_view("wbr")};
    constexpr std::size_t most_open = 128;  // every tag looks through them
    for (Open& one : open_) {
      if (one.tag.name == tag.name) ++one.nested;
    }
    if (open_.size() < most_open && is_container(tag) && !is_one_of(tag.name, void_elements))
      open_.push_back({std::move(tag), facts_.text.size()});
  }

  /// What scripts usually fill: boxes with an id, and the elements that frameworks name.
  static bool is_container(const Tag& tag) {
    constexpr std::array boxes = {std::string_view("div"),     std::string_view("main"),
                                  std::string_view("section"), std::string_view("ul"),
                                  std::string_view("ol"),      std::string_view("article"),
                                  std::string_view("tbody"),   std::string_view("table")};
    if (tag.name == "app-root" || tag.name == "main") return true;
    return is_one_of(tag.name, boxes) && !tag.value("id").empty();
  }

  void read_end_tag() {
    take(2);
    const std::string name =
        lower(take(std::min(rest_.find_first_of(" \t\n\f\r/>"), rest_.size())));
    skip_past(">", 0);
    if (is_block(name)) append_words(facts_.text, " ");
    const auto same = [&](const Open& one) { return one.tag.name == name; };
    const auto closed = std::find_if(open_.rbegin(), open_.rend(), same);
    if (closed == open_.rend()) return;
    if (closed->nested == 0) {
      // Whatever was left open within ends as well.
      for (auto count = closed - open_.rbegin(); count >= 0; --count)
        close_innermost();
    }
    for (Open& one : open_) {
      if (one.tag.name == name && one.nested > 0) --one.nested;
    }
  }

  void close_innermost() {
    const Open& element = open_.back();
    const std::string_view within =
        std::string_view(facts_.text).substr(std::min(element.text_before, facts_.text.size()));
    if (std::all_of(within.begin(), within.end(), is_blank))
      facts_.empty_elements.push_back({std::string(element.tag.value("id")), element.tag.name});
    open_.pop_back();
  }

  /// Whether the element parts words.
  static bool is_block(std::string_view name) {
    constexpr std::array within_words = {
        std::string_view("a"),    std::string_view("b"),      std::string_view("i"),
        std::string_view("em"),   std::string_view("strong"), std::string_view("span"),
        std::string_view("u"),    std::string_view("s"),      std::string_view("small"),
        std::string_view("sup"),  std::string_view("sub"),    std::string_view("mark"),
        std::string_view("wbr"),  std::string_view("abbr"),   std::string_view("code"),
        std::string_view("font"), std::string_view("kbd"),    std::string_view("q")};
    return !is_one_of(name, within_words);
  }

  std::string_view rest_;
  int depth_;  ///< of documents within documents
  HtmlFacts facts_;
  std::vector<Open> open_;  ///< the containers not yet closed, the innermost last
};

}  // namespace

std::string decode_entities(std::string_view text) {
  constexpr std::size_t longest_name = 12;
  std::string decoded;
  while (!text.empty()) {
    const std::size_t start = std::min(text.find('&'), text.size());
    decoded += text.substr(0, start);
    text.remove_prefix(start);
    if (text.empty()) break;
    const std::size_t end = text.substr(0, longest_name).find(';');
    const auto value = end == text.npos ? std::nullopt : value_of_entity(text.substr(1, end - 1));
    if (value) {
      append_utf8(decoded, *value);
    } else {
      decoded += '&';
    }
    text.remove_prefix(value ? end + 1 : 1);
  }
  return decoded;
}

std::string read_title(std::string_view html) {
  return Reader(html).read_title();
}

HtmlFacts read_html(std::string_view html) {
  return Reader(html).read();
}

}  // namespace cdp
