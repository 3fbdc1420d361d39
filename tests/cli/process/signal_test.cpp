// SIGINT, SIGTERM and SIGHUP: the first lets pages finish, the second does not; nor does SIGQUIT.
#include "support/process/fakes.hpp"
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <signal.h>

namespace cdp::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int exit_after_sighup = 129;
constexpr int exit_after_sigint = 130;
constexpr int exit_after_sigquit = 131;
constexpr int exit_after_sigterm = 143;

class Signals : public CliTest {
 protected:
  /// Sends a signal and waits until the program says that it has noticed.
  static void interrupt(RunningProcess& scraper, int signal) {
    ASSERT_TRUE(scraper.send_signal(signal));
    ASSERT_TRUE(scraper.read_until("stopping", patience));
  }

  std::vector<std::string> gated_page_and_others(std::vector<std::string> arguments) const {
    arguments.push_back(server_.url("/gate/first"));
    for (int number = 1; number <= 20; ++number)
      arguments.push_back(server_.url("/static?title=" + std::to_string(number)));
    return arguments;
  }

  /// A run that gets a signal while its first page is under way, which then can be finished.
  ProcessResult interrupt_the_first_page(int signal) {
    RunningProcess scraper(program(gated_page_and_others({"-c", "1", "--drain", "60"})));
    EXPECT_TRUE(server_.wait_for_request("/gate/first", patience));
    interrupt(scraper, signal);
    server_.open_gate("first");
    return scraper.wait(patience);
  }
};

TEST_F(Signals, TheFirstSigintLetsThePageUnderWayFinish) {
  const ProcessResult result = interrupt_the_first_page(SIGINT);
  EXPECT_EQ(result.exit_code, exit_after_sigint) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "title"), ElementsAre("gate first"));
  EXPECT_THAT(error_codes(records), ElementsAre(nullptr));
  EXPECT_EQ(server_.count("/static"), 0) << "no further page is begun";
}

TEST_F(Signals, TheFirstSigtermKeepsWhatIsDoneAlready) {
  RunningProcess scraper(program(gated_page_and_others({"-c", "2", "--drain", "60"})));
  ASSERT_TRUE(server_.wait_for_request("/static?title=7", patience));  // the window is full
  interrupt(scraper, SIGTERM);
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, exit_after_sigterm) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "seq"), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(error_codes(records), testing::Each(Json()));
}

// The terminal has gone, and what runs is not to be lost for that.
TEST_F(Signals, TheFirstSighupLetsThePageUnderWayFinish) {
  const ProcessResult result = interrupt_the_first_page(SIGHUP);
  EXPECT_EQ(result.exit_code, exit_after_sighup) << result;
  EXPECT_THAT(column(parse_lines(result.out), "title"), ElementsAre("gate first"));
}

TEST_F(Signals, SigquitEndsAtOnceAndLeavesNothing) {
  RunningProcess scraper(program({"-f", "jsonl", "--drain", "60", server_.url("/hang")}));
  ASSERT_TRUE(server_.wait_for_request("/hang", patience));
  ASSERT_TRUE(scraper.send_signal(SIGQUIT));
  const ProcessResult result = scraper.wait(std::chrono::seconds(10));
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.exit_code, exit_after_sigquit) << result;
  leaks_.expect_clean(std::chrono::seconds(5));
}

TEST_F(Signals, TheSecondSignalEndsAtOnce) {
  for (const int second : {SIGINT, SIGTERM}) {
    server_.clear_requests();
    RunningProcess scraper(program({"--drain", "60", server_.url("/hang")}));
    ASSERT_TRUE(server_.wait_for_request("/hang", patience));
    interrupt(scraper, SIGINT);
    ASSERT_TRUE(scraper.send_signal(second));
    const ProcessResult result = scraper.wait(std::chrono::seconds(10));
    EXPECT_FALSE(result.timed_out);
    EXPECT_EQ(result.exit_code, exit_after_sigint) << result;
    leaks_.expect_clean(std::chrono::seconds(5));
  }
}

