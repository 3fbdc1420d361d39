// Browsers that cannot be started, or do not last.
#include "browser/launch/chromium_locator.hpp"
#include "support/process/fakes.hpp"
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class FakeBrowser : public CliTest {
 protected:
  ProcessSpec with_fake(const std::string& mode, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"--chrome", fake_chromium_path(), "--chrome-arg", "--fake-mode=" + mode});
    return program(std::move(arguments));
  }

  ProcessResult run_with_fake(const std::string& mode, std::vector<std::string> arguments) const {
    return run_process(with_fake(mode, std::move(arguments)));
  }
};

// ---- the browser cannot be started: exit code 6, one line with the cause and the remedy ----

struct StartFault {
  std::string mode;
  std::string cause;
  std::string remedy;  ///< where several would do: an option, whichever

  friend std::ostream& operator<<(std::ostream& stream, const StartFault& fault) {
    return stream << fault.mode;
  }
};

class Start : public FakeBrowser,
              public testing::WithParamInterface<std::tuple<StartFault, std::string>> {};

TEST_P(Start, FailsWithCauseAndRemedyInOneLine) {
  const auto& [fault, transport] = GetParam();
  const ProcessResult result = run_with_fake(
      fault.mode, {"--transport", transport, "--launch-timeout", "1", server_.url("/static")});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr(fault.cause), HasSubstr(fault.remedy))));
  // Two seconds after the fault; one is the launch's own limit.
  EXPECT_LT(result.seconds, 3.0);
  EXPECT_THAT(server_.requests(), IsEmpty());
}

const auto name_of_start = [](const auto& given) {
  std::string name = std::get<0>(given.param).mode + "_" + std::get<1>(given.param);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
};

INSTANTIATE_TEST_SUITE_P(
    Both, Start,
    testing::Combine(testing::Values(StartFault{"exit", "exit status 1", "nothing works today"},
                                     StartFault{"missing-library", "libnss3.so", "apt"},
                                     StartFault{"no-sandbox", "sandbox", "--no-sandbox"},
                                     StartFault{"root", "sandbox", "--no-sandbox"},
                                     StartFault{"profile-in-use", "in use by another process",
                                                "TMPDIR"},
                                     StartFault{"mute", "the browser", "--launch-timeout"},
                                     StartFault{"mute-after-upgrade", "the browser does not answer",
                                                "--launch-timeout"},
                                     StartFault{"bad-json", "cannot be read", "--"}),
                     testing::Values("websocket", "pipe")),
    name_of_start);

INSTANTIATE_TEST_SUITE_P(
    WebSocket, Start,
    testing::Combine(testing::Values(StartFault{"bad-endpoint", "ws://not an endpoint", "--chrome"},
                                     StartFault{"foreign-endpoint", "ws://10.255.255.1",
                                                "--chrome"},
                                     StartFault{"refused-endpoint", "Connection refused", "--"},
                                     StartFault{"no-upgrade", "no answer", "--"},
                                     StartFault{"http-error", "403", "--"}),
                     testing::Values("websocket")),
    name_of_start);

TEST_F(FakeBrowser, WhereItWasLookedFor) {
  const ProcessResult result = run({"--chrome", "/no/such/browser", server_.url("/static")});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr("/no/such/browser"), HasSubstr("--chrome"))));
}

TEST_F(FakeBrowser, WhatCannotBeExecutedIsNoBrowser) {
  const std::string text = write_file("chromium", "no program");
  const ProcessResult result = run({"--chrome", text, server_.url("/static")});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr(text)));
}

TEST_F(FakeBrowser, ATemporaryDirectoryThatIsMissing) {
  ProcessSpec spec = program({server_.url("/static")});
  spec.environment = {"TMPDIR=/no/such/directory"};
  const ProcessResult result = run_process(std::move(spec));
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr("/no/such/directory"), HasSubstr("TMPDIR"))));
}

TEST_F(FakeBrowser, NoBrowserToConnectTo) {
  const ProcessResult result =
      run({"--connect", "ws://127.0.0.1:1/devtools/browser/x", server_.url("/static")});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr("ws://127.0.0.1:1/")));
}

// ---- it works, but not as it should ----

class Works : public FakeBrowser, public testing::WithParamInterface<std::string> {};

TEST_P(Works, AndNothingIsLeftOfIt) {
  const ProcessResult result =
      run_with_fake(GetParam(), {"-f", "jsonl", server_.url("/1"), server_.url("/2")});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(2));
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr("time per page"), HasSubstr("2 ok")));
}

