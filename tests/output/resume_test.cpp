// Runs with a journal: what ends them, and how the next one goes on.
#include "support/process/fakes.hpp"
#include "support/program/resume_loop.hpp"

#include <gmock/gmock.h>

#include <signal.h>

#include <fstream>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr int exit_usage = 2;
constexpr int exit_some_failed = 3;
constexpr int exit_output = 5;
constexpr int exit_state = 8;
constexpr int exit_after_sigterm = 143;

/// Most of what is tested here does not depend on how pages are fetched.
const std::vector<std::string> over_http = {"--fetch", "http"};

using Resume = ResumeTest;

// ---- the end of a run, and the next ----

TEST_F(Resume, ARunThatHasFinishedSaysSoAndTouchesNothing) {
  const std::vector<std::string> arguments = resumable(write_input(5), over_http);
  ASSERT_TRUE(run(arguments).ok());
  const std::string written = read_file(output());
  const auto time = std::filesystem::last_write_time(output());
  server_.clear_requests();
  const ProcessResult again = run(arguments);
  EXPECT_TRUE(again.ok()) << again;
  EXPECT_THAT(split_lines(again.err),
              ElementsAre(HasSubstr("nothing left to do: all 5 URLs are done")));
  EXPECT_EQ(read_file(output()), written);
  EXPECT_EQ(std::filesystem::last_write_time(output()), time);
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(Resume, AFinishedRunWithFailuresEndsAsItDidBefore) {
  const std::string input = write_file("urls.txt", server_.url("/static") + "\nftp://h/\n");
  const std::vector<std::string> arguments = resumable(input, over_http);
  EXPECT_EQ(run(arguments).exit_code, exit_some_failed);
  const ProcessResult again = run(arguments);
  EXPECT_EQ(again.exit_code, exit_some_failed) << again;
  EXPECT_THAT(again.err, HasSubstr("all 2 URLs are done, 1 of them failed (--retry-failed"));
  EXPECT_THAT(parse_lines(read_file(output())), SizeIs(2));
}

TEST_F(Resume, ALongerInputGoesOn) {
  const std::vector<std::string> arguments = resumable(write_input(5), over_http);
  ASSERT_TRUE(run(arguments).ok());
  server_.clear_requests();
  write_input(8);
  const ProcessResult again = run(arguments);
  EXPECT_TRUE(again.ok()) << again;
  EXPECT_THAT(again.err, HasSubstr("resuming: 5 URLs are done"));
  EXPECT_EQ(server_.count("/static"), 3);
  expect_complete(parse_lines(read_file(output())), 8);
}

TEST_F(Resume, TheStandardInputIsReadAgain) {
  std::vector<std::string> arguments = resumable("-", over_http);
  const std::string lines = server_.url("/static?title=1") + "\n";
  ASSERT_TRUE(run_with_input(lines, arguments).ok());
  const ProcessResult again =
      run_with_input(lines + server_.url("/static?title=2") + "\n", arguments);
  EXPECT_TRUE(again.ok()) << again;
  expect_complete(parse_lines(read_file(output())), 2);
}

/// Records of two kinds in one output would mislead whoever reads them.
TEST_F(Resume, OptionsThatDecideWhatRecordsContainStay) {
  const std::string input = write_file("urls.txt", server_.url("/static") + "\nftp://h/\n");
  const auto with = [&](std::vector<std::string> options) {
    options.insert(options.end(), over_http.begin(), over_http.end());
    return run(resumable(input, std::move(options)));
  };
  ASSERT_EQ(with({"-H", "A: 1", "-H", "Authorization: x"}).exit_code, exit_some_failed);
  const ProcessResult other = with({"-H", "A: 2", "--max-html", "9"});
  EXPECT_EQ(other.exit_code, exit_state) << other;
  EXPECT_THAT(other.err, AllOf(HasSubstr("was begun with other options: --header A: 2 was A: 1, "
                                         "Authorization"),
                               HasSubstr("--max-html 9 is new")));
  EXPECT_EQ(with({"-H", "A: 1", "-H", "Authorization: y", "-c", "3", "--retries", "0"}).exit_code,
            exit_some_failed);
  const ProcessResult retried = with({"--retry-failed"});
  EXPECT_THAT(retried.err, HasSubstr("tried with other options than before: --header"));
}

TEST_F(Resume, AnotherInputIsRefused) {
  const std::vector<std::string> arguments = resumable(write_input(3), over_http);
  ASSERT_TRUE(run(arguments).ok());
  const std::string written = read_file(output());
  write_file("urls.txt", "# a list\n" + server_.url("/another") + "\n");
  const ProcessResult changed = run(arguments);
  EXPECT_EQ(changed.exit_code, exit_state) << changed;
  EXPECT_THAT(split_lines(changed.err),
              ElementsAre(AllOf(HasSubstr("error: "), HasSubstr("line 2 was not"),
                                HasSubstr("start over"))));
  write_input(2);
  const ProcessResult shorter = run(arguments);
  EXPECT_EQ(shorter.exit_code, exit_state) << shorter;
  EXPECT_THAT(shorter.err, HasSubstr("it ends after 2 URLs"));
  EXPECT_EQ(read_file(output()), written);
  EXPECT_EQ(server_.count("/another"), 0);
}

TEST_F(Resume, AnotherOutputIsRefused) {
  const std::string input = write_input(3);
  ASSERT_TRUE(run(resumable(input, over_http)).ok());
  const ProcessResult other =
      run({"-i", input, "--fetch", "http", "--state", state(), "-o", file_path("other.jsonl")});
  EXPECT_EQ(other.exit_code, exit_state) << other;
  EXPECT_THAT(split_lines(other.err),
              ElementsAre(AllOf(HasSubstr(output()), HasSubstr("continue with the same output"))));
  EXPECT_FALSE(std::filesystem::exists(file_path("other.jsonl")));
  const ProcessResult form = run(resumable(input, {"-f", "html", "--fetch", "http"}));
  EXPECT_EQ(form.exit_code, exit_state) << form;
}

TEST_F(Resume, AJournalInUseIsRefused) {
  const std::string input =
      write_file("urls.txt", server_.url("/gate/first") + "\n" + server_.url("/static") + "\n");
  const std::vector<std::string> arguments = resumable(input, over_http);
  RunningProcess first(program(arguments));
  ASSERT_TRUE(server_.wait_for_request("/gate/first", patience));
  const ProcessResult second = run(arguments);
  EXPECT_EQ(second.exit_code, exit_state) << second;
  EXPECT_THAT(split_lines(second.err),
              ElementsAre(HasSubstr("in use by process " + std::to_string(first.pid()))));
  server_.open_gate("first");
  EXPECT_TRUE(first.wait(patience).ok());
}

TEST_F(Resume, ADamagedJournalIsRefused) {
  const std::vector<std::string> arguments = resumable(write_input(3), over_http);
  ASSERT_TRUE(run(arguments).ok());
  const std::string written = read_file(output());
  std::ofstream(state() + "/journal.sqlite") << "no journal";
  const ProcessResult result = run(arguments);
  EXPECT_EQ(result.exit_code, exit_state) << result;
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr("damaged"), HasSubstr("start over"))));
  EXPECT_EQ(read_file(output()), written);
}

