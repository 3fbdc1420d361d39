// What is UTF-8.
#include "base/text/utf8.hpp"

#include "base/text/json_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>

namespace cdp {
namespace {

using nlohmann::json;

TEST(Utf8, IsWhatRfc3629Says) {
  for (const char* text : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(text)) << text;
  for (const char* text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x7f", "\xc2\xc0", "\xe0\x9f\xbf",
        "\xe0\xa0", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "a\xe4\xbe",
        "\xe4\xbe"
        "a"})
    EXPECT_FALSE(is_utf8(text)) << json(text).dump(-1, ' ', true, json::error_handler_t::replace);
}

TEST(Utf8, AgreesWithTheJsonLibrary) {
  std::mt19937 random(5);
  constexpr std::string_view bytes =
      "a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc1\xc2\xdf\xe0\xed\xef\xf0\xf4\xf5\xff";
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (std::size_t i = random() % 6; i > 0; --i)
      text += bytes[random() % bytes.size()];
    bool dumps = true;
    try {
      static_cast<void>(json(text).dump());
    } catch (const json::exception&) {
      dumps = false;
    }
    ASSERT_EQ(is_utf8(text), dumps)
        << json(text).dump(-1, ' ', true, json::error_handler_t::replace);
  }
}

}  // namespace
}  // namespace cdp
