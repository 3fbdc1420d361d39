#include "cli/process/whole_file.hpp"

#include "base/system/limits.hpp"
#include "output/output_file.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace cdp::cli {
namespace {

Error cannot_write(const std::string& path, int error) {
  return Error(errc::output_error,
               fmt::format("cannot write {}: {}", path, describe_write_error(error)));
}

bool is_special(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

void expect_writable_place(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) throw cannot_write(path, EISDIR);
    if (!S_ISREG(status.st_mode)) return;
  }
  const std::string directory = std::filesystem::path(path).parent_path().string();
  if (::access(directory.empty() ? "." : directory.c_str(), W_OK | X_OK) != 0)
    throw cannot_write(path, errno);
}

void write_whole_file(const std::string& path, std::string_view text) {
  if (is_special(path)) {
    OutputFile(path).append(text);
  } else {
    constexpr bool durable = false;
    cdp::write_whole_file(path, text, durable);
  }
}

}  // namespace cdp::cli
