// What the program says of itself: help, version, log, progress; and where options come from.
#include "support/pages/pages.hpp"
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class Messages : public CliTest {
 protected:
  ProcessSpec on_terminal(std::vector<std::string> arguments) const {
    ProcessSpec spec = program(std::move(arguments));
    spec.stderr_terminal = true;
    return spec;
  }

  ProcessResult run_with_environment(std::vector<std::string> environment,
                                     std::vector<std::string> arguments) const {
    ProcessSpec spec = program(std::move(arguments));
    spec.environment.insert(spec.environment.begin(), environment.begin(), environment.end());
    return run_process(std::move(spec));
  }
};

TEST_F(Messages, Version) {
  const ProcessResult result = run({"--version"});
  EXPECT_TRUE(result.ok());
  EXPECT_THAT(result.out, MatchesRegex("cdp-scrape [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_EQ(result.err, "");
}

TEST_F(Messages, TheShortVersionOfTheVersion) {
  EXPECT_EQ(run({"-V"}).out, run({"--version"}).out);
}

TEST_F(Messages, ShortHelpShowsTheTenOptionsThatMatterFirst) {
  const ProcessResult result = run({"-h"});
  EXPECT_TRUE(result.ok());
  std::size_t options = 0;
  for (const std::string& line : split_lines(result.out)) {
    EXPECT_LE(line.size(), 80U) << line;
    if (line.starts_with("  -") || line.starts_with("      --")) ++options;
  }
  EXPECT_EQ(options, 10U) << result.out;
  EXPECT_THAT(result.out, AllOf(HasSubstr("--help all"), HasSubstr("Read URLs"),
                                HasSubstr("-i, --input FILE"), HasSubstr("doctor")));
}

TEST_F(Messages, HelpTellsOfACommand) {
  const ProcessResult result = run({"help", "doctor"});
  EXPECT_TRUE(result.ok());
  EXPECT_THAT(result.out, AllOf(HasSubstr("Usage: cdp-scrape doctor"), HasSubstr("shared memory")));
  EXPECT_EQ(run({"doctor", "--help"}).out, result.out);
  EXPECT_EQ(run({"doctor", "-h"}).out, result.out);
  EXPECT_THAT(run({"completion", "--help"}).out, HasSubstr("bash|zsh|fish"));
  EXPECT_EQ(run({"help", "all"}).out, run({"--help"}).out);
  const ProcessResult unknown = run({"help", "docter"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean doctor?"));
}

TEST_F(Messages, ColourIsForTerminalsAlone) {
  const auto print_on_terminal = [&](const std::string& variables, const std::string& arguments) {
    const std::string code =
        variables + " script -qec '" + program_path() + " " + arguments + "' /dev/null </dev/null";
    ProcessSpec spec = program({});
    spec.argv = {"sh", "-c", code};
    return run_process(std::move(spec)).out;
  };
  EXPECT_THAT(print_on_terminal("NO_COLOR= TERM=xterm", "-h"),
              HasSubstr("\033[1mRead URLs\033[0m"));
  EXPECT_THAT(print_on_terminal("NO_COLOR= TERM=xterm", "docter"),
              HasSubstr("\033[31mcdp-scrape:\033[0m "));
  EXPECT_THAT(print_on_terminal("NO_COLOR=1 TERM=xterm", "-h"), Not(HasSubstr("\033")));
  EXPECT_THAT(print_on_terminal("NO_COLOR= TERM=dumb", "-h"), Not(HasSubstr("\033")));
  EXPECT_THAT(run({"-h"}).out, Not(HasSubstr("\033")));
}

TEST_F(Messages, HelpNamesEveryOption) {
  const ProcessResult result = run({"--help"});
  EXPECT_TRUE(result.ok());
  for (const char* option : {"-i, --input FILE",
                             "-o, --output FILE",
                             "-f, --format html|jsonl",
                             "-c, --concurrency N",
                             "--order",
                             "--wait",
                             "--timeout",
                             "--retries",
                             "--chrome",
                             "--chrome-arg",
                             "--no-sandbox",
                             "--transport",
                             "--connect",
                             "--log-level",
                             "--log-format",
                             "-q, --quiet",
                             "--no-progress",
                             "-V, --version",
                             "-h, --help",
                             "--config",
                             "--drain",
                             "--launch-timeout",
                             "demo",
                             "--header",
                             "--user-agent",
                             "--cookie-file",
                             "--viewport",
                             "--locale",
                             "--timezone",
                             "--proxy",
                             "--auth",
                             "--insecure",
                             "--block",
                             "--block-url",
                             "--wait-selector",
                             "--wait-function",
                             "--delay",
                             "--settle-limit",
                             "--load-limit",
                             "--on-timeout",
                             "--max-html",
                             "--iframes",
                             "--shadow",
                             "--scroll",
                             "--fetch",
                             "--rule",
                             "--verify",
                             "--report",
                             "--metrics",
                             "doctor",
                             "completion"})
    EXPECT_THAT(result.out, HasSubstr(option));
  EXPECT_THAT(result.out, AllOf(HasSubstr("Exit codes"), HasSubstr("CDP_SCRAPE_WAIT")));
  EXPECT_EQ(run({"--help", "all"}).out, result.out);
  EXPECT_EQ(run({"-h", "all"}).out, result.out);
}

// ---- where options come from: command line, then environment, then file ----

TEST_F(Messages, AVariableSetsAnOption) {
  const ProcessResult result =
      run_with_environment({"CDP_SCRAPE_FORMAT=jsonl"}, {server_.url("/static")});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(1));
}

TEST_F(Messages, AVariableWithABadValueIsNamed) {
  const ProcessResult result =
      run_with_environment({"CDP_SCRAPE_CONCURRENCY=many"}, {server_.url("/static")});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("CDP_SCRAPE_CONCURRENCY: --concurrency: 'many'"));
}

TEST_F(Messages, TheCommandLineWinsOverTheVariable) {
  const ProcessResult result =
      run_with_environment({"CDP_SCRAPE_FORMAT=jsonl"}, {"-f", "html", server_.url("/static")});
  EXPECT_THAT(result.out, StartsWith("<!DOCTYPE"));
}

TEST_F(Messages, TheVariableWinsOverTheFile) {
  const std::string file = write_file("options", "format=html\nwait=domcontentloaded\n");
  const ProcessResult from_file =
      run({"--config", file, server_.url("/empty?1"), server_.url("/empty?2")});
  EXPECT_THAT(from_file.out, StartsWith("<html>"));
  const ProcessResult result =
      run_with_environment({"CDP_SCRAPE_FORMAT=jsonl"},
                           {"--config", file, server_.url("/empty?1"), server_.url("/empty?2")});
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0]["wait"]["ended_by"], "domcontentloaded") << "the file's, still";
}

