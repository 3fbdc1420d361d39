// Files at names that others may have touched before us: nothing of theirs is followed, overwritten
// or removed.
#include "base/system/file_access.hpp"

#include "output/draft.hpp"
#include "output/file_store.hpp"
#include "output/journal.hpp"
#include "output/output_file.hpp"
#include "output/record_writer.hpp"
#include "support/process/private_tmpdir.hpp"
#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr uid_t another_user = 65533;

class FileAccess : public testing::Test {
 protected:
  static std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path path(const std::string& name) const { return directory_.path() / name; }

  fs::path make_file(const std::string& name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

  /// A file that nobody named, and a link to it.
  fs::path make_trap(const fs::path& link) {
    const fs::path victim = make_file("victim", "precious");
    fs::create_symlink(victim, link);
    return victim;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory_.path()))
      names.push_back(entry.path().filename().string());
    return names;
  }

  template <class Body>
  static void expect_refusal(errc code, const std::string& text, Body body) {
    try {
      body();
      ADD_FAILURE() << "it was not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(text));
    }
  }

  OutputOptions with_directory() const {
    OutputOptions options;
    options.directory = path("pages");
    return options;
  }

  static Record failed_page() {
    Record record;
    record.url = "http://h/0";
    record.error = RecordError{errc::dns_error, Phase::navigate, "no such host", {}};
    return record;
  }

  PrivateTmpdir directory_;
};

TEST_F(FileAccess, ADraftTouchesNothingButItsName) {
  make_file("page.html.part", "somebody's");
  const fs::path victim = make_trap(path("page.html"));
  write_whole_file(path("page.html").string(), "new", true);
  EXPECT_EQ(read_file(victim), "precious");
  EXPECT_EQ(read_file(path("page.html")), "new");
  EXPECT_FALSE(fs::is_symlink(path("page.html")));
  EXPECT_EQ(read_file(path("page.html.part")), "somebody's");
  write_whole_file(path("page.html").string(), "newer", false);
  EXPECT_EQ(read_file(path("page.html")), "newer");
  EXPECT_THAT(names(), UnorderedElementsAre("page.html", "page.html.part", "victim"));
}

TEST_F(FileAccess, ADraftThatIsNotPublishedLeavesNothing) {
  Draft(path("page.html")).append("half of it");
  EXPECT_THAT(names(), ElementsAre());
  expect_refusal(errc::output_error, "no/page.html", [&] { Draft(path("no/page.html")); });
}

TEST_F(FileAccess, ALinkAtANameOfOursIsNotFollowed) {
  const fs::path victim = make_trap(path("index.jsonl"));
  const std::string name = path("index.jsonl").string();
  expect_refusal(errc::output_error, "symbolic link", [&] { OutputFile(name, Links::none); });
  expect_refusal(errc::output_error, "symbolic link", [&] { OutputFile(name, 0, Links::none); });
  EXPECT_EQ(read_file(victim), "precious");
}

TEST_F(FileAccess, ALinkThatTheUserNamedIsHisWish) {
  const fs::path target = make_trap(path("latest.jsonl"));
  OutputFile(path("latest.jsonl").string()).append("new");
  EXPECT_EQ(read_file(target), "new");
}

TEST_F(FileAccess, InASharedDirectoryNothingOfOthersIsUsed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make files of others";
  const fs::path victim = make_trap(path("link"));
  make_file("file", "theirs");
  ASSERT_EQ(::lchown(path("link").c_str(), another_user, another_user), 0);
  ASSERT_EQ(::lchown(path("file").c_str(), another_user, another_user), 0);
  fs::permissions(directory_.path(), fs::perms(01777));
  expect_refusal(errc::output_error, "another user", [&] { OutputFile(path("link").string()); });
  expect_refusal(errc::output_error, "another user", [&] { OutputFile(path("file").string()); });
  EXPECT_EQ(read_file(victim), "precious");
  EXPECT_EQ(read_file(path("file")), "theirs");

  fs::create_directory(path("theirs"));
  fs::create_directory_symlink(path("theirs"), path("pages"));
  ASSERT_EQ(::lchown(path("pages").c_str(), another_user, another_user), 0);
  expect_refusal(errc::output_error, "another user", [&] { RecordWriter(with_directory(), {}); });
  expect_refusal(errc::output_error, "another user", [&] { FileStore(path("pages")); });
  expect_refusal(errc::state_error, "another user", [&] { Journal(path("pages")); });
  EXPECT_TRUE(fs::is_empty(path("theirs")));

  fs::permissions(directory_.path(), fs::perms(0700));
  OutputFile(path("link").string()).append("where nobody else can have put it");
  EXPECT_THAT(read_file(victim), HasSubstr("nobody else"));
}

