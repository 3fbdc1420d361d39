// What a user may expect of any program: nothing of his is lost, mistakes are told once and before
// anything begins, and streams that nobody reads end nothing but what was meant for them.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr int exit_usage = 2;
constexpr int exit_failed = 3;
constexpr int exit_broken_pipe = 141;

class Manners : public CliTest {
 protected:
  ProcessResult run_in_shell(const std::string& redirection,
                             std::vector<std::string> arguments) const {
    ProcessSpec spec = program(std::move(arguments));
    spec.argv.insert(spec.argv.begin(), {"/bin/sh", "-c", "\"$0\" \"$@\" " + redirection});
    return run_process(std::move(spec));
  }

  ProcessResult run_with(std::vector<std::string> environment,
                         std::vector<std::string> arguments) const {
    ProcessSpec spec = program(std::move(arguments));
    spec.environment.insert(spec.environment.begin(), environment.begin(), environment.end());
    return run_process(std::move(spec));
  }

  /// Expects one line and exit code 2.
  void expect_refusal(const ProcessResult& result, const std::string& part) const {
    EXPECT_EQ(result.exit_code, exit_usage) << result;
    EXPECT_THAT(split_lines(result.err),
                ElementsAre(AllOf(StartsWith("cdp-scrape: "), HasSubstr(part))));
    EXPECT_EQ(result.out, "");
  }

  std::string url(const std::string& path = "/static") const { return server_.url(path); }
};

// ---- files ----

