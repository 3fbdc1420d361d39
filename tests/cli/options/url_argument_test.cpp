// URLs as people type them.
#include "cli/options/url_argument.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace cdp {
namespace {

TEST(UrlArgument, GetsTheSchemeThatItsServerMostLikelyHas) {
  const std::array<std::pair<const char*, const char*>, 9> cases = {{
      {"example.com", "https://example.com"},
      {"example.com/a?b=http://c/", "https://example.com/a?b=http://c/"},
      {"bücher.example", "https://bücher.example"},
      {"example.com:443/", "https://example.com:443/"},
      {"example.com:8080", "http://example.com:8080"},
      {"localhost:8000/x", "http://localhost:8000/x"},
      {"a.localhost", "http://a.localhost"},
      {"127.0.0.1", "http://127.0.0.1"},
      {"[::1]:80/x", "http://[::1]:80/x"},
  }};
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(cli::with_scheme(text), expected);
}

TEST(UrlArgument, StaysAsItIsWhenItIsNoAddress) {
  for (const char* text :
       {"https://example.com", "mailto:a@b.c", "javascript:alert(1)", "nowhere", "/a/path.html",
        "two words.com", "about:blank", "data:text/html,x.y", "", ".", "..", "\x1b[31m"})
    EXPECT_EQ(cli::with_scheme(text), text);
}

}  // namespace
}  // namespace cdp
