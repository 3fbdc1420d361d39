#include "base/session_dir.hpp"

#include "base/log.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace cdp {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view prefix = "cdp-scrape-";

fs::path temp_root() {
  const char* configured = std::getenv("TMPDIR");
  return fs::absolute(configured != nullptr && *configured != '\0' ? configured : "/tmp");
}

Error cannot(const char* what, const fs::path& path) {
  return Error(errc::launch_failed,
               fmt::format("cannot {} {}: {}; set TMPDIR to a directory that can be written", what,
                           path.string(), std::strerror(errno)));
}

/// Opens and locks a directory. Empty when somebody else holds it, or it is no longer in the file
/// system.
UniqueFd lock_directory(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  const bool locked = fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0 &&
                      ::fstat(fd.get(), &status) == 0 && status.st_nlink > 0;
  return locked ? std::move(fd) : UniqueFd();
}

bool is_ours(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == ::geteuid();
}

void make_private(const fs::path& path, const std::optional<FileOwner>& owner) {
  if (::mkdir(path.c_str(), 0700) != 0) throw cannot("create", path);
  if (owner && ::chown(path.c_str(), owner->uid, owner->gid) != 0)
    throw cannot("change the owner of", path);
}

bool has_environment_entry(const fs::path& process, std::string_view entry) {
  // The process may end between open and read: an exception of the buffer, which << catches.
  std::ostringstream text;
  text << std::ifstream(process / "environ", std::ios::binary).rdbuf();
  const std::string environment = std::move(text).str();
  for (std::size_t at = 0; at < environment.size();) {
    const std::string_view variable = environment.data() + at;
    if (variable == entry) return true;
    at += variable.size() + 1;
  }
  return false;
}

/// Ends every process that was started for this session, wherever in the process tree it is by now.
void kill_marked(const std::string& session) {
  const std::string entry = fmt::format("{}={}", SessionDir::marker, session);
  std::error_code error;
  for (const fs::directory_entry& process : fs::directory_iterator("/proc", error)) {
    const std::string name = process.path().filename().string();
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ec != std::errc{} || pid == ::getpid()) continue;
    if (has_environment_entry(process.path(), entry)) ::kill(pid, SIGKILL);
  }
}

bool remove_tree(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  return !fs::exists(fs::symlink_status(path, error));
}

}  // namespace

SessionDir SessionDir::create(std::optional<FileOwner> owner) {
  const std::string pattern = (temp_root() / (std::string(prefix) + "XXXXXX")).string();
  for (;;) {
    std::string name = pattern;
    if (::mkdtemp(name.data()) == nullptr) throw cannot("create", pattern);
    SessionDir session;
    session.path_ = name;
    session.lock_ = lock_directory(session.path_);
    if (!session.lock_) continue;  // a sweeper was faster: it takes the directory away
    // The browser's user must pass through to its own directory, which is 0700, but not look around
    // here.
    if (owner && ::chmod(name.c_str(), 0711) != 0) throw cannot("open", session.path_);
    make_private(session.home(), owner);
    make_private(session.profile(), owner);
    make_private(session.temp(), owner);
    return session;
  }
}

int SessionDir::sweep(const Log& log) {
  int removed = 0;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(temp_root(), error)) {
    const fs::path& path = entry.path();
    if (!path.filename().string().starts_with(prefix) || !is_ours(path)) continue;
    SessionDir stale;
    stale.path_ = path;
    stale.lock_ = lock_directory(path);
    if (!stale.lock_ || !stale.try_remove()) continue;
    write_log(log, LogLevel::info, "removed {}, left by a driver that was killed", path.string());
    ++removed;
  }
  return removed;
}

bool SessionDir::try_remove() {
  if (path_.empty()) return true;
  kill_marked(name());
  if (!remove_tree(path_)) return false;
  path_.clear();
  lock_.reset();
  return true;
}

}  // namespace cdp
