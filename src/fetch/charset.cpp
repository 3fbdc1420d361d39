#include "fetch/charset.hpp"

#include "base/ascii.hpp"
#include "base/text/utf8.hpp"
#include "fetch/media_type.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <optional>

namespace cdp {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Encoding {
  std::string_view name;       ///< as the Encoding Standard and document.characterSet have it
  std::string_view converter;  ///< of iconv; empty: decoded here
  std::string_view labels;     ///< separated by blanks
};

/// The Encoding Standard's table (https://encoding.spec.whatwg.org/#names-and-labels).
constexpr std::array encodings = {
    Encoding{"UTF-8", "",
             "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"},
    Encoding{
        "windows-1252", "CP1252",
        "windows-1252 iso-8859-1 latin1 l1 ascii us-ascii ansi_x3.4-1968 cp1252 cp819 "
        "csisolatin1 ibm819 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 x-cp1252"},
    Encoding{"IBM866", "CP866", "ibm866 866 cp866 csibm866"},
    Encoding{"ISO-8859-2", "ISO-8859-2",
             "iso-8859-2 latin2 l2 csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
             "iso_8859-2:1987"},
    Encoding{"ISO-8859-3", "ISO-8859-3",
             "iso-8859-3 latin3 l3 csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
             "iso_8859-3:1988"},
    Encoding{"ISO-8859-4", "ISO-8859-4",
             "iso-8859-4 latin4 l4 csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
             "iso_8859-4:1988"},
    Encoding{"ISO-8859-5", "ISO-8859-5",
             "iso-8859-5 cyrillic csisolatincyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
             "iso_8859-5:1988"},
    Encoding{"ISO-8859-6", "ISO-8859-6",
             "iso-8859-6 arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
             "iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
    Encoding{"ISO-8859-7", "ISO-8859-7",
             "iso-8859-7 greek greek8 csisolatingreek ecma-118 elot_928 iso-ir-126 iso8859-7 "
             "iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek"},
    Encoding{"ISO-8859-8", "ISO-8859-8",
             "iso-8859-8 hebrew visual csiso88598e csisolatinhebrew iso-8859-8-e iso-ir-138 "
             "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988"},
    Encoding{"ISO-8859-8-I", "ISO-8859-8", "iso-8859-8-i logical csiso88598i"},
    Encoding{"ISO-8859-10", "ISO-8859-10",
             "iso-8859-10 latin6 l6 csisolatin6 iso-ir-157 iso8859-10 iso885910"},
    Encoding{"ISO-8859-13", "ISO-8859-13", "iso-8859-13 iso8859-13 iso885913"},
    Encoding{"ISO-8859-14", "ISO-8859-14", "iso-8859-14 iso8859-14 iso885914"},
    Encoding{"ISO-8859-15", "ISO-8859-15",
             "iso-8859-15 l9 csisolatin9 iso8859-15 iso885915 iso_8859-15"},
    Encoding{"ISO-8859-16", "ISO-8859-16", "iso-8859-16"},
    Encoding{"KOI8-R", "KOI8-R", "koi8-r koi koi8 koi8_r cskoi8r"},
    Encoding{"KOI8-U", "KOI8-U", "koi8-u koi8-ru"},
    Encoding{"macintosh", "MACINTOSH", "macintosh mac x-mac-roman csmacintosh"},
    Encoding{"windows-874", "CP874",
             "windows-874 tis-620 dos-874 iso-8859-11 iso8859-11 iso885911"},
    Encoding{"windows-1250", "CP1250", "windows-1250 cp1250 x-cp1250"},
    Encoding{"windows-1251", "CP1251", "windows-1251 cp1251 x-cp1251"},
    Encoding{"windows-1253", "CP1253", "windows-1253 cp1253 x-cp1253"},
    Encoding{"windows-1254", "CP1254",
             "windows-1254 iso-8859-9 latin5 l5 cp1254 csisolatin5 iso-ir-148 iso8859-9 iso88599 "
             "iso_8859-9 iso_8859-9:1989 x-cp1254"},
    Encoding{"windows-1255", "CP1255", "windows-1255 cp1255 x-cp1255"},
    Encoding{"windows-1256", "CP1256", "windows-1256 cp1256 x-cp1256"},
    Encoding{"windows-1257", "CP1257", "windows-1257 cp1257 x-cp1257"},
    Encoding{"windows-1258", "CP1258", "windows-1258 cp1258 x-cp1258"},
    Encoding{"x-mac-cyrillic", "MAC-CYRILLIC", "x-mac-cyrillic x-mac-ukrainian"},
    Encoding{"GBK", "GB18030",
             "gbk gb2312 chinese csgb2312 csiso58gb231280 gb_2312 gb_2312-80 iso-ir-58 x-gbk"},
    Encoding{"gb18030", "GB18030", "gb18030"},
    Encoding{"Big5", "BIG5-HKSCS", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
    Encoding{"EUC-JP", "EUC-JP-MS", "euc-jp x-euc-jp cseucpkdfmtjapanese"},
    Encoding{"ISO-2022-JP", "ISO-2022-JP", "iso-2022-jp csiso2022jp"},
    Encoding{"Shift_JIS", "CP932",
             "shift_jis shift-jis sjis x-sjis windows-31j ms932 ms_kanji csshiftjis"},
    Encoding{"EUC-KR", "UHC",
             "euc-kr korean cseuckr csksc56011987 iso-ir-149 ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
             "ksc_5601 windows-949"},
    Encoding{"UTF-16LE", "UTF-16LE",
             "utf-16le utf-16 csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff"},
    Encoding{"UTF-16BE", "UTF-16BE", "utf-16be unicodefffe"},
    // Encodings that can be made to hide scripts: their documents are one U+FFFD.
    Encoding{"replacement", "",
             "replacement csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr"},
    Encoding{"x-user-defined", "", "x-user-defined"},
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

bool has_word(std::string_view words, std::string_view word) {
  for (std::size_t at = words.find(word); at != words.npos; at = words.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' '))
      return true;
  }
  return false;
}

const Encoding* find_encoding(std::string_view name) {
  const auto found = std::find_if(encodings.begin(), encodings.end(),
                                  [&](const Encoding& one) { return one.name == name; });
  return found == encodings.end() ? nullptr : &*found;
}

// ---- the prescan (HTML Standard, "prescan a byte stream to determine its encoding") ----

/// The charset in the value of a meta element's `content`, such as `text/html; charset=utf-8`.
std::string_view charset_in_content(std::string_view content) {
  const std::string text = lower(content);
  for (std::size_t at = text.find("charset"); at != text.npos; at = text.find("charset", at)) {
    at += 7;
    while (at < text.size() && is_blank(text[at]))
      ++at;
    if (at == text.size() || text[at] != '=') continue;
    ++at;
    while (at < text.size() && is_blank(text[at]))
      ++at;
    if (at == text.size()) return {};
    const std::string_view rest = content.substr(at);
    if (rest.front() != '"' && rest.front() != '\'')
      return rest.substr(0, std::min(rest.find_first_of("; \t\n\f\r"), rest.size()));
    const std::size_t quote = rest.find(rest.front(), 1);
    return quote == rest.npos ? std::string_view{} : rest.substr(1, quote - 1);
  }
  return {};
}

/// Whether the head may go on after this tag.
bool belongs_to_head(std::string_view name, bool closes) {
  constexpr std::string_view names = "title base link meta script style noscript object";
  return has_word(names, name) || (!closes && (name == "html" || name == "head"));
}

/// What looks like a tag in them is none.
bool holds_raw_text(std::string_view name) {
  return name == "script" || name == "style" || name == "title";
}

/// Reads the beginning of a document, tag by tag, as Chromium does: the first bytes in any case,
/// and more of it for as long as it may be the head. What scripts and styles hold are no tags.
class Prescan {
 public:
  explicit Prescan(std::string_view bytes) : size_(bytes.size()), rest_(bytes) {}

  std::string_view run() {
    while (!rest_.empty() && (in_head_ || size_ - rest_.size() < scanned)) {
      if (rest_.starts_with("<!--")) {
        const std::size_t end = rest_.find("-->", 2);
        if (end == rest_.npos) return {};
        rest_.remove_prefix(end + 3);
      } else if (is_meta()) {
        rest_.remove_prefix(5);
        if (const std::string_view found = read_meta(); !found.empty()) return found;
      } else if (is_tag()) {
        pass_tag();
      } else if (rest_.starts_with("<!") || rest_.starts_with("</") || rest_.starts_with("<?")) {
        rest_.remove_prefix(std::min(rest_.find('>'), rest_.size()));
      } else {
        rest_.remove_prefix(std::min(rest_.find('<', 1), rest_.size()));
      }
    }
    return {};
  }

 private:
  struct Attribute {
    std::string name;
    std::string value;
  };

  bool is_meta() const {
    return rest_.size() > 5 && lower(rest_.substr(0, 5)) == "<meta" &&
           (is_blank(rest_[5]) || rest_[5] == '/');
  }

  bool is_tag() const {
    const std::size_t name = rest_.starts_with("</") ? 2 : 1;
    return rest_.front() == '<' && rest_.size() > name &&
           std::isalpha(static_cast<unsigned char>(rest_[name])) != 0;
  }

  void pass_tag() {
    const bool closes = rest_[1] == '/';
    const std::size_t begin = closes ? 2 : 1;
    const std::size_t end = std::min(rest_.find_first_of(" \t\n\f\r/>", begin), rest_.size());
    const std::string name = lower(rest_.substr(begin, end - begin));
    rest_.remove_prefix(end);
    while (next_attribute()) {
    }
    in_head_ = in_head_ && belongs_to_head(name, closes);
    if (!closes && holds_raw_text(name)) pass_raw_text(name);
  }

  void pass_raw_text(const std::string& name) {
    std::size_t end = rest_.find("</");
    while (end != rest_.npos && lower(rest_.substr(end + 2, name.size())) != name)
      end = rest_.find("</", end + 2);
    rest_.remove_prefix(std::min(end, rest_.size()));
  }

  std::string_view read_meta() {
    std::optional<bool> needs_pragma;
    bool has_pragma = false;
    std::string_view charset;
    std::string seen = " ";
    while (const std::optional<Attribute> attribute = next_attribute()) {
      if (has_word(seen, attribute->name)) continue;
      seen += attribute->name + ' ';
      if (attribute->name == "http-equiv") {
        has_pragma = lower(attribute->value) == "content-type";
      } else if (attribute->name == "content" && charset.empty()) {
        charset = charset_of_label(charset_in_content(attribute->value));
        if (!charset.empty()) needs_pragma = true;
      } else if (attribute->name == "charset") {
        charset = charset_of_label(attribute->value);
        needs_pragma = false;
      }
    }
    if (!needs_pragma || (*needs_pragma && !has_pragma)) return {};
    // A document whose tags can be read byte by byte is not UTF-16, whatever it says.
    if (charset.starts_with("UTF-16")) return "UTF-8";
    return charset == "x-user-defined" ? "windows-1252" : charset;
  }

  /// The next attribute of the tag in progress; nothing at its end.
  std::optional<Attribute> next_attribute() {
    while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == '/'))
      rest_.remove_prefix(1);
    if (rest_.empty() || rest_.front() == '>') return std::nullopt;
    Attribute attribute;
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '/' || c == '>' || is_blank(c) || (c == '=' && !attribute.name.empty())) break;
      attribute.name += lower(c);
      rest_.remove_prefix(1);
    }
    skip_blanks();
    if (rest_.empty() || rest_.front() != '=') return attribute;
    rest_.remove_prefix(1);
    skip_blanks();
    attribute.value = read_value();
    return attribute;
  }

  std::string read_value() {
    if (rest_.empty()) return {};
    const char quote = rest_.front();
    const bool quoted = quote == '"' || quote == '\'';
    if (quoted) rest_.remove_prefix(1);
    const std::size_t end =
        std::min(quoted ? rest_.find(quote) : rest_.find_first_of(" \t\n\f\r>"), rest_.size());
    std::string value(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + (quoted ? 1 : 0), rest_.size()));
    return value;
  }

  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front()))
      rest_.remove_prefix(1);
  }

  static constexpr std::size_t scanned = 1024;

  std::size_t size_;
  std::string_view rest_;
  bool in_head_ = true;
};

