// Bodies: unpacked, bounded, and looked at.
#include "fetch/answer_head.hpp"
#include "fetch/body_decoder.hpp"
#include "fetch/body_reader.hpp"
#include "head_of.hpp"
#include "protocol/network.hpp"
#include "support/pages/packed.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

namespace cdp {
namespace {

using test::head_of;
using test::packed;
using test::Packed;

struct Unpacked {
  std::string text;
  bool complete = false;
  bool broken = false;
};

/// Fed in pieces of any size, the result is the same.
Unpacked unpack(const std::string& coding, const std::string& body, std::size_t piece) {
  BodyDecoder decoder(coding);
  Unpacked result;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    decoder.feed(std::string_view(body).substr(at, piece));
    while (decoder.decode(result.text, 7)) {
    }
  }
  result.complete = decoder.is_complete();
  result.broken = decoder.is_broken();
  return result;
}

TEST(BodyDecoders, TakeWhatBrowsersTake) {
  const std::string text = "<p>some text, some text</p>";
  const std::string gzip = packed(text);
  const std::vector<std::tuple<const char*, std::string, std::string>> table = {
      {"", text, text},
      {"identity", text, text},
      {"UTF-8", text, text},
      {"8bit", text, text},
      {"text/html", text, text},
      {"aws-chunked", text, text},
      {"GZIP", gzip, text},
      {"x-gzip", gzip, text},
      {"gzip, ", gzip, text},
      {"gzip", gzip + std::string(100, '\0'), text},
      {"gzip", gzip + packed("second"), text},
      {"gzip", gzip + "junk", text},
      {"gzip", gzip.substr(0, gzip.size() - 8) + "01234567", text},
      {"gzip, gzip", packed(gzip), text},
      {"deflate", packed(text, Packed::zlib), text},
      {"deflate", packed(text, Packed::raw), text},
      {"gzip, deflate", packed(gzip, Packed::zlib), text},
      {"gzip, aws-chunked", gzip, gzip},
  };
  for (const auto& [coding, body, expected] : table) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, body.size()}) {
      const Unpacked result = unpack(coding, body, piece);
      EXPECT_EQ(result.text, expected) << coding << " by " << piece;
      EXPECT_TRUE(result.complete) << coding << " by " << piece;
      EXPECT_FALSE(result.broken) << coding << " by " << piece;
    }
  }
}

TEST(BodyDecoders, KnowWhatIsMissing) {
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += std::to_string(i * 7919 % 10007) + " ";
  const std::string gzip = packed(text);
  const Unpacked half = unpack("gzip", gzip.substr(0, gzip.size() / 2), 100);
  EXPECT_FALSE(half.complete);
  EXPECT_FALSE(half.broken);
  EXPECT_FALSE(half.text.empty());
  EXPECT_TRUE(text.starts_with(half.text));
  EXPECT_TRUE(unpack("gzip", text, 100).broken);
  EXPECT_TRUE(unpack("br", std::string(100, '\xFF'), 100).broken);
  EXPECT_TRUE(unpack("zstd", text, 100).broken);
  EXPECT_TRUE(unpack("gzip", "", 1).complete) << "nothing at all is an empty body";
}

AnswerHead html_head(const std::string& more = "X: y") {
  return head_of({"HTTP/1.1 200 OK", "Content-Type: text/html", more, ""});
}

TEST(BodyReaders, EndABombBeforeItIsLarge) {
  const std::string bomb = packed(std::string(std::size_t{64} << 20, ' '));
  BodyLimits limits;
  limits.text = limits.most = std::size_t{256} << 20;
  BodyReader reader(limits, false);
  reader.begin(html_head("Content-Encoding: gzip"));
  reader.feed(bomb.substr(0, bomb.size() / 2));
  int steps = 0;
  while (reader.has_work() && !reader.is_over()) {
    reader.step();
    ++steps;
  }
  ASSERT_TRUE(reader.fault());
  EXPECT_EQ(reader.fault()->code(), errc::too_large);
  EXPECT_GT(steps, 20) << "whoever feeds it has its turn in between";
  EXPECT_LT(steps, 100) << "and no more is unpacked than the bound";
  EXPECT_EQ(reader.take(), "");
}

TEST(BodyReaders, HoldTheirBounds) {
  const auto read = [](BodyLimits limits, const std::string& body, const AnswerHead& head) {
    BodyReader reader(limits, false);
    reader.begin(head);
    reader.feed(body);
    while (reader.has_work())
      reader.step();
    return std::tuple(reader.is_cut(), reader.is_file(), reader.fault().has_value(), reader.take());
  };
  const std::string body = "<p>0123456789";
  EXPECT_EQ(read({100, 0, 100}, body, html_head()), std::tuple(false, false, false, body));
  EXPECT_EQ(read({13, 0, 100}, body, html_head()), std::tuple(false, false, false, body));
  EXPECT_EQ(read({5, 0, 100}, body, html_head()), std::tuple(true, false, false, "<p>01"));
  EXPECT_EQ(read({100, 0, 5}, body, html_head()), std::tuple(true, false, true, ""));
  const AnswerHead zip = head_of({"HTTP/1.1 200 OK", "Content-Type: application/zip", ""});
  EXPECT_EQ(read({100, 0, 100}, body, zip), std::tuple(true, true, false, ""));
  EXPECT_EQ(read({100, 50, 5}, body, zip), std::tuple(false, true, false, body));
}

TEST(BodyReaders, LookAtWhatNobodyNames) {
  const auto type_of = [](const std::string& type, const std::string& body) {
    BodyReader reader({1000, 1000, 1000}, false);
    reader.begin(head_of({"HTTP/1.1 200 OK", "Content-Type: " + type, ""}));
    reader.feed(body);
    while (reader.has_work())
      reader.step();
    return reader.type();
  };
  EXPECT_EQ(type_of("*/*", "<p>x"), "text/html");
  EXPECT_EQ(type_of("unknown/unknown", "words"), "text/plain");
  EXPECT_EQ(type_of("text", "<foo>"), "text/plain");
  EXPECT_EQ(type_of("", "%PDF-1.4"), "application/pdf");
  EXPECT_EQ(type_of("text/plain", "words"), "text/plain");
  EXPECT_EQ(type_of("text/plain", std::string("a\0b", 3)), "application/octet-stream");
  EXPECT_EQ(type_of("text/html", std::string("a\0b", 3)), "text/html");
}

}  // namespace
}  // namespace cdp