TEST_F(Resume, WhatCannotBeTakenBackIsRefused) {
  const std::string url = server_.url("/static");
  const ProcessResult stdout_refused = run({"--state", state(), url});
  EXPECT_EQ(stdout_refused.exit_code, exit_usage) << stdout_refused;
  EXPECT_THAT(stdout_refused.err, HasSubstr("-o FILE"));
  EXPECT_EQ(run({"--state", state(), "-o", "/dev/full", url}).exit_code, exit_usage);
  EXPECT_EQ(run({"--retry-failed", "-o", output(), url}).exit_code, exit_usage);
  EXPECT_EQ(run({"--output-dir", file_path("d"), "-o", output(), url}).exit_code, exit_usage);
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(Resume, WithoutAJournalNothingIsWrittenButTheOutput) {
  ASSERT_TRUE(run({"--fetch", "http", "-o", output(), server_.url("/static")}).ok());
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(file_path(".")))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, ElementsAre("out.jsonl"));
}

// ---- trying again ----

TEST_F(Resume, FailedUrlsAreTriedAgainAndHaveOneRecord) {
  const std::string input =
      write_file("urls.txt", server_.url("/gate/late") + "\n" + server_.url("/static?title=2") +
                                 "\nftp://h/\n" + server_.url("/static?title=4") + "\n");
  std::vector<std::string> arguments =
      resumable(input, {"--fetch", "http", "--timeout", "1", "--on-timeout", "fail"});
  EXPECT_EQ(run(arguments).exit_code, exit_some_failed);
  EXPECT_THAT(error_codes(parse_lines(read_file(output()))),
              ElementsAre("nav_timeout", nullptr, "blocked_scheme", nullptr));
  server_.open_gate("late");
  server_.clear_requests();
  EXPECT_EQ(run(arguments).exit_code, exit_some_failed);
  EXPECT_THAT(server_.requests(), IsEmpty()) << "it was not asked for";

  arguments.push_back("--retry-failed");
  EXPECT_EQ(run(arguments).exit_code, exit_some_failed);
  EXPECT_EQ(server_.count("/static"), 0);
  const std::vector<Json> records = parse_lines(read_file(output()));
  EXPECT_THAT(column(records, "seq"), ElementsAre(1, 3, 0, 2));
  EXPECT_THAT(error_codes(records), ElementsAre(nullptr, nullptr, nullptr, "blocked_scheme"));
}