/// `<?xml version="1.0" encoding="…"?>`
std::string_view charset_of_xml_declaration(std::string_view bytes) {
  if (!bytes.starts_with("<?xml")) return {};
  const std::string_view declaration = bytes.substr(0, std::min(bytes.find('>'), bytes.size()));
  std::size_t at = declaration.find("encoding");
  if (at == declaration.npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == declaration.npos) return {};
  const std::size_t end = declaration.find(declaration[at], at + 1);
  if (end == declaration.npos) return {};
  const std::string_view charset = charset_of_label(declaration.substr(at + 1, end - at - 1));
  return charset.starts_with("UTF-16") ? "UTF-8" : charset;
}

std::string_view charset_of_mark(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return "UTF-8";
  if (bytes.starts_with("\xFE\xFF")) return "UTF-16BE";
  return bytes.starts_with("\xFF\xFE") ? "UTF-16LE" : std::string_view{};
}

// ---- decoding ----

/// How many bytes one U+FFFD stands for: the longest beginning of a code point (Unicode, "maximal
/// subpart").
std::size_t broken_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  };
  const unsigned first = byte(0);
  std::size_t length = 1;
  if (first >= 0xC2 && first < 0xE0) length = 2;
  if (first >= 0xE0 && first < 0xF0) length = 3;
  if (first >= 0xF0 && first < 0xF5) length = 4;
  if (length < 3 || text.size() < 2) return 1;
  const unsigned lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < lowest || byte(1) > highest) return 1;
  std::size_t end = 2;
  while (end < length && end < text.size() && (byte(end) & 0xC0U) == 0x80U)
    ++end;
  return end;
}

