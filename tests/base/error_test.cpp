// The names of error codes.
#include "base/text/json_text.hpp"
#include <cdp/error.hpp>

#include <gtest/gtest.h>

#include <set>

namespace cdp {
namespace {

TEST(ErrorCodes, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(errc::state_error); ++code)
    names.insert(to_string(static_cast<errc>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(errc::state_error) + 1);
  // The codes of the record are a promise.
  for (const char* published : {"invalid_url",
                                "duplicate",
                                "blocked_scheme",
                                "blocked_address",
                                "robots_disallowed",
                                "robots_unreachable",
                                "dns_error",
                                "connect_error",
                                "tls_error",
                                "auth_required",
                                "rate_limited",
                                "too_many_redirects",
                                "download",
                                "too_large",
                                "nav_timeout",
                                "page_timeout",
                                "page_hung",
                                "page_crashed",
                                "browser_crashed",
                                "protocol_timeout",
                                "protocol_error",
                                "dialog_loop",
                                "poison",
                                "cancelled",
                                "output_error",
                                "internal"}) {
    EXPECT_TRUE(names.contains(published)) << published;
  }
}

}  // namespace
}  // namespace cdp