// ---- signals ----

TEST_F(Resume, AfterAFirstSignalWhatIsDoneIsKept) {
  const std::string input =
      write_file("urls.txt", server_.url("/static?title=1") + "\n" + server_.url("/gate/first") +
                                 "\n" + server_.url("/static?title=3") + "\n" +
                                 server_.url("/static?title=4") + "\n");
  const std::vector<std::string> arguments =
      resumable(input, {"--fetch", "http", "-c", "2", "--drain", "60"});
  RunningProcess scraper(program(arguments));
  ASSERT_TRUE(server_.wait_for_request("/gate/first", patience));
  ASSERT_TRUE(scraper.send_signal(SIGTERM));
  ASSERT_TRUE(scraper.read_until("stopping", patience));
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, exit_after_sigterm) << result;
  const std::vector<Json> kept = parse_lines(read_file(output()));
  EXPECT_GE(kept.size(), 2U);
  EXPECT_EQ(kept[1]["title"], "gate first");

  const ProcessResult again = run(arguments);
  EXPECT_TRUE(again.ok()) << again;
  EXPECT_THAT(column(parse_lines(read_file(output())), "seq"), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(server_.count("/gate/first"), 1) << "it was done";
}

TEST_F(Resume, AfterASecondSignalWhatWasCancelledIsDoneAgain) {
  const std::string input =
      write_file("urls.txt", server_.url("/static?title=1") + "\n" + server_.url("/gate/late") +
                                 "\n" + server_.url("/static?title=3") + "\n");
  const std::vector<std::string> arguments =
      resumable(input, {"--fetch", "http", "--drain", "60", "-c", "3"});
  RunningProcess scraper(program(arguments));
  ASSERT_TRUE(server_.wait_for_request("/gate/late", patience));
  ASSERT_TRUE(scraper.send_signal(SIGTERM));
  ASSERT_TRUE(scraper.read_until("stopping", patience));
  ASSERT_TRUE(scraper.send_signal(SIGTERM));
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, exit_after_sigterm) << result;
  for (const Json& record : parse_lines(read_file(output())))
    EXPECT_EQ(record["outcome"], "ok");
  server_.open_gate("late");
  EXPECT_TRUE(run(arguments).ok());
  const std::vector<Json> records = parse_lines(read_file(output()));
  EXPECT_THAT(column(records, "seq"), UnorderedElementsAre(0, 1, 2));
  EXPECT_THAT(error_codes(records), testing::Each(Json()));
}

// ---- a browser that keeps dying ----

TEST_F(Resume, WhatTheBrowserTookAlongIsDoneByTheNextRun) {
  constexpr int exit_browser_dies = 7;
  constexpr int urls = 6;
  const std::string input = write_input(urls);
  std::vector<std::string> fake = resumable(input, {"-c", "1", "--retries", "0"});
  fake.insert(fake.end(),
              {"--chrome", fake_chromium_path(), "--chrome-arg", "--fake-mode=crash-late"});
  EXPECT_EQ(run(fake).exit_code, exit_browser_dies);
  const std::size_t recorded = parse_lines(read_file(output())).size();
  EXPECT_LT(recorded, static_cast<std::size_t>(urls)) << "the end of the run is no page's fault";
  const ProcessResult again = run(resumable(input, {"--fetch", "http", "--retry-failed"}));
  EXPECT_TRUE(again.ok()) << again;
  const std::vector<Json> records = parse_lines(read_file(output()));
  EXPECT_THAT(column(records, "seq"), UnorderedElementsAre(0, 1, 2, 3, 4, 5));
}

