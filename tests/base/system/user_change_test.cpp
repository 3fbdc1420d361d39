// Becoming another user.
#include "base/system/user_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <linux/capability.h>
#include <sys/resource.h>

namespace cdp {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string text_of(const std::optional<Error>& error) {
  return error ? error->what() : "";
}

TEST(UserChange, TheRightsThatRootLacksAreNamed) {
  EXPECT_FALSE(judge_rights(~std::uint64_t{0}, 65534));
  const auto fault = judge_rights(~(std::uint64_t{1} << CAP_KILL), 65534);
  EXPECT_EQ(fault->code(), errc::sandbox_unavailable);
  EXPECT_THAT(text_of(fault), AllOf(HasSubstr("root has no CAP_KILL here"),
                                    HasSubstr("as an ordinary user"), HasSubstr("--no-sandbox")));
}

}  // namespace
}  // namespace cdp
