// Messages that end in a NUL.
#include "transport/nul_framing.hpp"

#include "base/ascii.hpp"
#include "base/text/json_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace cdp {
namespace {

std::vector<std::string> all_messages(NulFraming& framing) {
  std::vector<std::string> messages;
  while (auto message = framing.next())
    messages.push_back(std::move(*message));
  return messages;
}

TEST(NulFraming, PutsMessagesTogetherByteByByte) {
  const std::string stream("one\0\0two\0", 9);
  NulFraming framing;
  std::vector<std::string> messages;
  for (const char byte : stream) {
    framing.append({&byte, 1});
    for (std::string& message : all_messages(framing))
      messages.push_back(std::move(message));
  }
  EXPECT_THAT(messages, testing::ElementsAre("one", "", "two"));
  EXPECT_EQ(framing.buffered(), 0U);
}

TEST(NulFraming, TakesSeveralMessagesFromOneChunkAndKeepsTheRest) {
  NulFraming framing;
  framing.append({"one\0two\0thr", 11});
  EXPECT_EQ(framing.next(), "one");
  EXPECT_EQ(framing.buffered(), 7U);
  EXPECT_EQ(framing.next(), "two");
  EXPECT_FALSE(framing.next());
  EXPECT_FALSE(framing.next());
  framing.append({"ee\0", 3});
  EXPECT_EQ(framing.next(), "three");
  EXPECT_FALSE(framing.next());
}

TEST(NulFraming, MayGetMoreWhileMessagesAreStillUntaken) {
  NulFraming framing;
  framing.append({"a\0b\0", 4});
  EXPECT_EQ(framing.next(), "a");
  framing.append({"c\0", 2});
  EXPECT_THAT(all_messages(framing), testing::ElementsAre("b", "c"));
}

TEST(NulFraming, CarriesLargeMessagesWhole) {
  std::mt19937 random(3);
  std::string large(std::size_t{1} << 20, '\0');
  for (char& byte : large)
    byte = static_cast<char>('a' + random() % 26);
  NulFraming framing;
  for (std::size_t at = 0; at < large.size(); at += 4096) {
    EXPECT_FALSE(framing.next());
    framing.append(std::string_view(large).substr(at, 4096));
  }
  framing.append({"\0tail", 5});
  EXPECT_EQ(framing.next(), large);
  EXPECT_FALSE(framing.next());
  EXPECT_EQ(framing.buffered(), 4U);
}

}  // namespace
}  // namespace cdp