// ---- a full disk ----

class FullDisk : public ResumeTest {
 protected:
  /// The program where no file may grow beyond this: EFBIG is what ENOSPC is, and can be had
  /// without mounting anything.
  ProcessResult run_with_limit(int kilobytes, std::vector<std::string> arguments) const {
    ProcessSpec spec = program(std::move(arguments));
    const std::string limit = std::to_string(kilobytes * 2);  // in blocks of 512 bytes
    spec.argv.insert(spec.argv.begin(),
                     {"/bin/sh", "-c", "ulimit -f " + limit + "; exec \"$0\" \"$@\""});
    return run_process(std::move(spec));
  }

  /// @return what the run said that had no room
  std::string fill_and_resume(int kilobytes, std::vector<std::string> arguments, int urls) const {
    arguments.insert(arguments.end(), over_http.begin(), over_http.end());
    const ProcessResult full = run_with_limit(kilobytes, arguments);
    EXPECT_EQ(full.exit_code, exit_output) << full;
    const std::size_t kept = parse_lines(read_file(output())).size();
    EXPECT_LT(kept, static_cast<std::size_t>(urls));
    const ProcessResult again = run(arguments);
    EXPECT_TRUE(again.ok()) << again;
    return full.err;
  }

  std::string write_big_input(int count) const {
    std::string lines;
    for (int number = 1; number <= count; ++number)
      lines += server_.url("/big?mb=1&n=" + std::to_string(number)) + "\n";
    return write_file("urls.txt", lines);
  }
};

TEST_F(FullDisk, InTheMiddleOfTheOutput) {
  constexpr int urls = 30;
  const std::string input = write_big_input(urls);
  const std::string said = fill_and_resume(10'000, resumable(input, {"-c", "4"}), urls);
  EXPECT_THAT(split_lines(said), Contains(AllOf(HasSubstr("error: cannot write"),
                                                HasSubstr(output()), HasSubstr("File too large"))));
  const std::vector<Json> records = parse_lines(read_file(output()));
  ASSERT_THAT(records, SizeIs(urls));
  for (int seq = 0; seq < urls; ++seq)
    EXPECT_EQ(records[static_cast<std::size_t>(seq)]["seq"], seq);
}

TEST_F(FullDisk, InTheMiddleOfTheJournal) {
  constexpr int urls = 300;
  const std::vector<std::string> arguments =
      resumable(write_input(urls), {"-c", "1", "--order", "completion"});
  const std::string said = fill_and_resume(64, arguments, urls);
  EXPECT_THAT(said, AllOf(HasSubstr("error: cannot write"), HasSubstr("ulimit -f")));
  expect_complete(parse_lines(read_file(output())), urls);
}

// ---- kills ----

class Killed : public ResumeTest, public testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(Killed, NothingIsLostAndNothingDoubled) {
  constexpr int urls = 150;
  constexpr int kills = 8;
  const std::vector<std::string> arguments = resumable(write_input(urls), GetParam());
  kill_and_resume(arguments, urls, kills);
  expect_complete(parse_lines(read_file(output())), urls);
}

INSTANTIATE_TEST_SUITE_P(Resume, Killed,
                         testing::Values(std::vector<std::string>{"-c", "4", "--wait", "load"},
                                         std::vector<std::string>{"-c", "4", "--fetch", "http",
                                                                  "--order", "completion"}),
                         [](const auto& given) {
                           return given.index == 0 ? "WithABrowser" : "OverHttp";
                         });

// ---- other outputs ----

class CompressedOutput : public ResumeTest {
 protected:
  std::vector<std::string> arguments(const std::string& path, const std::string& input) const {
    return {"-i", input, "--fetch", "http", "-c", "4", "-o", path};
  }

  static ProcessResult unpack(const std::string& path) {
    ProcessSpec spec;
    spec.argv = path.ends_with(".gz") ? std::vector<std::string>{"gzip", "-dc", path}
                                      : std::vector<std::string>{"zstd", "-dc", path};
    spec.timeout = patience;
    return run_process(std::move(spec));
  }
};

TEST_F(CompressedOutput, IsReadByTheUsualPrograms) {
  const std::string input = write_input(100);
  for (const std::string& path : {file_path("out.jsonl.gz"), file_path("out.jsonl.zst")}) {
    EXPECT_TRUE(run(arguments(path, input)).ok());
    const ProcessResult text = unpack(path);
    EXPECT_TRUE(text.ok()) << text;
    expect_complete(parse_lines(text.out), 100);
  }
}

TEST_F(CompressedOutput, IsWholeAfterEveryKill) {
  constexpr int urls = 150;
  const std::string input = write_input(urls);
  for (const char* name : {"a.jsonl.gz", "b.jsonl.zst"}) {
    std::vector<std::string> resumed = arguments(file_path(name), input);
    resumed.insert(resumed.end(), {"--state", file_path(std::string(name) + ".state")});
    kill_and_resume(resumed, urls, 4);
    const ProcessResult text = unpack(file_path(name));
    EXPECT_TRUE(text.ok()) << text;
    expect_complete(parse_lines(text.out), urls);
  }
}

class OutputDir : public ResumeTest {
 protected:
  std::string directory() const { return file_path("pages"); }

  /// The records of the index, each with its file's text as `html`.
  std::vector<Json> read_index() const {
    std::vector<Json> records = parse_lines(read_file(directory() + "/index.jsonl"));
    for (Json& record : records) {
      EXPECT_FALSE(record.contains("html"));
      if (!record["html_file"].is_null())
        record["html"] = read_file(directory() + "/" + record["html_file"].get<std::string>());
      EXPECT_EQ(record.value("html", "").size(), record["html_bytes"]);
    }
    return records;
  }

  std::size_t count_files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory()))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
};

