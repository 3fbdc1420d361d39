// The private directory of a browser, and clearing up after dead drivers.
#include "base/session_dir.hpp"

#include "support/subprocess.hpp"
#include "unit/private_tmpdir.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/stat.h>

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

  /// What a driver leaves that was killed: its directory without the lock.
  fs::path leave_stale(const std::string& name) {
    fs::path path = directory_.path() / name;
    fs::create_directories(path / "browser" / "profile");
    std::ofstream(path / "browser" / "profile" / "file") << "x";
    return path;
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
  EXPECT_THAT(session.name(), StartsWith("cdp-scrape-"));
  for (const fs::path& path : {session.path(), session.home(), session.profile(), session.temp()}) {
    EXPECT_TRUE(fs::is_directory(path)) << path;
    EXPECT_EQ(mode_of(path), 0700) << path;
  }
}

TEST_F(SessionDirs, OfOneDriverDiffer) {
  const SessionDir one = SessionDir::create(std::nullopt);
  const SessionDir two = SessionDir::create(std::nullopt);
  EXPECT_NE(one.path(), two.path());
}

TEST_F(SessionDirs, BelongToTheBrowsersUserInsideOnly) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const SessionDir session = SessionDir::create(FileOwner{65534, 65534});
  EXPECT_EQ(mode_of(session.path()), 0711);
  for (const fs::path& path : {session.home(), session.profile(), session.temp()}) {
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 65534U) << path;
    EXPECT_EQ(status.st_gid, 65534U) << path;
    EXPECT_EQ(mode_of(path), 0700) << path;
  }
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
  leave_stale("cdp-scrape-dead01");
  leave_stale("cdp-scrape-dead02");
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
  leave_stale("cdp-scrape-dead01");
  std::string lines;
  const Log log(LogLevel::info, [&](LogLevel, std::string_view line) { lines += line; });
  SessionDir::sweep(log);
  EXPECT_THAT(lines, HasSubstr("cdp-scrape-dead01"));
}

TEST_F(SessionDirs, WhatIsNotADriversIsLeftAlone) {
  const fs::path victim = directory_.path() / "victim";
  fs::create_directories(victim);
  std::ofstream(victim / "precious") << "x";
  fs::create_directory_symlink(victim, directory_.path() / "cdp-scrape-link");
  std::ofstream(directory_.path() / "cdp-scrape-file") << "x";
  fs::create_directories(directory_.path() / "cdp-scraper");
  fs::create_directories(directory_.path() / "other-cdp-scrape-x");
  EXPECT_EQ(SessionDir::sweep({}), 0);
  EXPECT_TRUE(fs::exists(victim / "precious"));
  EXPECT_EQ(entries().size(), 5U);
}

TEST_F(SessionDirs, OfOtherUsersAreLeftAlone) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const fs::path path = leave_stale("cdp-scrape-theirs");
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  EXPECT_EQ(SessionDir::sweep({}), 0);
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(SessionDirs, RemovalEndsTheProcessesOfTheSessionAndNoOthers) {
  SessionDir session = SessionDir::create(std::nullopt);
  test::ProcessSpec spec;
  spec.argv = {"sleep", "600"};
  spec.environment = {std::string(SessionDir::marker) + "=" + session.name()};
  test::RunningProcess marked(spec);
  spec.environment = {std::string(SessionDir::marker) + "=" + session.name() + "x"};
  test::RunningProcess other(spec);
  EXPECT_TRUE(session.try_remove());
  EXPECT_EQ(marked.wait(10s).signal, SIGKILL);
  EXPECT_TRUE(other.running());
}

TEST_F(SessionDirs, TheSweepEndsProcessesOfDeadDrivers) {
  leave_stale("cdp-scrape-dead01");
  test::ProcessSpec spec;
  spec.argv = {"sleep", "600"};
  spec.environment = {std::string(SessionDir::marker) + "=cdp-scrape-dead01"};
  test::RunningProcess orphan(spec);
  EXPECT_EQ(SessionDir::sweep({}), 1);
  EXPECT_EQ(orphan.wait(10s).signal, SIGKILL);
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
