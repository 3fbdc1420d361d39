#include "fetch/media_type.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>

namespace cdp {
namespace {

std::string_view trimmed(std::string_view text) {
  return cdp::trimmed(text, " \t\r\n");
}

/// `"a\"b"` → `a"b`; what is not quoted stays.
std::string unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  std::string value;
  for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i];
  }
  return value;
}

constexpr std::size_t sniffed = 1445;  // bytes, as the MIME Sniffing Standard has it

/// Bytes that no text holds (MIME Sniffing Standard, "binary data byte").
bool is_binary_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x08 || byte == 0x0B || (byte >= 0x0E && byte <= 0x1A) ||
         (byte >= 0x1C && byte <= 0x1F);
}

/// @param start in lower case, without blanks in front
bool begins_as_html(std::string_view start) {
  constexpr std::array tags = {std::string_view("<!doctype html"),
                               std::string_view("<html"),
                               std::string_view("<head"),
                               std::string_view("<script"),
                               std::string_view("<iframe"),
                               std::string_view("<h1"),
                               std::string_view("<div"),
                               std::string_view("<font"),
                               std::string_view("<table"),
                               std::string_view("<a"),
                               std::string_view("<style"),
                               std::string_view("<title"),
                               std::string_view("<b"),
                               std::string_view("<body"),
                               std::string_view("<br"),
                               std::string_view("<p")};
  if (start.starts_with("<!--")) return true;
  return std::any_of(tags.begin(), tags.end(), [start](std::string_view tag) {
    if (!start.starts_with(tag)) return false;
    const char end = start.size() > tag.size() ? start[tag.size()] : '>';
    return end == '>' || end == ' ' || end == '\t' || end == '\n' || end == '\r';
  });
}

}  // namespace

MediaType parse_media_type(std::string_view text) {
  MediaType type;
  const std::size_t end = std::min(text.find(';'), text.size());
  const std::string_view essence = trimmed(text.substr(0, end));
  if (essence.find('/') == essence.npos || essence.find_first_of(" \t,") != essence.npos)
    return type;
  type.essence = lower(essence);
  // What says nothing is as good as nothing (MIME Sniffing Standard, 7).
  if (type.essence == "*/*" || type.essence == "unknown/unknown" ||
      type.essence == "application/unknown")
    type.essence.clear();
  for (std::string_view rest = text.substr(end); !rest.empty() && type.charset.empty();) {
    rest.remove_prefix(1);
    const std::size_t next = std::min(rest.find(';'), rest.size());
    const std::string_view parameter = trimmed(rest.substr(0, next));
    const std::size_t equals = parameter.find('=');
    if (equals != parameter.npos && lower(parameter.substr(0, equals)) == "charset")
      type.charset = unquoted(parameter.substr(equals + 1));
    rest.remove_prefix(next);
  }
  return type;
}

bool is_html(std::string_view essence) {
  return essence == "text/html" || essence == "application/xhtml+xml";
}

bool is_xml(std::string_view essence) {
  return essence == "text/xml" || essence == "application/xml" || essence.ends_with("+xml");
}

bool is_binary(std::string_view body) {
  const std::string_view head = body.substr(0, sniffed);
  const bool has_utf16_mark = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
  return !has_utf16_mark && std::any_of(head.begin(), head.end(), is_binary_byte);
}

std::string_view sniff_media_type(std::string_view body) {
  if (is_binary(body)) return "application/octet-stream";
  const std::string_view head = body.substr(0, sniffed);
  const std::string start = lower(trimmed(head).substr(0, 32));
  if (start.starts_with("<?xml")) return "text/xml";
  if (start.starts_with("%pdf-")) return "application/pdf";
  return start.empty() || begins_as_html(start) ? "text/html" : "text/plain";
}

bool is_document(std::string_view essence, std::string_view content_disposition) {
  if (lower(trimmed(content_disposition)).starts_with("attachment")) return false;
  if (essence.starts_with("text/") || is_html(essence) || is_xml(essence)) return true;
  constexpr std::array texts = {std::string_view("application/json"),
                                std::string_view("application/javascript"),
                                std::string_view("application/x-javascript")};
  return std::find(texts.begin(), texts.end(), essence) != texts.end() ||
         essence.ends_with("+json");
}

std::string_view extension_for(std::string_view essence) {
  struct Usual {
    std::string_view essence;
    std::string_view extension;
  };
  constexpr std::array usual = {
      Usual{"application/gzip", ".gz"}, Usual{"application/json", ".json"},
      Usual{"application/pdf", ".pdf"}, Usual{"application/xml", ".xml"},
      Usual{"application/zip", ".zip"}, Usual{"audio/mpeg", ".mp3"},
      Usual{"image/gif", ".gif"},       Usual{"image/jpeg", ".jpg"},
      Usual{"image/png", ".png"},       Usual{"image/svg+xml", ".svg"},
      Usual{"image/webp", ".webp"},     Usual{"text/csv", ".csv"},
      Usual{"text/html", ".html"},      Usual{"text/plain", ".txt"},
      Usual{"video/mp4", ".mp4"}};
  const auto found = std::find_if(usual.begin(), usual.end(),
                                  [&](const Usual& one) { return one.essence == essence; });
  return found == usual.end() ? std::string_view() : found->extension;
}

}  // namespace cdp