TEST_F(FileAccess, TwoRunsDoNotShareAnOutput) {
  OutputFile first(path("out.jsonl").string());
  first.append("first");
  const std::string name = path("out.jsonl").string();
  expect_refusal(errc::output_error, "another process is writing",
                 [&] { OutputFile second(name); });
  expect_refusal(errc::output_error, "another process is writing",
                 [&] { OutputFile second(name, 0); });
  first.append(" and last");
  EXPECT_EQ(read_file(path("out.jsonl")), "first and last");
}

TEST_F(FileAccess, APipeThatDoesNotBlockIsWaitedFor) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd in(ends[0]);
  UniqueFd out(ends[1]);
  ASSERT_EQ(::fcntl(out.get(), F_SETFL, O_NONBLOCK), 0);
  const std::string text(std::size_t{1} << 20, 'x');  // more than a pipe takes at once
  std::size_t received = 0;
  std::thread reader([&] {
    std::array<char, 4096> block{};
    for (ssize_t count = 1; count > 0; received += static_cast<std::size_t>(count))
      count = ::read(in.get(), block.data(), block.size());
  });
  EXPECT_EQ(write_all(out.get(), text), 0);
  out.reset();
  reader.join();
  EXPECT_EQ(received, text.size());
}

TEST_F(FileAccess, TheJournalFollowsNoLinks) {
  fs::create_directory(path("state"));
  for (const char* const name : {"state/lock", "state/journal.sqlite"}) {
    const fs::path victim = make_trap(path(name));
    expect_refusal(errc::state_error, "state", [&] { Journal(path("state")); });
    EXPECT_EQ(read_file(victim), "precious") << name;
    fs::remove(path(name));
  }
  fs::remove(path("state/lock"));
  fs::create_hard_link(make_file("victim", ""), path("state/lock"));
  expect_refusal(errc::state_error, "another name", [&] { Journal(path("state")); });
  EXPECT_EQ(read_file(path("victim")), "");
}

TEST_F(FileAccess, AStateDirectoryMayBeReachedByLinks) {
  fs::create_directory(path("state"));
  fs::create_directory_symlink(path("state"), path("link"));
  const std::string id = Journal(path("link")).id();
  EXPECT_EQ(Journal(path("state")).id(), id);
}

TEST_F(FileAccess, AFileThatIsNoLockOfOursIsNotTakenForOne) {
  fs::create_directory(path("project"));
  make_file("project/lock", "dependency 1.2.3\n");
  expect_refusal(errc::state_error, "'lock' is not one of", [&] { Journal(path("project")); });
  EXPECT_EQ(read_file(path("project/lock")), "dependency 1.2.3\n");
}

TEST_F(FileAccess, WhatARetryLeavesIsKnownByItsName) {
  OutputOptions options;
  options.file = path("out.jsonl");
  options.state = path("state");
  make_file("out.jsonl.without-failed", "somebody's");
  RecordWriter(options, {});
  RecordWriter(options, {});
  EXPECT_EQ(read_file(path("out.jsonl.without-failed")), "somebody's");
}

TEST_F(FileAccess, APageThatFailsRemovesOnlyWhatAnEarlierRunMade) {
  const std::string page = "pages/0000000-h-0.html";
  fs::create_directory(path("pages"));
  make_file(page, "somebody's");
  const auto write_one = [this] {
    RecordWriter writer(with_directory(), {});
    run(writer.write(failed_page()));
  };
  write_one();
  EXPECT_EQ(read_file(path(page)), "somebody's");
  write_one();  // there is an index now: it is that of an earlier run, and so is the file
  EXPECT_FALSE(fs::exists(path(page)));
}

/// A store works on a thread that reports to the loop: it ends before the loop does.
Task<std::string> take_alone(std::string directory, std::string from) {
  FileStore store(directory);
  std::string name = "taken";
  Task<std::string> taking = store.take(std::move(name), std::move(from));
  std::string taken = co_await std::move(taking);
  co_return taken;
}

TEST_F(FileAccess, WhatTheBrowserSavedIsReadWhereItIs) {
  fs::create_directory(path("downloads"));
  make_file("downloads/good", "a file");
  fs::create_symlink(make_file("victim", "precious"), path("downloads/link"));
  fs::create_hard_link(path("victim"), path("downloads/hard"));
  fs::create_directory_symlink(path("downloads"), path("elsewhere"));
  const auto refused = [&](const char* from) {
    expect_refusal(errc::output_error, "cannot be read",
                   [&] { run(take_alone(path("kept"), path(from).string())); });
  };
  refused("downloads/link");
  refused("downloads/hard");
  refused("elsewhere/good");
  EXPECT_EQ(run(take_alone(path("kept"), path("downloads/good").string())), path("kept/taken"));
  EXPECT_EQ(read_file(path("kept/taken")), "a file");
  EXPECT_FALSE(fs::exists(path("downloads/good")));
  remove_foreign_file(path("elsewhere/link"));
  EXPECT_TRUE(fs::is_symlink(path("downloads/link")));
  EXPECT_EQ(read_file(path("victim")), "precious");
}

}  // namespace
}  // namespace cdp::test
