// Pages are not trusted: as whom the browser runs, and behind which walls.
#include "support/chromium/browser_test.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace cdp::test {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr uid_t nobody = 65534;

class SandboxTest : public BrowserTest {
 protected:
  static bool is_root() { return ::geteuid() == 0; }
};

TEST_F(SandboxTest, renderers_are_behind_seccomp_and_in_a_namespace_of_their_own) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    EXPECT_THAT(renderers(), Not(IsEmpty()));
    for (const ProcessView& renderer : renderers()) {
      EXPECT_EQ(renderer.field("Seccomp"), "2") << "filtered system calls";
      EXPECT_EQ(renderer.field("NoNewPrivs"), "1");
      const std::string pids = renderer.field("NSpid");
      EXPECT_GE(std::count(pids.begin(), pids.end(), '\t'), 1) << "one pid a namespace: " << pids;
      EXPECT_EQ(renderer.field("CapEff"), "0000000000000000");
    }
  });
}

TEST_F(SandboxTest, root_starts_the_browser_as_somebody_without_rights) {
  if (!is_root()) GTEST_SKIP() << "only root can become another user";
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    const std::string id = std::to_string(nobody);
    const std::string everywhere = id + "\t" + id + "\t" + id + "\t" + id;
    for (const ProcessView& process : processes()) {
      EXPECT_EQ(process.field("Uid"), everywhere) << process.command;
      EXPECT_EQ(process.field("Gid"), everywhere) << process.command;
      EXPECT_EQ(process.field("NoNewPrivs"), "1") << process.command;
    }
    EXPECT_EQ(browser_process().field("Groups").find_first_not_of(' '), std::string::npos);
  });
}

TEST_F(SandboxTest, the_directory_is_closed_to_others) {
  with_browser([this](Browser&) -> Task<void> {
    const auto session = leaks().directory() / leaks().session_directories().front();
    struct stat outer {};
    struct stat inner {};
    EXPECT_EQ(::stat(session.c_str(), &outer), 0);
    EXPECT_EQ(::stat((session / "browser" / "profile").c_str(), &inner), 0);
    EXPECT_EQ(outer.st_mode & 07777, is_root() ? 0711U : 0700U);
    EXPECT_EQ(inner.st_mode & 07777, 0700U);
    EXPECT_EQ(inner.st_uid, is_root() ? nobody : ::geteuid());
    co_return;
  });
}

TEST_F(SandboxTest, it_is_given_up_only_when_asked_to) {
  LaunchOptions options = launch_options();
  options.no_sandbox = true;
  with_browser(options, [this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    EXPECT_THAT(browser_process().command, HasSubstr("--no-sandbox"));
    EXPECT_THAT(browser_process().field("Uid"), StartsWith(std::to_string(::geteuid()) + "\t"));
    for (const ProcessView& renderer : renderers())
      EXPECT_EQ(renderer.field("Seccomp"), "0");
  });
}

}  // namespace
}  // namespace cdp::test
