// The private directory of a browser, and clearing up after dead drivers.
#include "base/system/session_dir.hpp"

#include "support/process/private_tmpdir.hpp"
#include "support/process/subprocess.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cdp {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::PrivateTmpdir;
using test::ScopedVariable;
using testing::HasSubstr;
using testing::StartsWith;

class SessionDirs : public testing::Test {
 protected:
  std::vector<std::string> entries() const {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory_.path()))
      names.push_back(entry.path().filename().string());
    return names;
  }

  struct Left {
    fs::path path;
    std::string id;
  };

  /// What a driver leaves that was killed: its directory without the lock.
  Left leave_stale() {
    const SessionDir session = SessionDir::create(std::nullopt);
    std::ofstream(session.profile() / "file") << "x";
    return {session.path(), session.id()};
  }

  /// A directory of a user's, with a file in it.
  fs::path make_own(const std::string& name, fs::perms mode = fs::perms::owner_all) {
    const fs::path path = directory_.path() / name;
    fs::create_directories(path / "browser" / "profile");
    std::ofstream(path / "precious") << "x";
    fs::permissions(path, mode);
    return path;
  }

  /// A marker's text that is right for this directory.
  std::string right_marker(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return "cdp-scrape session 0123456789abcdef0123456789abcdef of " + path.filename().string() +
           ", inode " + std::to_string(status.st_ino) + "\n";
  }

  void write_marker(const fs::path& path, const std::string& text,
                    fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) {
    std::ofstream(path / SessionDir::marker) << text;
    fs::permissions(path / SessionDir::marker, mode);
  }

  PrivateTmpdir directory_;
};

int mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<int>(status.st_mode & 07777) : -1;
}

TEST_F(SessionDirs, AreMadePrivateWithARoomForEverything) {
  SessionDir session = SessionDir::create(std::nullopt);
  EXPECT_EQ(session.path().parent_path(), directory_.path());
  EXPECT_THAT(session.path().filename().string(), StartsWith("cdp-scrape-"));
  for (const fs::path& path : {session.path(), session.home(), session.profile(), session.temp()}) {
    EXPECT_TRUE(fs::is_directory(path)) << path;
    EXPECT_EQ(mode_of(path), 0700) << path;
  }
}

TEST_F(SessionDirs, OfOneDriverDiffer) {
  const SessionDir one = SessionDir::create(std::nullopt);
  const SessionDir two = SessionDir::create(std::nullopt);
  EXPECT_NE(one.path(), two.path());
  EXPECT_NE(one.id(), two.id());
}

TEST_F(SessionDirs, BelongToTheBrowsersUserInsideOnly) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  fs::permissions(directory_.path(), fs::perms(0711));
  const SessionDir session = SessionDir::create(FileOwner{65534, 65534});
  EXPECT_EQ(session.path().parent_path(), directory_.path());
  EXPECT_EQ(mode_of(session.path()), 0711);
  for (const fs::path& path : {session.home(), session.profile(), session.temp()}) {
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 65534U) << path;
    EXPECT_EQ(status.st_gid, 65534U) << path;
    EXPECT_EQ(mode_of(path), 0700) << path;
  }
}

// As mktemp makes them: root's browser runs as somebody else.
TEST_F(SessionDirs, AreElsewhereWhenTheBrowsersUserMayNotPassThroughTmpdir) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const FileOwner nobody{65534, 65534};
  fs::permissions(directory_.path(), fs::perms(0700));
  EXPECT_NE(SessionDir::place(nobody), directory_.path());
  EXPECT_EQ(SessionDir::place(std::nullopt), directory_.path());
  SessionDir session = SessionDir::create(nobody);
  EXPECT_EQ(session.path().parent_path(), SessionDir::place(nobody));
  EXPECT_TRUE(session.try_remove());
  EXPECT_TRUE(entries().empty());
}

TEST_F(SessionDirs, AreRemovedWithAllThatWasWritten) {
  SessionDir session = SessionDir::create(std::nullopt);
  fs::create_directories(session.profile() / "a" / "b");
  std::ofstream(session.profile() / "a" / "b" / "c") << "x";
  fs::create_symlink("/nonexistent", session.temp() / "link");
  EXPECT_TRUE(session.try_remove());
  EXPECT_TRUE(entries().empty());
  EXPECT_TRUE(session.path().empty());
  EXPECT_TRUE(session.try_remove());  // nothing left to do
}

TEST_F(SessionDirs, RemovalDoesNotFollowLinksOut) {
  const fs::path outside = directory_.path() / "outside";
  fs::create_directories(outside);
  std::ofstream(outside / "precious") << "x";
  SessionDir session = SessionDir::create(std::nullopt);
  fs::create_directory_symlink(outside, session.profile() / "link");
  EXPECT_TRUE(session.try_remove());
  EXPECT_TRUE(fs::exists(outside / "precious"));
}

