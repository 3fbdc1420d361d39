// What a directory takes of the disk.
#include "base/system/disk_use.hpp"

#include "support/process/private_tmpdir.hpp"

#include <gtest/gtest.h>

#include <linux/capability.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

namespace cdp {
namespace {

TEST(DiskUse, CountsWhatPagesWriteAndFollowsNoLinks) {
  namespace fs = std::filesystem;
  const test::PrivateTmpdir directory;
  const auto write = [&](const fs::path& path) {
    fs::create_directories((directory.path() / path).parent_path());
    std::ofstream(directory.path() / path) << std::string(1 << 20, 'x');
  };
  write("profile/IndexedDB/a");
  write("profile/b");
  write("profile/Cache/c");
  write("elsewhere/d");
  fs::create_directory_symlink(directory.path() / "elsewhere", directory.path() / "profile/link");
  const std::uint64_t bytes = disk_use(directory.path() / "profile");
  EXPECT_GE(bytes, std::uint64_t{2} << 20);
  EXPECT_LT(bytes, std::uint64_t{3} << 20);
  EXPECT_EQ(disk_use(directory.path() / "nothing"), 0U);
}

}  // namespace
}  // namespace cdp