std::string decode_utf8(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = code_point_at(bytes).length;
    text += length == 0 ? replacement : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? broken_length(bytes) : length);
  }
  return text;
}

void append_utf8(std::string& text, unsigned value) {
  if (value < 0x80) {
    text += static_cast<char>(value);
  } else if (value < 0x800) {
    text += static_cast<char>(0xC0U | (value >> 6));
    text += static_cast<char>(0x80U | (value & 0x3FU));
  } else {
    text += static_cast<char>(0xE0U | (value >> 12));
    text += static_cast<char>(0x80U | ((value >> 6) & 0x3FU));
    text += static_cast<char>(0x80U | (value & 0x3FU));
  }
}

std::string decode_user_defined(std::string_view bytes) {
  constexpr unsigned first = 0xF780;
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
    append_utf8(text, byte < 0x80 ? byte : first + byte - 0x80);
  }
  return text;
}

/// iconv, with what it does not know as U+FFFD.
class Converter {
 public:
  explicit Converter(const Encoding& encoding)
      : encoding_(encoding), handle_(::iconv_open("UTF-8", encoding.converter.data())) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (is_open()) ::iconv_close(handle_);
  }

  bool is_open() const { return std::bit_cast<std::intptr_t>(handle_) != -1; }

  std::string convert(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 2);
    std::array<char, 16384> block;
    char* in = const_cast<char*>(bytes.data());  // iconv reads only
    std::size_t left = bytes.size();
    while (left > 0) {
      char* out = block.data();
      std::size_t room = block.size();
      const std::size_t result = ::iconv(handle_, &in, &left, &out, &room);
      const int error = result == static_cast<std::size_t>(-1) ? errno : 0;
      text.append(block.data(), block.size() - room);
      if (error == EILSEQ) {
        append_unknown(text, *in++);
        --left;
      } else if (error == EINVAL) {  // the end of the text is the beginning of a character
        text += replacement;
        break;
      }
    }
    return text;
  }

 private:
  /// The Windows code pages of the Encoding Standard know every byte below 0xA0.
  void append_unknown(std::string& text, char c) const {
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
    if (encoding_.name.starts_with("windows-") && byte < 0xA0) {
      append_utf8(text, byte);
    } else {
      text += replacement;
    }
  }

  const Encoding& encoding_;
  iconv_t handle_;
};

}  // namespace