TEST_F(Manners, AFileIsNotReadAndWritten) {
  const std::string list = url() + "\n";
  const std::string input = write_file("urls.txt", list);
  fs::create_hard_link(input, file_path("hard"));
  fs::create_symlink(input, file_path("soft"));
  for (const char* other : {"urls.txt", "hard", "soft"}) {
    const std::string path = file_path(other);
    expect_refusal(run({"--fetch", "http", "--overwrite", "-i", input, "-o", path}),
                   "the same file");
    expect_refusal(run({"--fetch", "http", "--append", "-i", input, "-o", path}), "the same file");
    expect_refusal(run({"--fetch", "http", "--overwrite", "-i", input, "--report", path}),
                   "--report");
    expect_refusal(run({"--fetch", "http", "--state", path, "-i", input, "-o", file_path("o")}),
                   "--state");
  }
  const std::string jar = write_file("jar", "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n");
  expect_refusal(run({"--cookie-file", jar, "--overwrite", "-o", jar, url()}), "--cookie-file");
  const std::string config = write_file("config", "quiet=true\n");
  expect_refusal(run({"--config", config, "--overwrite", "-o", config, url()}), "--config");
  expect_refusal(run({"-o", file_path("new"), "--report", file_path("./new"), url()}), "--report");
  EXPECT_EQ(read_file(input), list);
  EXPECT_EQ(read_file(jar), "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n");
  EXPECT_EQ(read_file(config), "quiet=true\n");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(Manners, AShellMayNotAppendTheInputToItself) {
  const std::string input = write_file("urls.txt", url() + "\n");
  const ProcessResult result = run_in_shell(">>" + input, {"--dry-run", "-i", input});
  expect_refusal(result, "the same file");
  EXPECT_EQ(read_file(input), url() + "\n");
}

TEST_F(Manners, ResultsAreReplacedOnlyWhenThatIsAskedFor) {
  const std::string output = write_file("pages.jsonl", "worth hours");
  expect_refusal(run({"--dry-run", "-f", "jsonl", "-o", output, url()}), "--overwrite");
  EXPECT_EQ(read_file(output), "worth hours");
  EXPECT_TRUE(run({"--dry-run", "-f", "jsonl", "--append", "-o", output, url()}).ok());
  EXPECT_THAT(split_lines(read_file(output)), ElementsAre("worth hours", HasSubstr("skipped")));
  expect_refusal(run({"--dry-run", "-f", "jsonl", "--overwrite", "-o", output, url()}),
                 "a dry run replaces none");
  EXPECT_THAT(split_lines(read_file(output)), ElementsAre("worth hours", HasSubstr("skipped")));
  EXPECT_TRUE(run({"--fetch", "http", "-f", "jsonl", "--overwrite", "-o", output, url()}).ok());
  EXPECT_THAT(parse_lines(read_file(output)), SizeIs(1));
  expect_refusal(run({"--dry-run", "--state", file_path("st"), "-o", output, url()}), "--state");
  expect_refusal(run({"--overwrite", "--append", "-o", output, url()}), "--append");
}

TEST_F(Manners, SoAreDirectoriesOfThem) {
  const std::string directory = file_path("pages");
  const std::vector<std::string> command = {"--fetch", "http", "--output-dir", directory, url()};
  EXPECT_TRUE(run(command).ok());
  expect_refusal(run(command), "--overwrite");
  std::vector<std::string> again = command;
  again.emplace_back("--overwrite");
  EXPECT_TRUE(run(again).ok());
  EXPECT_THAT(parse_lines(read_file(directory + "/index.jsonl")), SizeIs(1));
  again.back() = "--append";
  expect_refusal(run(again), "--output-dir");
}

TEST_F(Manners, APageThatIsNoReportIsNotReplacedByOne) {
  const std::string page = write_file("index.html", "<title>Mine</title>");
  expect_refusal(run({"--dry-run", "-q", "--report", page, url()}), "not a report");
  EXPECT_EQ(read_file(page), "<title>Mine</title>");
  const std::string report = file_path("run.html");
  EXPECT_TRUE(run({"--dry-run", "-q", "--report", report, url()}).ok());
  EXPECT_TRUE(run({"--dry-run", "-q", "--report", report, url()}).ok()) << "ours is made anew";
}

TEST_F(Manners, AnOutputIsThereUntilThereIsSomethingToReplaceItWith) {
  const std::string output = write_file("pages.jsonl", "worth hours");
  const std::string jar = write_file("jar", "no cookies\n");
  const std::vector<std::vector<std::string>> mistakes = {
      {"-i", file_path("missing"), "-o", output},
      {"--cookie-file", jar, "-o", output, url()},
      {"-H", "Host: x", "-o", output, url()},
      {"--chrome", "/bin/false", "-o", output, url()},
      {"--wait-selector", "div[", "-o", output, url()}};
  for (std::vector<std::string> arguments : mistakes) {
    arguments.emplace_back("--overwrite");
    const ProcessResult result = run(arguments);
    EXPECT_NE(result.exit_code, 0) << result;
    EXPECT_EQ(read_file(output), "worth hours") << result;
  }
  const std::string empty = write_file("empty.txt", "# nothing\n\n");
  const ProcessResult nothing = run({"--overwrite", "-i", empty, "-o", output});
  EXPECT_TRUE(nothing.ok()) << nothing;
  EXPECT_THAT(nothing.err, HasSubstr("no URLs in " + empty));
  EXPECT_EQ(read_file(output), "") << "nothing is what there is";
}

// ---- streams ----

TEST_F(Manners, AStandardErrorThatCannotBeWrittenCostsNothing) {
  std::vector<std::string> arguments = static_pages(5);
  arguments.insert(arguments.begin(),
                   {"--fetch", "http", "--retries", "0", "--log-level", "trace", "--overwrite",
                    "-o", file_path("out"), server_.url("/close")});
  for (const char* redirection :
       {"2>&-", "2>/dev/full", "2>&1 | true", "<&- 2>&-", "<&- >&- 2>&-", ">&- 2>&-"}) {
    run_in_shell(redirection, arguments);
    EXPECT_THAT(parse_lines(read_file(file_path("out"))), SizeIs(6)) << redirection;
  }
}

TEST_F(Manners, MessagesDoNotEndUpInTheOutput) {
  const ProcessResult result = run_in_shell(
      "2>&-", {"--fetch", "http", "-f", "jsonl", "-o", file_path("out"), url("/close")});
  EXPECT_EQ(result.exit_code, exit_failed) << result;
  EXPECT_THAT(parse_lines(read_file(file_path("out"))), SizeIs(1));
}

TEST_F(Manners, AStandardOutputThatIsClosedIsAnError) {
  const ProcessResult result = run_in_shell(">&-", {"--dry-run", "-f", "jsonl", url()});
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, HasSubstr("the standard output"));
}

