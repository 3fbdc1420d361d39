// Headers whose values nobody else may see.
#include "base/web/secret_header.hpp"

#include <gtest/gtest.h>

namespace cdp {
namespace {

TEST(SecretHeaders, AreKnownByTheirNames) {
  for (const char* name : {"Authorization", "authorization", "COOKIE", "Proxy-Authorization",
                           "X-Api-Key", "X-Auth-Token", "x-session-id"})
    EXPECT_TRUE(is_secret_header(name)) << name;
  for (const char* name : {"Accept", "X-Requested-With", "Referer", "X-Keyword", "DNT"})
    EXPECT_FALSE(is_secret_header(name)) << name;
}

}  // namespace
}  // namespace cdp
