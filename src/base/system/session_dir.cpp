#include "base/system/session_dir.hpp"

#include "base/ascii.hpp"
#include "base/log.hpp"
#include "base/system/remove_tree.hpp"
#include "base/system/user_change.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <string_view>
#include <system_error>

namespace cdp {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view prefix = "cdp-scrape-";
constexpr std::size_t random_characters = 6;  ///< mkdtemp's

/// A new directory may be lost to another process, which can only be by chance.
constexpr int most_tries = 5;

/// The browser's user must pass through to its own directory, which is 0700, but not look around
/// in ours.
constexpr mode_t private_mode = 0700;
constexpr mode_t passable_mode = 0711;

fs::path temp_root() {
  const char* configured = std::getenv("TMPDIR");
  return fs::absolute(configured != nullptr && *configured != '\0' ? configured : "/tmp");
}

/// Whether a user may pass through a directory and all above it, by their modes.
bool may_pass(const fs::path& directory, const FileOwner& user) {
  for (fs::path part = directory; !part.empty(); part = part.parent_path()) {
    struct stat status {};
    if (::stat(part.c_str(), &status) != 0) return false;
    const mode_t right = status.st_uid == user.uid   ? S_IXUSR
                         : status.st_gid == user.gid ? S_IXGRP
                                                     : S_IXOTH;
    if ((status.st_mode & right) == 0) return false;
    if (part == part.root_path()) break;
  }
  return true;
}

/// Other places for the directories of a browser whose user may not pass through TMPDIR: root's
/// may be private, as those that mktemp makes.
constexpr std::array other_roots = {"/tmp", "/var/tmp"};

const char* remedy_for(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
      return "let the program open more files (ulimit -n)";
    case ENOLCK:
    case ENOSYS:
    case EOPNOTSUPP:
      return "set TMPDIR to a directory on a file system with locks (flock)";
    default:
      return "set TMPDIR to a directory that can be written";
  }
}

Error cannot(const char* what, const fs::path& path) {
  const int error = errno;
  return Error(errc::launch_failed, fmt::format("cannot {} {}: {}; {}", what, path.string(),
                                                std::strerror(error), remedy_for(error)));
}