TEST_F(Messages, TheCommandLineWinsOverTheFile) {
  const std::string file = write_file("options", "format=jsonl\n");
  const ProcessResult result = run({"--config", file, "-f", "html", server_.url("/static")});
  EXPECT_THAT(result.out, StartsWith("<!DOCTYPE"));
}

TEST_F(Messages, AnUnknownLineOfTheFileIsNamed) {
  const std::string file = write_file("options", "colour=blue\n");
  const ProcessResult result = run({"--config", file, server_.url("/static")});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("colour"));
}

TEST_F(Messages, AFlagInTheEnvironment) {
  const ProcessResult result = run_with_environment(
      {"CDP_SCRAPE_QUIET=true"}, {server_.url("/close"), server_.url("/static")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr("/close"))) << "failures are errors";
}

// ---- progress ----

TEST_F(Messages, ATerminalShowsProgress) {
  RunningProcess scraper(on_terminal(
      {"-c", "2", server_.url("/static"), server_.url("/close"), server_.url("/gate/late")}));
  EXPECT_TRUE(scraper.read_until("2/3 done, 1 failed, 1 in flight", patience));
  server_.open_gate("late");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(parse_lines(result.out), SizeIs(3)) << "data and progress do not mix";
  const std::size_t last_line = result.err.rfind("\x1b[2K");
  EXPECT_EQ(result.err.find("in flight", last_line), std::string::npos) << "it is wiped at the end";
}

TEST_F(Messages, ProgressOfAnInputWithoutAnEnd) {
  ProcessSpec spec = on_terminal({"-i", "-"});
  spec.input = server_.url("/static") + "\n";
  spec.keep_input_open = true;
  RunningProcess scraper(std::move(spec));
  EXPECT_TRUE(scraper.read_until("1 done, 0 failed, 0 in flight", patience));
  scraper.close_input();
  EXPECT_TRUE(scraper.wait(patience).ok());
}

TEST_F(Messages, NoProgressWhenNoneIsWanted) {
  for (const char* option : {"--no-progress", "--quiet"}) {
    const ProcessResult result = run_process(
        on_terminal({option, "-c", "1", server_.url("/slow?ms=500"), server_.url("/slow?ms=501")}));
    EXPECT_TRUE(result.ok()) << result;
    EXPECT_THAT(result.err, Not(HasSubstr("in flight"))) << option;
    EXPECT_THAT(result.err, Not(HasSubstr("\x1b"))) << option;
  }
}

TEST_F(Messages, NothingIsDrawnIntoAFile) {
  const ProcessResult result = run({server_.url("/slow?ms=500"), server_.url("/static")});
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(HasSubstr("time per page"), HasSubstr("2 pages")));
}