TEST_F(Signals, WhatIsNotDoneInTheDrainTimeIsCancelled) {
  RunningProcess scraper(program(
      {"-f", "jsonl", "--drain", "0.3", "-c", "2", server_.url("/static"), server_.url("/hang")}));
  ASSERT_TRUE(server_.wait_for_request("/hang", patience));
  ASSERT_TRUE(scraper.read_until("\"title\":\"static\"", patience, Output::out));
  interrupt(scraper, SIGTERM);
  const ProcessResult result = scraper.wait(std::chrono::seconds(10));
  EXPECT_EQ(result.exit_code, exit_after_sigterm) << result;
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre(nullptr, "cancelled"));
}

TEST_F(Signals, WhileUrlsAreAwaited) {
  ProcessSpec spec = program({"-i", "-"});
  spec.input = server_.url("/static") + "\n";
  spec.keep_input_open = true;
  RunningProcess scraper(std::move(spec));
  ASSERT_TRUE(scraper.read_until("\"title\":\"static\"", patience, Output::out));
  interrupt(scraper, SIGTERM);
  const ProcessResult result = scraper.wait(std::chrono::seconds(10));
  EXPECT_EQ(result.exit_code, exit_after_sigterm) << result;
}

class WhileLaunching : public Signals, public testing::WithParamInterface<std::string> {
 protected:
  ProcessSpec stuck_launch() const {
    return program({"--chrome", fake_chromium_path(), "--chrome-arg", "--fake-mode=" + GetParam(),
                    "--launch-timeout", "60", "--drain", "1", "--log-level", "debug",
                    server_.url("/static")});
  }
};

TEST_P(WhileLaunching, OneSignalIsEnoughInTheDrainTime) {
  RunningProcess scraper(stuck_launch());
  ASSERT_TRUE(scraper.read_until("started ", patience));
  interrupt(scraper, SIGTERM);
  const ProcessResult result = scraper.wait(std::chrono::seconds(10));
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.exit_code, exit_after_sigterm) << result;
}

TEST_P(WhileLaunching, TwoSignalsEndAtOnce) {
  RunningProcess scraper(stuck_launch());
  ASSERT_TRUE(scraper.read_until("started ", patience));
  interrupt(scraper, SIGINT);
  ASSERT_TRUE(scraper.send_signal(SIGINT));
  const ProcessResult result = scraper.wait(std::chrono::seconds(10));
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.exit_code, exit_after_sigint) << result;
}

INSTANTIATE_TEST_SUITE_P(Signals, WhileLaunching,
                         testing::Values("mute", "mute-after-upgrade", "no-upgrade"),
                         [](const auto& given) {
                           std::string name = given.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Whoever reads the output may have stopped to.
TEST_F(Signals, WhileTheOutputIsStuck) {
  const SlowReader reader(file_path("pipe"));
  RunningProcess scraper(program({"--drain", "0.5", "-o", reader.path(), server_.url("/big?mb=2"),
                                  server_.url("/big?mb=2&n=2")}));
  ASSERT_TRUE(reader.wait_for_output(patience));
  interrupt(scraper, SIGTERM);
  const ProcessResult result = scraper.wait(std::chrono::seconds(15));
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.exit_code, exit_after_sigterm) << result;
}

TEST_F(Signals, OthersDoNotDisturb) {
  RunningProcess scraper(program({server_.url("/gate/first")}));
  ASSERT_TRUE(server_.wait_for_request("/gate/first", patience));
  for (const int signal : {SIGPIPE, SIGCHLD, SIGWINCH, SIGCONT})
    EXPECT_TRUE(scraper.send_signal(signal));
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_TRUE(result.ok()) << result;
}

// A terminal sends SIGINT to every process in the foreground; the browser has a group of its own.
TEST_F(Signals, ATerminalsSigintDoesNotReachTheBrowser) {
  RunningProcess scraper(program({"--drain", "60", server_.url("/gate/first")}));
  ASSERT_TRUE(server_.wait_for_request("/gate/first", patience));
  ASSERT_TRUE(scraper.send_group_signal(SIGINT));
  ASSERT_TRUE(scraper.read_until("stopping", patience));
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, exit_after_sigint);
  EXPECT_THAT(result.out, HasSubstr("the gate is open"));
}

}  // namespace
}  // namespace cdp::test