UniqueFd open_directory(const fs::path& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// @return false, and the reason in errno
bool lock(const UniqueFd& directory) {
  return ::flock(directory.get(), LOCK_EX | LOCK_NB) == 0;
}

/// Whether mkdtemp may have given this name.
bool is_session_name(std::string_view name) {
  if (!name.starts_with(prefix) || name.size() != prefix.size() + random_characters) return false;
  return std::all_of(name.begin() + prefix.size(), name.end(), is_alphanumeric);
}

bool is_private_and_ours(int directory) {
  struct stat status {};
  if (::fstat(directory, &status) != 0 || status.st_uid != ::geteuid()) return false;
  const mode_t mode = status.st_mode & 07777;
  return mode == private_mode || mode == passable_mode;
}

void make_private(const fs::path& path, const std::optional<FileOwner>& owner) {
  if (::mkdir(path.c_str(), private_mode) != 0) throw cannot("create", path);
  if (owner && ::lchown(path.c_str(), owner->uid, owner->gid) != 0)
    throw cannot_change_user(
        owner->uid, fmt::format("its directory cannot be handed over: {}", std::strerror(errno)));
}

std::string random_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

/// The marker's text for a directory; empty when that cannot be looked at.
std::string marker_text(const std::string& id, int directory, const fs::path& path) {
  struct stat status {};
  if (::fstat(directory, &status) != 0) return {};
  return fmt::format("cdp-scrape session {} of {}, inode {}\n", id, path.filename().string(),
                     status.st_ino);
}

/// What a regular file of ours holds that nobody else may write; empty when it is not such a file.
std::string read_own_file(int directory, const char* name) {
  constexpr std::size_t largest = 256;
  const UniqueFd file(::openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return {};
  const bool is_own = S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                      (status.st_mode & 0022) == 0 && status.st_nlink == 1;
  if (!is_own || status.st_size > static_cast<off_t>(largest)) return {};
  std::string text(largest, '\0');
  const ssize_t count = ::read(file.get(), text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

/// The id in the marker of a directory; empty when it has none that was written for it.
std::string marked_id(int directory, const fs::path& path) {
  constexpr std::string_view before_id = "cdp-scrape session ";
  constexpr std::size_t id_length = 32;
  const std::string text = read_own_file(directory, SessionDir::marker);
  if (!text.starts_with(before_id) || text.size() < before_id.size() + id_length) return {};
  std::string id = text.substr(before_id.size(), id_length);
  const bool is_hexadecimal = id.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_hexadecimal && text == marker_text(id, directory, path) ? id : std::string();
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
void kill_marked(const std::string& id) {
  const std::string entry = fmt::format("{}={}", SessionDir::variable, id);
  std::error_code error;
  for (const fs::directory_entry& process : fs::directory_iterator("/proc", error)) {
    const std::string name = process.path().filename().string();
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ec != std::errc{} || pid == ::getpid()) continue;
    if (has_environment_entry(process.path(), entry)) ::kill(pid, SIGKILL);
  }
}

}  // namespace

fs::path SessionDir::place(const std::optional<FileOwner>& owner) {
  fs::path root = temp_root();
  std::error_code error;
  if (!owner || !fs::is_directory(root, error) || may_pass(root, *owner)) return root;
  for (const char* const other : other_roots) {
    if (::access(other, W_OK) == 0 && may_pass(other, *owner)) return other;
  }
  throw Error(errc::launch_failed,
              fmt::format("the browser's user {} may not pass through {}: set TMPDIR to a "
                          "directory that everybody may pass through (chmod o+x)",
                          owner->uid, root.string()));
}

SessionDir SessionDir::create(std::optional<FileOwner> owner) {
  SessionDir session = make(place(owner));
  std::optional<Error> failure;
  try {
    session.furnish(owner);
  } catch (const Error& error) {
    failure = error;
  }
  if (!failure) return session;
  remove_contents(session.lock_.get(), nullptr);
  remove_empty_directory(session.lock_.get(), session.path_);
  throw *failure;
}

/// An empty directory, locked. Only one that somebody else has locked or removed meanwhile is a
/// reason to make another; whatever else is in the way would be in the way of the next, too.
SessionDir SessionDir::make(const fs::path& root) {
  const std::string pattern = (root / fmt::format("{}XXXXXX", prefix)).string();
  for (int tries = 1;; ++tries) {
    std::string name = pattern;
    if (::mkdtemp(name.data()) == nullptr) throw cannot("create", pattern);
    SessionDir session;
    session.path_ = name;
    session.lock_ = open_directory(session.path_);
    if (session.lock_ && lock(session.lock_) && is_directory_at(session.lock_.get(), session.path_))
      return session;
    const bool was_taken = errno == ENOENT || errno == EWOULDBLOCK;
    const Error failure = cannot("lock", session.path_);
    ::rmdir(name.c_str());
    if (!was_taken || tries == most_tries) throw failure;
  }
}

/// The marker comes last of what could make a directory look like one that a dead driver left, and
/// the lock is there already.
void SessionDir::furnish(const std::optional<FileOwner>& owner) {
  mark();
  if (owner && ::fchmod(lock_.get(), passable_mode) != 0) throw cannot("open", path_);
  make_private(home(), owner);
  make_private(profile(), owner);
  make_private(temp(), owner);
}

void SessionDir::mark() {
  id_ = random_id();
  const std::string text = marker_text(id_, lock_.get(), path_);
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const UniqueFd file(::openat(lock_.get(), marker, flags, 0600));
  if (!file) throw cannot("write", path_ / marker);
  errno = ENOSPC;  // what a write that comes to less than it was given for would say
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw cannot("write", path_ / marker);
}

/// A directory that a dead driver left, locked; nothing when it is not proven to be one. Looked at
/// once more under the lock: until then its driver may have lived, or another sweeper worked.
std::optional<SessionDir> SessionDir::adopt_stale(const fs::path& path) {
  if (!is_session_name(path.filename().string())) return std::nullopt;
  SessionDir stale;
  stale.path_ = path;
  stale.lock_ = open_directory(path);
  const int directory = stale.lock_.get();
  if (!stale.lock_ || !is_private_and_ours(directory) || is_mount_point(directory) ||
      marked_id(directory, path).empty() || !lock(stale.lock_))
    return std::nullopt;
  stale.id_ = marked_id(directory, path);
  const bool is_stale = is_directory_at(directory, path) && !stale.id_.empty();
  return is_stale ? std::optional(std::move(stale)) : std::nullopt;
}

int SessionDir::sweep(const Log& log, const std::optional<FileOwner>& owner) {
  const fs::path root = temp_root();
  const fs::path other = place(owner);
  return sweep_in(root, log) + (other == root ? 0 : sweep_in(other, log));
}

int SessionDir::sweep_in(const fs::path& root, const Log& log) {
  int removed = 0;
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path path = entry->path();
    std::optional<SessionDir> stale = adopt_stale(path);
    if (!stale || !stale->try_remove()) continue;
    write_log(log, LogLevel::info, "removed {}, left behind by a run that was killed",
              path.string());
    ++removed;
  }
  return removed;
}

/// The marker goes last: what is left when this is cut short is still known as ours.
bool SessionDir::try_remove() {
  if (path_.empty()) return true;
  kill_marked(id_);
  if (is_directory_at(lock_.get(), path_)) {
    if (!remove_contents(lock_.get(), marker)) return false;
    ::unlinkat(lock_.get(), marker, 0);
    if (!remove_empty_directory(lock_.get(), path_)) return false;
  }
  path_.clear();
  lock_.reset();
  return true;
}

}  // namespace cdp