TEST_F(Messages, QuietSaysNothingOfWhatGoesWell) {
  const ProcessResult result = run({"-q", server_.url("/static"), server_.url("/page/1")});
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.err, "");
}

// ---- the log ----

/// Bytes that a terminal might obey.
std::size_t control_bytes(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7f;
  }));
}

TEST_F(Messages, TextOfOthersCannotDriveTheTerminal) {
  const std::string evil = "http://\x1b]0;owned\x07\r\ncdp-scrape: error: forged\u202E\u0085/";
  const std::string line = Json{{"url", evil}}.dump() + "\n";
  const ProcessResult result = run_with_input(line, {"-i", "-"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(control_bytes(result.err), 0U) << result;
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr("\\x1b]0;owned\\x07\\x0d\\x0a")));
  EXPECT_THAT(result.err, AllOf(Not(HasSubstr("\u202E")), Not(HasSubstr("\u0085"))));
  EXPECT_THAT(column(parse_lines(result.out), "url"), ElementsAre(evil)) << "data stays as it is";
}

TEST_F(Messages, TextOfAServerCannotEither) {
  server_.on("/evil-type", [](const Request&) {
    return Response{.headers = {{"Content-Type", "application/x-\x1b[31m\xE2\x80\xAE"},
                                {"Content-Disposition", "attachment"}},
                    .body = "x"};
  });
  const ProcessResult result = run({"--log-level", "trace", server_.url("/evil-type")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(control_bytes(result.err), 0U) << result;
  EXPECT_THAT(result.err, Not(HasSubstr("\u202E")));
}

TEST_F(Messages, TheLogAsJson) {
  const ProcessResult result =
      run({"--log-format", "json", "--log-level", "debug", server_.url("/close"), "\x1b[31m\xff"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(control_bytes(result.err), 0U);
  const std::vector<Json> lines = parse_lines(result.err);
  EXPECT_THAT(lines, Not(IsEmpty()));
  for (const Json& line : lines) {
    EXPECT_THAT(line["time"], ContainsRegex("^20..-..-..T..:..:..\\....Z$"));
    EXPECT_THAT(line["level"], ContainsRegex("^(debug|info|warning|error)$"));
    EXPECT_TRUE(line["message"].is_string());
  }
}

TEST_F(Messages, SecretsOfUrlsAreNotLogged) {
  const std::string url = server_.url_on("user:secret1@127.0.0.1", "/close?api_key=secret2&page=7");
  const ProcessResult result = run({"--log-level", "trace", "--retries", "0", "-f", "jsonl", url});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr("api_key=***&page=7"), Not(HasSubstr("secret2"))));
  EXPECT_THAT(result.err, Not(HasSubstr("secret1")));
  EXPECT_THAT(column(parse_lines(result.out), "url"), ElementsAre(url)) << "data stays as it is";
}

// ---- the summary ----

TEST_F(Messages, TheSummaryNamesTimesErrorsAndHosts) {
  const ProcessResult result =
      run({"-c", "2", "--retries", "0", server_.url("/static"), server_.url("/close"),
           server_.url_on("a.localhost", "/static"), "nowhere"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, ContainsRegex("time per page: median .*, p95 .*, p99 .*; .* pages/s"));
  EXPECT_THAT(result.err, HasSubstr("errors: 1 invalid_url, 1 connect_error"));
  EXPECT_THAT(result.err, ContainsRegex("most failures: 127.0.0.1:[0-9]+ .1 of 2."));
  EXPECT_THAT(result.err, ContainsRegex("slowest hosts: .*a\\.localhost"));
  EXPECT_THAT(split_lines(result.err).back(),
              MatchesRegex("cdp-scrape: info: 4 pages in .* s: 2 ok, 2 failed"));
}

TEST_F(Messages, TheSummaryAsJson) {
  const ProcessResult result =
      run({"--log-format", "json", "--retries", "0", server_.url("/static"), server_.url("/close"),
           server_.url("/page/1")});
  EXPECT_EQ(result.exit_code, 3);
  const Json last = parse_lines(result.err).back();
  EXPECT_THAT(last["message"], MatchesRegex("3 pages in .* s: 2 ok, 1 failed"));
  const Json& summary = last["summary"];
  EXPECT_EQ(summary["pages"], 3);
  EXPECT_EQ(summary["ok"], 2);
  EXPECT_EQ(summary["errors"], Json({{"connect_error", 1}}));
  EXPECT_LE(summary["time_ms"]["p50"], summary["time_ms"]["p99"]);
  EXPECT_GT(summary["html_bytes"], 0);
  EXPECT_EQ(summary["failing_hosts"][0]["failed"], 1);
}

TEST_F(Messages, TheLogIsOffWhenAsked) {
  const ProcessResult result =
      run({"--log-level", "off", server_.url("/close"), server_.url("/static")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace cdp::test
