// What kind of document it is.
#include "fetch/media_type.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cdp {
namespace {

TEST(MediaTypes, AreReadWithTheirCharset) {
  const std::vector<std::tuple<const char*, const char*, const char*>> table = {
      {"text/html", "text/html", ""},
      {"Text/HTML; Charset=UTF-8", "text/html", "UTF-8"},
      {" text/html ;charset=\"iso-8859-1\" ; x=y", "text/html", "iso-8859-1"},
      {"text/html; x=y; charset=koi8-r", "text/html", "koi8-r"},
      {"text/html;charset", "text/html", ""},
      {"text/html; charset=a; charset=b", "text/html", "a"},
      {"", "", ""},
      {"html", "", ""},
      {"text/html, text/plain", "", ""},
  };
  for (const auto& [text, essence, charset] : table) {
    EXPECT_EQ(parse_media_type(text).essence, essence) << text;
    EXPECT_EQ(parse_media_type(text).charset, charset) << text;
  }
}

TEST(MediaTypes, OfDocumentsAreTextsOnly) {
  for (const char* type : {"text/html", "text/plain", "application/xhtml+xml", "application/json",
                           "application/ld+json", "image/svg+xml", "application/rss+xml"})
    EXPECT_TRUE(is_document(type, "")) << type;
  for (const char* type : {"image/png", "application/pdf", "application/octet-stream", "video/mp4"})
    EXPECT_FALSE(is_document(type, "")) << type;
  EXPECT_FALSE(is_document("text/html", " Attachment; filename=x"));
  EXPECT_TRUE(is_document("text/html", "inline"));
}

TEST(MediaTypes, AreGuessedFromTheBody) {
  EXPECT_EQ(sniff_media_type(" <!doctype html>"), "text/html");
  EXPECT_EQ(sniff_media_type(""), "text/html");
  EXPECT_EQ(sniff_media_type("<?xml version='1.0'?>"), "text/xml");
  EXPECT_EQ(sniff_media_type("words"), "text/plain");
  EXPECT_EQ(sniff_media_type(std::string_view("PK\x03\x04\0", 5)), "application/octet-stream");
}

}  // namespace
}  // namespace cdp