INSTANTIATE_TEST_SUITE_P(Fakes, Works,
                         testing::Values("normal", "ignore-sigterm", "leave-child", "flood-stderr"),
                         [](const auto& given) {
                           std::string name = given.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_F(FakeBrowser, APageThatKillsItsBrowserIsGivenUpAfterItsRetries) {
  const ProcessResult result =
      run_with_fake("crash-late", {"-f", "jsonl", "--retries", "1", server_.url("/bad")});
  EXPECT_EQ(result.exit_code, 3) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(error_codes(records), ElementsAre("browser_crashed"));
  EXPECT_EQ(records.at(0)["attempts"], 2);
  EXPECT_THAT(records.at(0)["error"]["detail"], HasSubstr("signal 11"));
}

TEST_F(FakeBrowser, ABrowserThatKeepsDyingEndsTheRun) {
  std::vector<std::string> arguments = {"-c", "1"};
  for (int number = 0; number < 10; ++number)
    arguments.push_back(server_.url("/" + std::to_string(number)));
  const ProcessResult result = run_with_fake("crash-late", arguments);
  EXPECT_EQ(result.exit_code, 7) << result;
  EXPECT_THAT(split_lines(result.err), Contains(HasSubstr("giving up")));
  EXPECT_THAT(error_codes(parse_lines(result.out)),
              Each(AnyOf(Json("browser_crashed"), Json("poison"), Json("cancelled"))));
}

TEST_F(FakeBrowser, ABrowserThatOpensNoPagesFailsThePageInItsTime) {
  const ProcessResult result =
      run_with_fake("no-reply", {"-f", "jsonl", "--timeout", "1", server_.url("/static")});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre("nav_timeout"));
}

// ---- who runs the browser ----

/// The value of a line of /proc/PID/status.
std::string status_of(pid_t pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + ":")) return line.substr(name.size() + 1);
  }
  return {};
}

std::string command_line_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
  std::string line;
  std::getline(file, line);
  std::replace(line.begin(), line.end(), '\0', ' ');
  return line;
}

class BrowserUser : public CliTest {
 protected:
  /// What `look` says of each browser process while a page is open. Those without a group leader
  /// are what another test's killed browser has left for a moment.
  template <class Look>
  std::vector<std::string> of_processes(std::vector<std::string> options, Look look) {
    options.push_back(server_.url("/gate/look"));
    RunningProcess scraper(program(options));
    EXPECT_TRUE(server_.wait_for_request("/gate/look", patience));
    std::vector<std::string> seen;
    const std::vector<pid_t> processes = leaks_.browser_processes();
    for (const pid_t pid : processes) {
      const bool led = std::count(processes.begin(), processes.end(), ::getpgid(pid)) > 0;
      if (led) seen.push_back(look(pid));
    }
    server_.open_gate("look");
    EXPECT_TRUE(scraper.wait(patience).ok());
    return seen;
  }
};

TEST_F(BrowserUser, TheSandboxStaysOn) {
  const std::vector<std::string> lines = of_processes({}, command_line_of);
  EXPECT_THAT(lines, Not(IsEmpty()));
  EXPECT_THAT(lines, Each(Not(HasSubstr("--no-sandbox"))));
}

TEST_F(BrowserUser, TheSandboxGoesOnlyWhenAsked) {
  EXPECT_THAT(of_processes({"--no-sandbox"}, command_line_of), Contains(HasSubstr("--no-sandbox")));
}

TEST_F(BrowserUser, RootHandsTheBrowserToNobody) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const auto user = [](pid_t pid) { return status_of(pid, "Uid"); };
  const std::vector<std::string> users = of_processes({}, user);
  EXPECT_THAT(users, Not(IsEmpty()));
  EXPECT_THAT(users, Each(HasSubstr("65534\t65534\t65534")));
}

TEST_F(BrowserUser, RootThatCannotChangeUsersIsToldWhatToDo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  ProcessSpec spec = program({server_.url("/static")});
  spec.argv.insert(spec.argv.begin(), {"setpriv", "--bounding-set", "-setuid,-setgid"});
  const ProcessResult result = run_process(std::move(spec));
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr("ordinary user"), HasSubstr("--no-sandbox"))));
}

}  // namespace
}  // namespace cdp::test
