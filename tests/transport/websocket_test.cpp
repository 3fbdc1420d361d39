// The WebSocket, against a server that sends frames of our making, cut anywhere.
#include "base/async/deadline.hpp"
#include "transport/frame_inbox.hpp"
#include "transport/websocket_transport.hpp"
#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace cdp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

enum Opcode : unsigned char { continuation = 0, text = 1, close = 8, ping = 9 };

/// RFC 6455, section 5.2; from a server, so without a mask.
std::string frame(Opcode opcode, std::string_view payload, bool is_final = true) {
  std::string bytes;
  bytes += static_cast<char>((is_final ? 0x80 : 0) | opcode);
  const std::size_t size = payload.size();
  const int extended = size < 126 ? 0 : size < 65536 ? 2 : 8;
  bytes += static_cast<char>(extended == 0 ? size : extended == 2 ? 126 : 127);
  for (int left = extended; left > 0; --left)
    bytes += static_cast<char>(size >> (8 * (left - 1)));
  bytes += payload;
  return bytes;
}

std::string letters(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t at = 0; at < size; ++at)
    text[at] = static_cast<char>('a' + at % 26);
  return text;
}

const std::vector<std::size_t> sizes = {0, 1, 125, 126, 127, 3000, 65535, 65536, 200'000};

// ---- FrameInbox ----

std::string take(FrameInbox& inbox, std::size_t size) {
  std::string bytes(size, '\0');
  bytes.resize(inbox.take(bytes.data(), size));
  return bytes;
}

TEST(FrameInbox, NeverGivesOutBytesOfTwoFrames) {
  FrameInbox inbox;
  inbox.begin_frames();
  const std::string one = frame(text, "one");
  const std::string two = frame(text, letters(300));
  inbox.append(one + two + "\x81");
  EXPECT_EQ(inbox.peek_message(), "one");
  EXPECT_EQ(take(inbox, 1000), one);
  EXPECT_EQ(inbox.peek_message(), letters(300));
  EXPECT_EQ(take(inbox, 10), two.substr(0, 10));
  EXPECT_EQ(inbox.peek_message(), std::nullopt) << "it has been begun";
  EXPECT_EQ(take(inbox, 1000), two.substr(10));
  EXPECT_FALSE(inbox.can_take()) << "half a header";
  EXPECT_FALSE(inbox.empty());
  inbox.append(std::string("\0", 1));
  EXPECT_EQ(take(inbox, 1000), frame(text, ""));
  EXPECT_TRUE(inbox.empty());
}

TEST(FrameInbox, KnowsWholeMessagesOfEachLength) {
  for (const std::size_t size : sizes) {
    const std::string whole = frame(text, letters(size));
    FrameInbox inbox;
    inbox.begin_frames();
    inbox.append(std::string_view(whole).substr(0, whole.size() - 1));
    EXPECT_EQ(inbox.peek_message(), std::nullopt) << size;
    inbox.append(std::string_view(whole).substr(whole.size() - 1));
    EXPECT_EQ(inbox.peek_message(), letters(size));
    inbox.skip_message();
    EXPECT_TRUE(inbox.empty());
  }
}

TEST(FrameInbox, WhatIsNotAWholeTextOfAServerIsNoMessage) {
  const std::string masked = "\x81\x81" + letters(4) + "x";
  const std::string longest = "\x81\x7f" + std::string(8, '\xff') + "x";
  for (const std::string& other : {frame(text, "a", false), frame(continuation, "b"),
                                   frame(ping, ""), frame(close, ""), masked, longest}) {
    FrameInbox inbox;
    inbox.begin_frames();
    inbox.append(other);
    EXPECT_EQ(inbox.peek_message(), std::nullopt);
    EXPECT_EQ(take(inbox, 100), other);
  }
}

TEST(FrameInbox, TheAnswerToTheUpgradeEndsAtItsEmptyLine) {
  FrameInbox inbox;
  inbox.append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n" + frame(text, "x"));
  EXPECT_THAT(take(inbox, 1000), testing::EndsWith("websocket\r\n\r\n"));
  inbox.begin_frames();
  EXPECT_EQ(inbox.peek_message(), "x");
}

// ---- the transport ----

/// Accepts one client, sends bytes in pieces, then waits until the client goes away.
class FrameServer {
 public:
  FrameServer(std::string bytes, unsigned seed)
      : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}),
        thread_([this, bytes = std::move(bytes), seed] { serve(bytes, seed); }) {}
  ~FrameServer() { thread_.join(); }

  WebSocketUrl url() const {
    return {"127.0.0.1", std::to_string(acceptor_.local_endpoint().port()), "/"};
  }

 private:
  void serve(const std::string& bytes, unsigned seed) {
    boost::beast::websocket::stream<tcp::socket> stream(acceptor_.accept());
    stream.next_layer().set_option(tcp::no_delay(true));
    stream.accept();
    std::mt19937 random(seed);
    boost::system::error_code error;
    for (std::size_t at = 0, size = 0; at < bytes.size() && !error; at += size) {
      size = std::min<std::size_t>(random() % 4 == 0 ? 1 + random() % 3 : 1 + random() % 70'000,
                                   bytes.size() - at);
      asio::write(stream.next_layer(), asio::buffer(bytes.data() + at, size), error);
      if (random() % 4 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    char ignored = 0;
    while (!error)
      stream.next_layer().read_some(asio::buffer(&ignored, 1), error);
  }

  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

Task<std::vector<std::string>> read_all(WebSocketUrl url, std::string& end) {
  const Deadline deadline = deadline_in(std::chrono::seconds(20));
  const auto transport = co_await connect_websocket(std::move(url), deadline);
  std::vector<std::string> messages;
  try {
    for (;;)
      messages.push_back(co_await transport->read());
  } catch (const Error& error) {
    end = error.what();
  }
  transport->close();
  co_return messages;
}

TEST(WebSocket, ReadsMessagesHoweverTheirBytesArrive) {
  std::vector<std::string> expected;
  std::string bytes;
  for (const std::size_t size : sizes) {
    expected.push_back(letters(size));
    bytes += frame(text, letters(size)) + frame(ping, "alive");
    expected.push_back("in three parts");
    bytes += frame(text, "in ", false) + frame(ping, "") + frame(continuation, "three", false) +
             frame(continuation, " parts");
    for (int number = 0; number < 40; ++number) {
      expected.push_back("event " + std::to_string(number));
      bytes += frame(text, expected.back());
    }
  }
  bytes += frame(close, "\x03\xe8that is all");
  for (unsigned seed = 1; seed <= 20; ++seed) {
    FrameServer server(bytes, seed);
    std::string end;
    const std::vector<std::string> messages = run(read_all(server.url(), end));
    EXPECT_TRUE(messages == expected) << "seed " << seed << ", " << messages.size() << " messages";
    EXPECT_THAT(end, testing::HasSubstr("that is all"));
  }
}

TEST(WebSocket, WhatIsNoMessageEndsIt) {
  const std::string reserved = "\xff\x7f" + letters(100);
  const std::string no_utf8 = frame(text, "\xff");
  for (const std::string& wrong : {reserved, no_utf8}) {
    FrameServer server(frame(text, "good") + wrong, 1);
    std::string end;
    EXPECT_THAT(run(read_all(server.url(), end)), testing::ElementsAre("good"));
    EXPECT_THAT(end, testing::HasSubstr("the WebSocket to the browser ended"));
  }
}

TEST(WebSocket, AServerThatNeverAnswersIsNotWaitedForLongerThanTheDeadline) {
  asio::io_context context;
  tcp::acceptor silent(context, {asio::ip::address_v4::loopback(), 0});
  const WebSocketUrl url{"127.0.0.1", std::to_string(silent.local_endpoint().port()), "/"};
  const auto body = [](WebSocketUrl address) -> Task<void> {
    const Deadline deadline = deadline_in(std::chrono::milliseconds(200));
    co_await connect_websocket(std::move(address), deadline);
  };
  try {
    run(body(url));
    FAIL() << "there was nobody";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::browser_crashed);
    EXPECT_THAT(error.what(), testing::HasSubstr("no answer before the deadline"));
  }
}

}  // namespace
}  // namespace cdp
