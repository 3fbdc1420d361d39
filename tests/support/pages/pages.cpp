#include "pages.hpp"

#include "support/server/http_message.hpp"
#include "support/server/test_server.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace cdp::test {
namespace {

constexpr std::string_view document_start =
    "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>";
constexpr std::string_view document_end = "</body></html>";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts)
    text += part;
  return text;
}

/// Words that look random and are the same on every machine.
class Words {
 public:
  explicit Words(int seed) : state_(static_cast<std::uint32_t>(seed) * 2654435761U + 1U) {}

  std::string_view next() {
    static constexpr std::array<std::string_view, 16> words = {
        "harbour", "lantern", "meadow", "quarry", "orchard", "saddle",  "timber", "velvet",
        "anchor",  "beacon",  "copper", "ember",  "flint",   "granite", "hollow", "island"};
    state_ = state_ * 1664525U + 1013904223U;
    return words[state_ >> 28];
  }

 private:
  std::uint32_t state_;
};

std::string paragraph(Words& words, int length) {
  std::string text = "<p>";
  for (int i = 0; i < length; ++i)
    text.append(i == 0 ? "" : " ").append(words.next());
  return text + ".</p>\n";
}

/// The rest of a line of big_page after its number.
std::string_view filler(BigText text) {
  static const std::string latin = [] {
    Words words(1);
    std::string line = " caf\u00e9 \u20ac \U0001F600";
    while (line.size() < 1000)
      line.append(" ").append(words.next());
    return line;
  }();
  static const std::string cjk = [] {
    std::string line = " ";
    for (int i = 0; i < 42; ++i)
      line += "\u6c34\u6ef4\u77f3\u7a7f\u6c38\u4e0d\u505c\u6b62";
    return line;
  }();
  return text == BigText::latin ? latin : cjk;
}

/// ASCII as UTF-16LE, with a byte order mark.
std::string utf_16le(std::u16string_view text) {
  std::string bytes = "\xff\xfe";
  for (const char16_t unit : text) {
    bytes += static_cast<char>(unit & 0xff);
    bytes += static_cast<char>(unit >> 8);
  }
  return bytes;
}

/// A page that shows `text`, given as bytes of the encoding `label`.
std::string labelled_page(std::string_view label, std::string_view text) {
  return joined({"<!DOCTYPE html><html><head><meta charset=\"", label, "\"><title>", label,
                 "</title></head><body><p id=\"text\">", text, "</p></body></html>"});
}

}  // namespace

std::string html_page(std::string_view title, std::string_view body, std::string_view head) {
  return joined(
      {document_start, html_escape(title), "</title>", head, "</head><body>", body, document_end});
}

std::string script_page(std::string_view title, std::string_view body, std::string_view script) {
  return html_page(title, joined({body, "<script>", script, "</script>"}));
}

std::string sample_page(int number) {
  const std::string n = std::to_string(number);
  const std::string head =
      "<link rel=\"stylesheet\" href=\"/asset/site.css\">"
      "<script src=\"/asset/format.js\"></script>"
      "<script defer src=\"/asset/list.js\"></script>";
  std::string body = "<h1 id=\"title\">Page " + n + "</h1>\n";
  for (int i = 0; i < 6; ++i) {
    body += "<img width=\"8\" height=\"8\" alt=\"\" src=\"/asset/image" + std::to_string(i) +
            ".png\">\n";
  }
  body += "<main id=\"main\" data-page=\"" + n + "\"></main>\n";
  Words words(number);
  while (body.size() < 11600)
    body += paragraph(words, 60);
  return html_page("Page " + n, body, head);
}

std::string sample_script(std::string_view name) {
  if (name == "format.js") {
    return "function itemText(page, item) { return 'Page ' + page + ', item ' + item; }\n";
  }
  if (name != "list.js") return {};
  return "const main = document.getElementById('main');\n"
         "const list = document.createElement('ul');\n"
         "list.id = 'list';\n"
         "for (let i = 1; i <= 50; i++) {\n"
         "  const item = document.createElement('li');\n"
         "  item.textContent = itemText(main.dataset.page, i);\n"
         "  list.append(item);\n"
         "}\n"
         "main.append(list);\n";
}

std::string sample_stylesheet() {
  return "body { font-family: sans-serif; margin: 2em; max-width: 50em; }\n"
         "h1 { color: #246; }\n"
         "#list { columns: 3; list-style: square; }\n";
}

