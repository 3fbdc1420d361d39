// What a server says before the body.
#include "fetch/answer_head.hpp"

#include "fetch/body_decoder.hpp"
#include "fetch/body_reader.hpp"
#include "head_of.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/network.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

using test::head_of;

TEST(AnswerHeads, AreReadInAnyCase) {
  const AnswerHead head = head_of({"HTTP/1.1 200 OK", "CONTENT-TYPE: text/html", "retry-AFTER:  7 ",
                                   "refresh:0;url=/x", "content-Encoding: gzip",
                                   "Content-encoding: br", "content-DISPOSITION: inline", ""});
  EXPECT_TRUE(head.is_complete());
  EXPECT_EQ(head.content_type(), "text/html");
  EXPECT_EQ(head.retry_after(), "7");
  EXPECT_EQ(head.refresh(), "0;url=/x");
  EXPECT_EQ(head.content_encoding(), "gzip,br");
  EXPECT_EQ(head.content_disposition(), "inline");
}

TEST(AnswerHeads, AreNotChangedByTrailers) {
  const AnswerHead head =
      head_of({"HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", "",
               "Content-Type: text/plain; charset=windows-1252", "Location: /", ""});
  EXPECT_EQ(head.content_type(), "text/html; charset=utf-8");
  EXPECT_FALSE(head.is_redirect());
}

TEST(AnswerHeads, OfInterimAnswersAreNone) {
  AnswerHead head = head_of({"HTTP/1.1 103 Early Hints", "Retry-After: 7", ""});
  EXPECT_FALSE(head.is_complete());
  head.take("HTTP/1.1 200 OK\r\n");
  head.take("\r\n");
  EXPECT_TRUE(head.is_complete());
  EXPECT_EQ(head.retry_after(), "");
  for (int i = 0; i <= AnswerHead::most_interim_answers && !head.fault(); ++i) {
    head.take("HTTP/1.1 103 Early Hints\r\n");
    head.take("\r\n");
  }
  ASSERT_TRUE(head.fault());
  EXPECT_EQ(head.fault()->code(), errc::connect_error);
}

TEST(AnswerHeads, ThatAreNoneAreRefused) {
  const auto code_of = [](const std::vector<std::string>& lines) {
    const AnswerHead head = head_of(lines);
    return head.fault() ? to_string(head.fault()->code()) : "none";
  };
  EXPECT_EQ(code_of({"HTTP/1.1 000 X", ""}), "connect_error");
  EXPECT_EQ(code_of({"HTTP/1.1 101 Switching Protocols", ""}), "connect_error");
  EXPECT_EQ(code_of({"HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2", ""}),
            "connect_error");
  EXPECT_EQ(code_of({"HTTP/1.1 302 Found", "Location: /a", "Location: /b", ""}), "connect_error");
  EXPECT_EQ(code_of({"HTTP/1.1 200 OK", "Content-Length: 1", "content-length: 1", ""}), "none");
  EXPECT_EQ(code_of({"HTTP/1.1 200 OK", "X: " + std::string(AnswerHead::most_bytes, 'x'), ""}),
            "too_large");
}

TEST(AnswerHeads, OfTheBrowserAreReadInAnyCase) {
  using protocol::network::ResponseHeaders;
  for (const char* name : {"Retry-After", "retry-after", "RETRY-AFTER", "Retry-after"}) {
    std::string text = std::string("{\"X\":\"1\",\"") + name + "\":\"7\"}";
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(protocol::decode<ResponseHeaders>(json, "headers").retry_after, "7") << name;
    const auto read = protocol::read_struct<ResponseHeaders>(text);
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(read->retry_after, "7") << name;
  }
  EXPECT_FALSE(protocol::decode<ResponseHeaders>(nlohmann::json::object(), "x").retry_after);
}

}  // namespace
}  // namespace cdp