TEST_F(OutputDir, HoldsAFileForEachUrlAndAnIndex) {
  const ProcessResult result =
      run({"--fetch", "http", "--output-dir", directory(), server_.url("/static?title=1"),
           server_.url("/static?title=2"), "ftp://h/"});
  EXPECT_EQ(result.exit_code, exit_some_failed) << result;
  EXPECT_EQ(result.out, "");
  const std::vector<Json> records = read_index();
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_THAT(records[1]["html"].get<std::string>(), HasSubstr("<title>2</title>"));
  EXPECT_EQ(records[2]["html_file"], nullptr);
  EXPECT_EQ(count_files(), 3U) << "two pages, one index";
}

TEST_F(OutputDir, IsWholeAfterKills) {
  constexpr int urls = 100;
  const std::vector<std::string> arguments = {
      "-i", write_input(urls), "--fetch", "http",         "-c",
      "4",  "--state",         state(),   "--output-dir", directory()};
  kill_and_resume(arguments, urls, 4);
  const std::vector<Json> records = read_index();
  expect_complete(records, urls);
  for (const Json& record : records)
    EXPECT_THAT(record["html"].get<std::string>(),
                HasSubstr("<title>" + record["title"].get<std::string>() + "</title>"));
  EXPECT_EQ(count_files(), urls + 1U) << "no drafts are left";
}

TEST_F(OutputDir, HoldsPicturesOfPages) {
  const std::string report = file_path("report.html");
  const ProcessResult result =
      run({"--wait", "load", "--output-dir", directory(), "--screenshot", "--pdf", "--report",
           report, server_.url("/page/1"), server_.url("/download")});
  EXPECT_EQ(result.exit_code, exit_some_failed) << result;
  const std::vector<Json> records = read_index();
  ASSERT_THAT(records, SizeIs(2));
  const std::string picture = records[0]["screenshot_file"];
  EXPECT_THAT(read_file(directory() + "/" + picture), testing::StartsWith("\x89PNG"));
  EXPECT_THAT(read_file(directory() + "/" + records[0]["pdf_file"].get<std::string>()),
              testing::StartsWith("%PDF"));
  EXPECT_THAT(read_file(report), HasSubstr(picture));
  EXPECT_EQ(records[1]["screenshot_file"], nullptr);
  EXPECT_EQ(records[1]["pdf_file"], nullptr);
}

TEST_F(OutputDir, PicturesNeedADirectory) {
  const ProcessResult result = run({"--screenshot", server_.url("/static")});
  EXPECT_EQ(result.exit_code, 2) << result;
}

TEST_F(OutputDir, ThatCannotBeMade) {
  const std::string file = write_file("file", "");
  const ProcessResult result = run({"--output-dir", file + "/pages", server_.url("/static")});
  EXPECT_EQ(result.exit_code, exit_output) << result;
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr(file)));
}

}  // namespace
}  // namespace cdp::test
