// `cdp-scrape doctor`, with the real browser, with fakes of it, and with machines that lack
// something.
#include "cli/commands/machine_check.hpp"
#include "support/process/fakes.hpp"
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace cdp::test {
namespace {

using cli::Health;
using cli::Machine;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Doctor : public CliTest {
 protected:
  ProcessResult with_fake(const std::string& mode) const {
    return run({"doctor", "--chrome", fake_chromium_path(), "--chrome-arg", "--fake-mode=" + mode,
                "--launch-timeout", "1", "--log-level", "error"});
  }
};

TEST_F(Doctor, FindsAllThatScrapingNeeds) {
  const ProcessResult result = run({"doctor"});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(result.out, ContainsRegex("ok    temporary    .*free"));
  EXPECT_THAT(result.out, ContainsRegex("ok    browser      /"));
  EXPECT_THAT(result.out, ContainsRegex("ok    start        .*/[0-9.]+ rendered a page"));
  EXPECT_THAT(result.out, ContainsRegex("ok    sandbox      on"));
  EXPECT_THAT(result.out, AllOf(HasSubstr("/dev/shm"), HasSubstr("fonts"), HasSubstr("open files"),
                                HasSubstr("processes"), HasSubstr("memory")));
  EXPECT_EQ(split_lines(result.out).back(), "cdp-scrape can scrape here.");
}

TEST_F(Doctor, SaysThatTheSandboxIsOff) {
  const ProcessResult result = run({"doctor", "--no-sandbox"});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(result.out, ContainsRegex("warn  sandbox      off"));
}

TEST_F(Doctor, NamesTheFixForABrowserThatIsNotThere) {
  const ProcessResult result = run({"doctor", "--chrome", "/no/such/chromium"});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(result.out, ContainsRegex("FAIL  browser      .*/no/such/chromium"));
  EXPECT_THAT(result.out, HasSubstr("fix: apt-get install chromium-headless-shell"));
  EXPECT_THAT(result.out, Not(HasSubstr("start  ")));
  EXPECT_EQ(split_lines(result.out).back(), "cdp-scrape cannot scrape here.");
}

TEST_F(Doctor, SaysHowABrowserFailsToStart) {
  const ProcessResult sandbox = with_fake("no-sandbox");
  EXPECT_EQ(sandbox.exit_code, 6) << sandbox;
  EXPECT_THAT(sandbox.out, AllOf(HasSubstr("FAIL  start        sandbox_unavailable"),
                                 HasSubstr("fix: docs/container.md")));
  const ProcessResult silent = with_fake("mute");
  EXPECT_EQ(silent.exit_code, 6) << silent;
  EXPECT_THAT(silent.out, AllOf(HasSubstr("FAIL  start        launch_timeout"),
                                HasSubstr("fix: a slow or busy machine: --launch-timeout")));
}

TEST_F(Doctor, FindsATemporaryDirectoryThatIsNotThere) {
  ProcessSpec spec = program({"doctor"});
  spec.environment = {"TMPDIR=/no/such/directory"};
  const ProcessResult result = run_process(std::move(spec));
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(result.out, HasSubstr("FAIL  temporary    /no/such/directory: No such file"));
}

// ---- machines ----

constexpr std::uint64_t mega = 1'000'000;

TEST(MachineCheck, AGoodMachineNeedsNoFix) {
  const Machine machine{.shm_bytes = 1'000 * mega,
                        .fonts = 20,
                        .open_files = 1'048'576,
                        .processes = std::nullopt,
                        .cgroup_processes = std::nullopt,
                        .free_memory = 8'000 * mega,
                        .cgroup_memory = std::nullopt};
  for (const auto& judge : {cli::judge_shared_memory, cli::judge_fonts, cli::judge_open_files,
                            cli::judge_processes, cli::judge_memory}) {
    const cli::Finding finding = judge(machine);
    EXPECT_EQ(finding.health, Health::ok) << finding.text;
    EXPECT_THAT(finding.fix, IsEmpty());
  }
}

TEST(MachineCheck, WhatIsTooLittleIsNamedWithItsFix) {
  const Machine machine{.shm_bytes = 64 * mega,
                        .fonts = 0,
                        .open_files = 256,
                        .processes = 100'000,
                        .cgroup_processes = 100,
                        .free_memory = 8'000 * mega,
                        .cgroup_memory = 200 * mega};
  const cli::Finding shm = cli::judge_shared_memory(machine);
  EXPECT_EQ(shm.health, Health::warn);
  EXPECT_THAT(shm.fix, HasSubstr("--shm-size"));
  EXPECT_THAT(cli::judge_fonts(machine).fix, HasSubstr("fonts-liberation"));
  EXPECT_THAT(cli::judge_open_files(machine).fix, HasSubstr("ulimit -n 1024"));
  const cli::Finding processes = cli::judge_processes(machine);
  EXPECT_THAT(processes.text, HasSubstr("at most 100"));
  EXPECT_THAT(processes.fix, HasSubstr("--pids-limit")) << "the cgroup's limit is the lower one";
  const cli::Finding memory = cli::judge_memory(machine);
  EXPECT_EQ(memory.health, Health::fail);
  EXPECT_THAT(memory.text, HasSubstr("200 MB for this cgroup"));
  EXPECT_THAT(memory.fix, HasSubstr("--memory"));
}

TEST(MachineCheck, SizesAreReadable) {
  EXPECT_EQ(cli::size_text(64 * mega), "64 MB");
  EXPECT_EQ(cli::size_text(1'500 * mega), "1.5 GB");
  EXPECT_EQ(cli::size_text(64'000 * mega), "64 GB");
}

}  // namespace
}  // namespace cdp::test
