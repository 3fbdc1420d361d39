#include "base/system/disk_use.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <system_error>

namespace cdp {
namespace fs = std::filesystem;
namespace {

constexpr std::array bounded = {std::string_view("Cache"), std::string_view("Code Cache")};

bool is_bounded(const fs::path& directory) {
  const std::string name = directory.filename().string();
  return std::find(bounded.begin(), bounded.end(), name) != bounded.end();
}

}  // namespace

std::uint64_t disk_use(const fs::path& directory) {
  constexpr std::uint64_t block = 512;  // of st_blocks, whatever the file system's are
  constexpr auto quietly = fs::directory_options::skip_permission_denied;
  std::uint64_t bytes = 0;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, quietly, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    struct stat status {};
    if (::lstat(entry->path().c_str(), &status) != 0) continue;
    if (S_ISREG(status.st_mode)) bytes += static_cast<std::uint64_t>(status.st_blocks) * block;
    if (S_ISDIR(status.st_mode) && is_bounded(entry->path())) entry.disable_recursion_pending();
  }
  return bytes;
}

}  // namespace cdp