TEST_F(Manners, AReaderThatHasEnoughEndsTheRunQuietly) {
  std::string list;
  for (int number = 0; number < 5'000; ++number)
    list += url("/" + std::to_string(number)) + "\n";
  const std::string input = write_file("urls.txt", list);
  ProcessSpec spec = program({"--dry-run", "--no-progress", "-i", input});
  spec.argv.insert(spec.argv.begin(),
                   {"/bin/bash", "-c", "\"$0\" \"$@\" | head -1 | wc -l; exit ${PIPESTATUS[0]}"});
  const ProcessResult result = run_process(std::move(spec));
  EXPECT_EQ(result.exit_code, exit_broken_pipe) << result;
  EXPECT_EQ(result.out, "1\n");
  EXPECT_THAT(result.err, Not(HasSubstr("error")));
}

TEST_F(Manners, AFailureIsToldEvenQuietlyAndOnce) {
  const std::string bad = url("/close");
  const ProcessResult result = run({"-q", "--fetch", "http", "--retries", "0", bad});
  EXPECT_EQ(result.exit_code, exit_failed);
  EXPECT_THAT(split_lines(result.err), ElementsAre(StartsWith("cdp-scrape: error: " + bad)));
  EXPECT_EQ(count_of(bad, result.err), 1U) << result;
}

// ---- options ----

TEST_F(Manners, TheLastOfSeveralValuesCounts) {
  const ProcessResult result =
      run({"--dry-run", "-f",           "html", "-f",         "jsonl", "-c",
           "1",         "-c",           "2",    "--timeout",  "1",     "--timeout",
           "30s",       "--viewport",   "1x1",  "--viewport", "2x2",   "--user-agent",
           "a",         "--user-agent", "b",    url()});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(1));
}

