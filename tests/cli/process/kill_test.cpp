// A driver that dies without a word takes its browser along.
#include "support/program/kill_loop.hpp"

#include <gmock/gmock.h>

#include <signal.h>

namespace cdp::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(KillTest, NothingSurvivesOverTheWebSocket) {
  kill_drivers(5, "websocket");
}

TEST_F(KillTest, NothingSurvivesOverThePipe) {
  kill_drivers(5, "pipe");
}

TEST_F(KillTest, TheNextStartSaysWhatItRemoved) {
  {
    RunningProcess driver(program({server_.url("/hang")}));
    ASSERT_TRUE(server_.wait_for_request("/hang", patience));
    driver.send_signal(SIGKILL);
  }
  ASSERT_THAT(leaks_.session_directories(), SizeIs(1));
  const std::string left = leaks_.session_directories().front();
  expect_browser_gone();
  const ProcessResult result = run({server_.url("/static")});
  EXPECT_TRUE(result.ok());
  EXPECT_THAT(result.err, HasSubstr(left));
  EXPECT_THAT(leaks_.session_directories(), IsEmpty());
}

TEST_F(KillTest, ARunUnderWayIsLeftAlone) {
  RunningProcess driver(program({server_.url("/gate/late")}));
  ASSERT_TRUE(server_.wait_for_request("/gate/late", patience));
  EXPECT_TRUE(run({server_.url("/static")}).ok());
  EXPECT_THAT(leaks_.session_directories(), SizeIs(1));
  server_.open_gate("late");
  const ProcessResult result = driver.wait(patience);
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(result.out, HasSubstr("the gate is open"));
}

}  // namespace
}  // namespace cdp::test