std::string big_page(int megabytes, BigText text) {
  const std::size_t size = static_cast<std::size_t>(megabytes) << 20;
  std::string page = joined({document_start, "big", "</title></head><body>"});
  page.reserve(size + 2048);
  for (int line = 0; page.size() < size; ++line) {
    char number[16];
    std::snprintf(number, sizeof number, "%08d", line);
    page.append("<p>").append(number).append(filler(text)).append("</p>\n");
  }
  return page.append(document_end);
}

std::string charset_text(std::string_view name) {
  if (name == "shift_jis") return "\u65e5\u672c\u8a9e\u30c6\u30b9\u30c8";
  if (name == "gb18030") return "\u4e2d\u6587\u6d4b\u8bd5\U0001F600";
  if (name == "windows-1252") return "caf\u00e9 \u20ac \u201cquoted\u201d";
  if (name == "utf-16le") return "wide \u65e5\u672c \U0001F600";
  if (name == "broken-utf8") return "a\ufffdb\ufffdc";
  return {};
}

std::string encoded_page(std::string_view name) {
  if (name == "shift_jis")
    return labelled_page(name, "\x93\xfa\x96\x7b\x8c\xea\x83\x65\x83\x58\x83\x67");
  if (name == "gb18030") {
    return labelled_page(name, "\xd6\xd0\xce\xc4\xb2\xe2\xca\xd4\x94\x39\xfc\x36");
  }
  if (name == "windows-1252") return labelled_page(name, "caf\xe9 \x80 \x93quoted\x94");
  if (name == "broken-utf8")
    return labelled_page("utf-8",
                         "a\xff"
                         "b\xc3"
                         "c");
  if (name != "utf-16le") return {};
  return utf_16le(
      u"<!DOCTYPE html><html><head><title>utf-16le</title></head><body><p id=\"text\">"
      u"wide \u65e5\u672c \U0001F600</p></body></html>");
}

std::string surrogates_page() {
  return script_page("surrogates", "<p id=\"emoji\">\U0001F600 \U0001F469\u200d\U0001F680</p>", R"(
const emoji = '\u{1F600}';
for (let i = 0; i < 1000; i++) {
  const high = String.fromCharCode(0xd800 + i), low = String.fromCharCode(0xdc00 + i);
  const p = document.createElement('p');
  p.textContent = 'high ' + high + 'x low ' + low + 'y whole ' + emoji;
  p.setAttribute('data-lone', high + '"' + i);
  document.body.append(p);
}
document.title = 'lone \ud83d title ' + emoji;
const last = document.createElement('p');
last.id = 'last';
last.textContent = 'end';
document.body.append(last);
)");
}

std::string lazy_page() {
  return script_page("lazy",
                     "<div id=\"near\" style=\"height:100px\"></div>"
                     "<div style=\"height:5000px\"></div>"
                     "<div id=\"far\" style=\"height:100px\"></div>",
                     R"(
const observer = new IntersectionObserver(entries => {
  for (const entry of entries) {
    if (entry.isIntersecting) entry.target.textContent = 'seen';
  }
});
observer.observe(document.getElementById('near'));
observer.observe(document.getElementById('far'));
)");
}

std::string shadow_page() {
  return script_page("shadow",
                     "<div id=\"declarative\"><template shadowrootmode=\"open\">"
                     "<p>declarative shadow</p><slot></slot></template>light</div>"
                     "<div id=\"open\"></div><div id=\"closed\"></div>",
                     R"(
for (const mode of ['open', 'closed']) {
  const root = document.getElementById(mode).attachShadow({mode});
  root.innerHTML = '<p>' + mode + ' shadow</p>';
}
)");
}

std::string overrides_page() {
  return script_page("overrides", "<p id=\"intact\">still here</p>", R"(
function fail() { throw new Error('overridden by the page'); }
JSON.stringify = JSON.parse = fail;
Object.prototype.toJSON = fail;
String.prototype.toJSON = fail;
for (const name of ['map', 'join', 'push', 'forEach', 'filter']) Array.prototype[name] = fail;
const broken = [[Element.prototype, 'outerHTML'], [Element.prototype, 'innerHTML'],
  [Document.prototype, 'documentElement'], [Document.prototype, 'title'],
  [Document.prototype, 'doctype'], [Document.prototype, 'characterSet']];
for (const [owner, name] of broken) Object.defineProperty(owner, name, {get: fail, set: fail});
Document.prototype.querySelector = fail;
window.XMLSerializer = window.Promise = fail;
)");
}

}  // namespace cdp::test