TEST_F(Manners, MistakesAreToldInOneLine) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"--concurency", "3"}, "unknown option --concurency; did you mean --concurrency?"},
      {{"--timeout", "nan"}, "--timeout: 'nan' is not a time"},
      {{"--verify", "nan"}, "--verify: 'nan' is not a number from 0 to 100"},
      {{"--max-html", "0"}, "--max-html: '0' is not a whole number of 1 or more"},
      {{"-c", "abc"}, "--concurrency: 'abc' is not a whole number from 1 to 256"},
      {{"--wait", "x"}, "--wait: invalid value 'x', expected one of auto, "},
      {{"--no-sandbox="}, "--no-sandbox: '' is neither true nor false"},
      {{"--cookie-file", "/"}, "it is a directory"},
      {{"-H", "Host: x"}, "--header: Host"},
      {{"-H", "X: a\r\nY: b"}, "line break"},
      {{"--user-agent", "a\r\nY: b"}, "--user-agent: a line break"},
      {{"--locale", "de\r\nY: b"}, "--locale: "},
      {{"--fail-status", "9xx"}, "--fail-status: '9xx'"},
      {{"--rule", "a(b=http"}, "'a(b' is not a regular expression"},
      {{"--output", ""}, "--output: is empty"},
      {{"--wait-selector", ""}, "--wait-selector: is empty"},
      {{"--fetch", "http", "--screenshot", "--output-dir", "x"},
       "--screenshot needs the browser, and --fetch http does without"},
      {{"--fetch", "http", "--wait-selector", "b"}, "--wait-selector needs the browser"},
      {{url() + " " + url("/2")}, "is more than a URL"},
      {{"doctor"}, "a command does not go with a URL"},
      {{"--config", "/missing"}, "cannot read the file of options /missing"}};
  for (const auto& [arguments, expected] : mistakes) {
    std::vector<std::string> all = arguments;
    all.push_back(url());
    expect_refusal(run(all), expected);
  }
  expect_refusal(run({url(), "--wait"}), "--wait needs a value: ");
  expect_refusal(run({"--output-dir", "x", "-o", "y", url()}), "does not go with");
  expect_refusal(run({"--screenshot", url()}), "--screenshot needs --output-dir");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(Manners, AFileOfOptionsIsReadWithItsLines) {
  const auto refuse = [&](const std::string& content, const std::string& expected) {
    const std::string file = write_file("options", content);
    expect_refusal(run({"--config", file, url()}), file + expected);
  };
  refuse("# mine\nconcurency=3\n", ":2: unknown option 'concurency'; did you mean --concurrency?");
  refuse("[x]\nquiet=true\n", ":1: '[x]': sections are not known");
  refuse("\ntimeout=soon\n", ":2: --timeout: 'soon' is not a time");
  refuse("no-sandbox=\"\"\n", ":1: no-sandbox: '' is neither true nor false");
  refuse("no-sandbox=yes\n", ":1: no-sandbox: 'yes'");
  refuse("output\n", ":1: output needs a value");
  refuse("--wait=load\n", ":1: '--wait': names stand here without their dashes: wait=load");
  const std::string good = write_file(
      "good",
      "\xEF\xBB\xBF"
      "dry-run=true\r\nformat = jsonl\nuser-agent = My Bot 1.0\nheader=A: 1\nheader=B: 2\n");
  const ProcessResult result = run({"--config", good, url()});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(1));
}

TEST_F(Manners, AUserMayHaveAFileOfHisOwn) {
  fs::create_directories(file_path("home/cdp-scrape"));
  write_file("home/cdp-scrape/config", "dry-run=true\nformat=jsonl\n");
  const std::string other = write_file("other", "dry-run=true\nformat=html\n");
  ProcessSpec spec = program({url()});
  spec.environment = {"XDG_CONFIG_HOME=" + file_path("home")};
  spec.remove_environment.emplace_back("CDP_SCRAPE_CONFIG");
  EXPECT_THAT(parse_lines(run_process(spec).out), SizeIs(1));
  EXPECT_EQ(run_with({"CDP_SCRAPE_CONFIG=" + other}, {url()}).out, "") << "instead of it";
  expect_refusal(run_with({"CDP_SCRAPE_CONFIG=/missing"}, {url()}), "/missing");
}

TEST_F(Manners, VariablesThatMeanNothingAreTold) {
  const ProcessResult result =
      run_with({"CDP_SCRAPE_TIMOUT=3"}, {"--dry-run", "-f", "jsonl", url()});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(result.err, HasSubstr("CDP_SCRAPE_TIMOUT is not known, and ignored; did you mean "
                                    "CDP_SCRAPE_TIMEOUT?"));
  expect_refusal(run_with({"CDP_SCRAPE_TIMEOUT=soon"}, {url()}),
                 "CDP_SCRAPE_TIMEOUT: --timeout: 'soon'");
  expect_refusal(run_with({"CDP_SCRAPE_NO_SANDBOX=0"}, {url()}), "CDP_SCRAPE_NO_SANDBOX: '0'");
}

// ---- arguments ----

TEST_F(Manners, ArgumentsAreWhatTheyLookLike) {
  const std::string address = url().substr(std::string("http://").size());
  const ProcessResult result = run({"--fetch", "http", "-f", "jsonl", address});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(column(parse_lines(result.out), "url"), ElementsAre(url()));
  EXPECT_THAT(result.err, HasSubstr("'" + address + "' is read as " + url()));
  const std::string file = write_file("urls.txt", "");
  expect_refusal(run({file}), "'" + file + "' is a file; use -i " + file);
  expect_refusal(run({"docter"}), "unknown command 'docter'; did you mean doctor?");
  EXPECT_THAT(parse_lines(run_with_input(url() + "\n", {"--dry-run", "-"}).out), SizeIs(1));
  EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
}

