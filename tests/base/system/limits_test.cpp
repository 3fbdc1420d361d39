// What a process may use, and what is said when that does not do.
#include "base/system/limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <linux/capability.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

namespace cdp {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::uint64_t giga = 1'000'000'000;

std::string text_of(const std::optional<Error>& error) {
  return error ? error->what() : "";
}

TEST(Limits, NoneAreEnough) {
  EXPECT_FALSE(find_browser_limit({}));
  EXPECT_FALSE(find_driver_limit({}));
  EXPECT_GT(most_pages({}), 1'000'000);
}

TEST(Limits, TheOneThatIsTooLowIsNamedWithWhatIsNeeded) {
  EXPECT_THAT(text_of(find_browser_limit({.open_files = 64, .address_space = {}, .file_size = {}})),
              AllOf(HasSubstr("64 files"), HasSubstr("ulimit -n 160")));
  EXPECT_THAT(text_of(find_driver_limit({.open_files = 10, .address_space = {}, .file_size = {}})),
              AllOf(HasSubstr("10 files"), HasSubstr("ulimit -n 40")));
  EXPECT_THAT(
      text_of(find_browser_limit({.open_files = {}, .address_space = 2 * giga, .file_size = {}})),
      AllOf(HasSubstr("2.0 GB"), HasSubstr("ulimit -v")));
  EXPECT_THAT(
      text_of(find_browser_limit({.open_files = {}, .address_space = {}, .file_size = 1024})),
      AllOf(HasSubstr("1024 bytes"), HasSubstr("ulimit -f")));
  const auto error =
      find_browser_limit({.open_files = 64, .address_space = 2 * giga, .file_size = 1});
  EXPECT_EQ(error->code(), errc::machine_limit);
}

TEST(Limits, PagesThatFitIntoTheOpenFiles) {
  const auto most = [](std::uint64_t files) {
    return most_pages({.open_files = files, .address_space = {}, .file_size = {}});
  };
  EXPECT_EQ(most(10), 1);
  EXPECT_EQ(most(160), 1);
  EXPECT_EQ(most(272), 8);
  EXPECT_FALSE(find_browser_limit({.open_files = 160, .address_space = {}, .file_size = {}}));
}

TEST(Limits, TheSoftOneIsRaisedToTheHardOne) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit lower = before;
  lower.rlim_cur = 200;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &lower), 0);
  EXPECT_EQ(read_limits().open_files, 200U);
  raise_open_files();
  EXPECT_EQ(read_limits().open_files, before.rlim_max);
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(Limits, InAContainerWhoMayNotWriteIsToldOfUser) {
  const char* const before = std::getenv("container");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("container", "oci", 1);
  EXPECT_THAT(describe_write_error(EACCES),
              AllOf(HasSubstr("Permission denied; "), HasSubstr("--user \"$(id -u):$(id -g)\"")));
  EXPECT_EQ(describe_write_error(ENOSPC), std::strerror(ENOSPC));
  if (before == nullptr) {
    ::unsetenv("container");
  } else {
    ::setenv("container", kept.c_str(), 1);
  }
}

}  // namespace
}  // namespace cdp