TEST_F(SessionDirs, OfDeadDriversAreSweptAway) {
  leave_stale();
  leave_stale();
  EXPECT_EQ(SessionDir::sweep({}), 2);
  EXPECT_TRUE(entries().empty());
  EXPECT_EQ(SessionDir::sweep({}), 0);
}

TEST_F(SessionDirs, OfLivingDriversAreNot) {
  SessionDir living = SessionDir::create(std::nullopt);
  const fs::path path = living.path();
  EXPECT_EQ(SessionDir::sweep({}), 0);
  EXPECT_TRUE(fs::exists(path));
  EXPECT_TRUE(fs::exists(living.profile()));
  // Its lock goes with its object: then it is stale.
  living = SessionDir();
  EXPECT_TRUE(fs::exists(path));
  EXPECT_EQ(SessionDir::sweep({}), 1);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(SessionDirs, TheSweepLogsWhatItRemoved) {
  const Left left = leave_stale();
  std::string lines;
  const Log log(LogLevel::info, [&](LogLevel, std::string_view line) { lines += line; });
  SessionDir::sweep(log);
  EXPECT_THAT(lines, HasSubstr(left.path.string()));
}

/// Twenty things that look like a directory of ours, each in another way.
TEST_F(SessionDirs, WhatIsNotProvenOursIsLeftAlone) {
  const fs::path victim = make_own("victim");
  // Names that only begin like ours, as users give them.
  for (const char* name : {"cdp-scrape-results", "cdp-scrape-out", "cdp-scrape-state",
                           "cdp-scrape-", "cdp-scrape-12345", "cdp-scrape-1234567",
                           "cdp-scrape-ab.def", "cdp-scraper", "other-cdp-scrape-x"}) {
    const fs::path path = make_own(name);
    write_marker(path, right_marker(path));
  }
  // The right name, and not the marker that belongs there.
  make_own("cdp-scrape-nomark");
  make_own("cdp-scrape-nomar1");
  write_marker(make_own("cdp-scrape-empty1"), "");
  write_marker(make_own("cdp-scrape-other1"), right_marker(victim));
  write_marker(
      make_own("cdp-scrape-badid1"),
      "cdp-scrape session 0123456789ABCDEF0123456789abcdef of cdp-scrape-badid1, inode 1\n");
  const fs::path longer = make_own("cdp-scrape-longer");
  write_marker(longer, right_marker(longer) + "and more\n");
  fs::create_directories(make_own("cdp-scrape-mkdir1") / SessionDir::marker);
  const fs::path linked = make_own("cdp-scrape-linked");
  std::ofstream(victim / "marker") << right_marker(linked);
  fs::create_symlink(victim / "marker", linked / SessionDir::marker);
  const fs::path writable = make_own("cdp-scrape-others");
  write_marker(writable, right_marker(writable), fs::perms::all);
  // The right marker, and a mode that ours never has.
  const fs::path open = make_own("cdp-scrape-open01", fs::perms(0755));
  write_marker(open, right_marker(open));
  // What is no directory.
  fs::create_directory_symlink(victim, directory_.path() / "cdp-scrape-link01");
  std::ofstream(directory_.path() / "cdp-scrape-file01") << "x";
  // One of ours that was copied, and one that was renamed.
  const fs::path stale = leave_stale().path;
  const fs::path copy = directory_.path() / "cdp-scrape-copy01";
  fs::copy(stale, copy, fs::copy_options::recursive);
  fs::permissions(copy, fs::perms::owner_all);
  fs::rename(stale, directory_.path() / "cdp-scrape-moved1");

  const std::vector<std::string> before = entries();
  EXPECT_GE(before.size(), 23U);
  EXPECT_EQ(SessionDir::sweep({}), 0);
  EXPECT_EQ(entries(), before);
  for (const std::string& name : before) {
    const fs::path path = directory_.path() / name;
    const bool is_made_from_ours = name == "cdp-scrape-copy01" || name == "cdp-scrape-moved1";
    if (is_made_from_ours || !fs::is_directory(path)) continue;
    EXPECT_TRUE(fs::exists(path / "precious")) << name;
  }
  EXPECT_TRUE(fs::exists(copy / "browser" / "profile" / "file"));
}

/// The test above has to fail for the right reason: a marker made by its own helpers is taken.
TEST_F(SessionDirs, AreKnownByTheirMarkerAlone) {
  const fs::path path = make_own("cdp-scrape-a1B2c3");
  EXPECT_EQ(SessionDir::sweep({}), 0);
  write_marker(path, right_marker(path));
  EXPECT_EQ(SessionDir::sweep({}), 1);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(SessionDirs, RemovalDoesNotEnterWhatIsMountedInside) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can mount";
  const fs::path victim = make_own("victim");
  SessionDir session = SessionDir::create(std::nullopt);
  const fs::path inside = session.profile() / "mounted";
  fs::create_directories(inside);
  if (::mount(victim.c_str(), inside.c_str(), nullptr, MS_BIND, nullptr) != 0)
    GTEST_SKIP() << "mounting is not allowed here";
  EXPECT_FALSE(session.try_remove());
  EXPECT_TRUE(fs::exists(victim / "precious"));
  ASSERT_EQ(::umount(inside.c_str()), 0);
  EXPECT_TRUE(session.try_remove());
  EXPECT_TRUE(fs::exists(victim / "precious"));
}

/// What a removal that was cut short has left is still known as ours.
TEST_F(SessionDirs, AreSweptAlsoWhenHalfRemoved) {
  const Left left = leave_stale();
  fs::remove_all(left.path / "browser");
  EXPECT_EQ(SessionDir::sweep({}), 1);
  EXPECT_TRUE(entries().empty());
}

TEST_F(SessionDirs, AreGoneWhenSomebodyElseHasRemovedThem) {
  SessionDir session = SessionDir::create(std::nullopt);
  const fs::path path = session.path();
  fs::remove_all(path);
  fs::create_directories(path / "somebody else's");
  EXPECT_TRUE(session.try_remove());
  EXPECT_TRUE(fs::exists(path / "somebody else's"));
}

TEST_F(SessionDirs, OfOtherUsersAreLeftAlone) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const fs::path path = leave_stale().path;
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  EXPECT_EQ(SessionDir::sweep({}), 0);
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(SessionDirs, RemovalEndsTheProcessesOfTheSessionAndNoOthers) {
  SessionDir session = SessionDir::create(std::nullopt);
  test::ProcessSpec spec;
  spec.argv = {"sleep", "600"};
  spec.environment = {std::string(SessionDir::variable) + "=" + session.id()};
  test::RunningProcess marked(spec);
  spec.environment = {std::string(SessionDir::variable) + "=" + session.id() + "x"};
  test::RunningProcess other(spec);
  EXPECT_TRUE(session.try_remove());
  EXPECT_EQ(marked.wait(10s).signal, SIGKILL);
  EXPECT_TRUE(other.running());
}

TEST_F(SessionDirs, TheSweepEndsProcessesOfDeadDrivers) {
  const Left left = leave_stale();
  test::ProcessSpec spec;
  spec.argv = {"sleep", "600"};
  spec.environment = {std::string(SessionDir::variable) + "=" + left.id};
  test::RunningProcess orphan(spec);
  EXPECT_EQ(SessionDir::sweep({}), 1);
  EXPECT_EQ(orphan.wait(10s).signal, SIGKILL);
}

/// Takes every descriptor but some that the process may still have.
class FewDescriptors {
 public:
  explicit FewDescriptors(int left) {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    int fd = -1;
    while ((fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0 && fd < most)
      taken_.push_back(fd);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(std::max(fd, 0));
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int i = 0; i < left; ++i) {
      ::close(taken_.back());
      taken_.pop_back();
    }
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() {
    ::setrlimit(RLIMIT_NOFILE, &before_);
    for (const int fd : taken_)
      ::close(fd);
  }

 private:
  static constexpr int most = 64;
  rlimit before_{};
  std::vector<int> taken_;
};

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CDP_SANITIZER_NEEDS_DESCRIPTORS
#endif
#endif

TEST_F(SessionDirs, WithoutDescriptorsAreNotMadeForEver) {
#ifdef CDP_SANITIZER_NEEDS_DESCRIPTORS
  GTEST_SKIP()
      << "the sanitizer looks at objects through pipes, and takes those for none it cannot";
#endif
  for (const int left : {0, 1}) {
    std::string said;
    {
      const FewDescriptors few(left);
      try {
        SessionDir::create(std::nullopt);
      } catch (const Error& error) {
        said = error.what();
      }
    }
    EXPECT_THAT(said, HasSubstr("Too many open files")) << left;
    EXPECT_THAT(said, HasSubstr("ulimit -n")) << left;
    EXPECT_TRUE(entries().empty()) << left;
  }
}

TEST(SessionDir, WithoutAPlaceToMakeOneSaysWhatToDo) {
  const ScopedVariable nowhere("TMPDIR", "/nonexistent/for/sure");
  try {
    SessionDir::create(std::nullopt);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::launch_failed);
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/for/sure"));
    EXPECT_THAT(error.what(), HasSubstr("TMPDIR"));
  }
  EXPECT_EQ(SessionDir::sweep({}), 0);
}

TEST(SessionDir, OneThatWasNeverMadeIsGone) {
  SessionDir none;
  EXPECT_TRUE(none.try_remove());
}

}  // namespace
}  // namespace cdp
