#include "base/system/remove_tree.hpp"

#include "base/unique_fd.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {
namespace {

/// Browsers nest their files some eight deep. Each level holds a descriptor while it is emptied.
constexpr int deepest = 100;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

/// The names in a directory, without those that every directory has. False in `complete`: it could
/// not be read to its end.
std::vector<std::string> names_in(int directory, bool& complete) {
  std::vector<std::string> names;
  complete = false;
  // A descriptor of its own: a DIR owns its descriptor, and its place in the directory.
  UniqueFd own(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!own) return names;
  const std::unique_ptr<DIR, CloseDirectory> entries(::fdopendir(own.get()));
  if (!entries) return names;
  own.release();
  errno = 0;
  while (const dirent* const entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  complete = errno == 0;
  return names;
}

bool empty_directory(int directory, const char* spared, int depth);

bool remove_entry(int directory, const char* name, int depth) {
  if (::unlinkat(directory, name, 0) == 0 || errno == ENOENT) return true;
  if (errno != EISDIR && errno != EPERM) return false;
  if (depth >= deepest) return false;
  const UniqueFd child(::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!child) return errno == ENOENT;
  if (is_mount_point(child.get())) return false;
  if (!empty_directory(child.get(), nullptr, depth + 1)) return false;
  return ::unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

bool empty_directory(int directory, const char* spared, int depth) {
  bool empty = false;
  for (const std::string& name : names_in(directory, empty)) {
    if (spared != nullptr && name == spared) continue;
    if (!remove_entry(directory, name.c_str(), depth)) empty = false;
  }
  return empty;
}

}  // namespace

bool remove_contents(int directory, const char* spared) {
  return empty_directory(directory, spared, 0);
}

bool is_directory_at(int directory, const std::filesystem::path& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(directory, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         S_ISDIR(named.st_mode) && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

bool remove_empty_directory(int directory, const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return errno == ENOENT;
  return is_directory_at(directory, path) && ::rmdir(path.c_str()) == 0;
}

bool is_mount_point(int directory) {
  struct statx status {};
  if (::statx(directory, "", AT_EMPTY_PATH, STATX_INO, &status) == 0 &&
      (status.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0)
    return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  // A kernel before 5.8: another device than the parent's is seen, a bind mount is not.
  struct stat self {};
  struct stat parent {};
  return ::fstat(directory, &self) != 0 || ::fstatat(directory, "..", &parent, 0) != 0 ||
         self.st_dev != parent.st_dev;
}

}  // namespace cdp