TEST_F(Manners, ALineThatIsMoreThanAUrlIsAFault) {
  const std::string table = write_file("list.csv", url() + ",About\n" + url("/static?2") + "\n");
  const ProcessResult result = run({"--fetch", "http", "-i", table});
  EXPECT_EQ(result.exit_code, exit_failed) << result;
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre("invalid_url", Json()));
  EXPECT_THAT(result.err, HasSubstr("is this CSV?"));
  const ProcessResult pair =
      run_with_input(url() + " " + url("/2") + "\n", {"-i", "-", "--fetch", "http"});
  EXPECT_THAT(error_codes(parse_lines(pair.out)), ElementsAre("invalid_url"));
  EXPECT_EQ(server_.count("/static"), 1);
}

// ---- success that is none ----

TEST_F(Manners, StatusesAreCountedAndMayBeFailures) {
  const std::vector<std::string> urls = {url(), url("/status/404"), url("/status/500")};
  std::vector<std::string> arguments = {"--fetch", "http", "--retries", "0", "-f", "jsonl"};
  arguments.insert(arguments.end(), urls.begin(), urls.end());
  const ProcessResult data = run(arguments);
  EXPECT_TRUE(data.ok()) << data;
  EXPECT_THAT(data.err, HasSubstr("statuses: 1 × 200, 1 × 404, 1 × 500"));
  arguments.insert(arguments.end(), {"--fail-status", "404,5xx"});
  const ProcessResult failures = run(arguments);
  EXPECT_EQ(failures.exit_code, exit_failed) << failures;
  const std::vector<Json> records = parse_lines(failures.out);
  EXPECT_THAT(error_codes(records), ElementsAre(Json(), "http_status", "http_status"));
  EXPECT_THAT(column(records, "status"), ElementsAre(200, 404, 500));
  EXPECT_THAT(failures.err, HasSubstr("1 ok, 2 failed"));
}

TEST_F(Manners, APageReadAtItsDeadlineIsTold) {
  const std::string never = url("/static?never");
  const ProcessResult html = run({"--timeout", "1500ms", "--wait-selector", ".never", never});
  EXPECT_EQ(html.exit_code, exit_failed) << html;
  EXPECT_THAT(html.out, HasSubstr("</html>")) << "it is printed all the same";
  EXPECT_THAT(html.err, HasSubstr("warning: " + never + ": not done at its timeout"));
  const ProcessResult records =
      run({"--timeout", "3", "--wait-function", "() => location.search == '?b'", url("/static?a"),
           url("/static?b")});
  EXPECT_TRUE(records.ok()) << records;
  EXPECT_THAT(column(parse_lines(records.out), "partial"), ElementsAre(true, false))
      << "a function is called";
  EXPECT_THAT(split_lines(records.err).back(), HasSubstr("2 ok, 0 failed, 1 partial"));
}

TEST_F(Manners, WhatTheBrowserDoesNotTakeEndsTheRunBeforeItsFirstPage) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"--timezone", "Europe/Berln"}, "--timezone: 'Europe/Berln' is not known to Chromium"},
      {{"--wait-selector", "div["}, "--wait-selector: 'div[' is not a CSS selector"},
      {{"--wait-function", "a b"}, "--wait-function: 'a b' is not an expression in JavaScript"}};
  for (const auto& [arguments, expected] : mistakes) {
    std::vector<std::string> all = arguments;
    all.push_back(url());
    all.push_back(url("/static?2"));
    expect_refusal(run(all), expected);
  }
  EXPECT_THAT(server_.requests(), IsEmpty());
}

}  // namespace
}  // namespace cdp::test