std::string_view charset_of_label(std::string_view label) {
  while (!label.empty() && is_blank(label.front()))
    label.remove_prefix(1);
  while (!label.empty() && is_blank(label.back()))
    label.remove_suffix(1);
  if (label.empty() || label.find(' ') != label.npos) return {};
  const std::string wanted = lower(label);
  const auto found = std::find_if(encodings.begin(), encodings.end(), [&](const Encoding& one) {
    return has_word(one.labels, wanted);
  });
  return found == encodings.end() ? std::string_view{} : found->name;
}

std::string_view prescan_charset(std::string_view bytes) {
  const std::string_view declared = charset_of_xml_declaration(bytes);
  return declared.empty() ? Prescan(bytes).run() : declared;
}

std::string_view find_charset(std::string_view bytes, std::string_view media_type,
                              std::string_view server_charset) {
  if (const auto mark = charset_of_mark(bytes); !mark.empty()) return mark;
  if (const auto said = charset_of_label(server_charset); !said.empty()) return said;
  const bool html = is_html(media_type);
  if (html || is_xml(media_type)) {
    if (const auto declared = prescan_charset(bytes); !declared.empty()) return declared;
  }
  if (is_xml(media_type) || media_type.ends_with("json")) return "UTF-8";
  const bool is_ascii = std::all_of(bytes.begin(), bytes.end(),
                                    [](char c) { return static_cast<signed char>(c) >= 0; });
  return !is_ascii && is_utf8(bytes) ? "UTF-8" : "windows-1252";
}

std::string decode(std::string_view bytes, std::string_view charset) {
  if (charset_of_mark(bytes) == charset) bytes.remove_prefix(charset == "UTF-8" ? 3 : 2);
  if (charset == "replacement")
    return std::string(bytes.empty() ? std::string_view{} : replacement);
  if (charset == "x-user-defined") return decode_user_defined(bytes);
  const Encoding* const encoding = find_encoding(charset);
  if (encoding == nullptr || encoding->converter.empty()) return decode_utf8(bytes);
  Converter converter(*encoding);
  return converter.is_open() ? converter.convert(bytes) : decode_utf8(bytes);
}

}  // namespace cdp
