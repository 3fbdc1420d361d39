// Where URLs come from, and what a line may look like.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cdp::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Input : public CliTest {
 protected:
  std::string page(const std::string& title) const { return server_.url("/static?title=" + title); }

  /// The records of a file of URLs.
  std::vector<Json> scrape_file(const std::string& content, int expected_exit = 0) {
    const ProcessResult result = run({"-i", write_file("urls.txt", content)});
    EXPECT_EQ(result.exit_code, expected_exit) << result;
    return parse_lines(result.out);
  }
};

TEST_F(Input, AFileMayBeWrittenOnAnySystem) {
  const std::vector<Json> records =
      scrape_file("\xEF\xBB\xBF" + page("one") + "\r\n\r\n# a comment\r\n  \t\r\n\t" + page("two") +
                  "  \r\n#" + page("not") + "\n" + page("three"));
  EXPECT_THAT(column(records, "title"), ElementsAre("one", "two", "three"));
  EXPECT_THAT(column(records, "url"), ElementsAre(page("one"), page("two"), page("three")));
}

TEST_F(Input, AFileOfOneUrlGivesARecord) {
  EXPECT_THAT(scrape_file(page("one") + "\n"), SizeIs(1));
}

TEST_F(Input, NothingToDoIsNoFault) {
  EXPECT_THAT(scrape_file(""), IsEmpty());
  EXPECT_THAT(scrape_file("# nothing\n\n"), IsEmpty());
  const ProcessResult result = run({"-i", "/dev/null"});
  EXPECT_TRUE(result.ok()) << result;
}

TEST_F(Input, ArgumentsComeBeforeTheFile) {
  const std::string file = write_file("urls.txt", page("three") + "\n" + page("four") + "\n");
  const ProcessResult result = run({page("one"), "-i", file, page("two")});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(column(parse_lines(result.out), "title"), ElementsAre("one", "two", "three", "four"));
}

TEST_F(Input, AJsonLineHasItsOwnOptions) {
  const std::string hanging = R"({"url": ")" + server_.url("/hang") + R"(", "timeout": 0.5})";
  const std::string early = R"({"url": ")" + page("early") + R"(", "wait": "domcontentloaded"})";
  const std::vector<Json> records = scrape_file(hanging + "\n" + early + "\n", 3);
  EXPECT_THAT(error_codes(records), ElementsAre("nav_timeout", nullptr));
  EXPECT_EQ(records.at(1)["wait"]["ended_by"], "domcontentloaded");
}

TEST_F(Input, LinesThatAreNoUrlAreRecordsToo) {
  const std::vector<std::string> bad = {"{\"url\": \"http://x\"",
                                        "{\"address\": \"http://x\"}",
                                        "{\"url\": 7}",
                                        "{\"url\": \"http://x\", \"timeout\": -1}",
                                        "{\"url\": \"http://x\", \"wait\": \"never\"}",
                                        "{\"url\": \"http://x\", \"timeuot\": 5}",
                                        "two words",
                                        std::string("http://\0x", 9)};
  std::string file = page("before") + "\n";
  for (const std::string& line : bad)
    file += line + "\n";
  const std::vector<Json> records = scrape_file(file + page("after") + "\n", 3);
  ASSERT_THAT(records, SizeIs(bad.size() + 2));
  EXPECT_EQ(records.front()["title"], "before");
  EXPECT_EQ(records.back()["title"], "after");
  for (std::size_t i = 1; i <= bad.size(); ++i)
    EXPECT_EQ(records[i]["error"]["code"], "invalid_url") << records[i]["url"];
}

TEST_F(Input, BytesThatAreNoUtf8AreNoUrl) {
  const std::vector<Json> records =
      scrape_file("http://\xff\xfe/\n" + server_.url("/static?title=\xe9") + "\n", 3);
  EXPECT_THAT(error_codes(records), ElementsAre("invalid_url", "invalid_url"));
  EXPECT_THAT(server_.requests(), IsEmpty()) << "another URL than the one asked for";
}

TEST_F(Input, HostsThatChromiumRefuses) {
  const std::vector<Json> records = scrape_file("http://1.2.3.4.5/\nhttp://a%00b/\n", 3);
  for (const Json& record : records) {
    // Chromium 150 dies of them.
    const bool dies = record["browser"].is_string() &&
                      record["browser"].get<std::string>().find("/150.") != std::string::npos;
    EXPECT_TRUE(dies || record["error"]["code"] == "invalid_url") << record;
  }
}

TEST_F(Input, AnEndlessLineIsOneRecord) {
  constexpr std::size_t five_megabytes = std::size_t{5} << 20;
  const std::string line = page("before") + "\nhttp://x/" + std::string(five_megabytes, 'a') + "\n";
  const std::vector<Json> records = scrape_file(line + page("after") + "\n", 3);
  EXPECT_THAT(error_codes(records), ElementsAre(nullptr, "invalid_url", nullptr));
}

TEST_F(Input, TheStandardInputIsReadToItsEnd) {
  const ProcessResult result = run_with_input(page("one") + "\n" + page("two"), {"-i", "-"});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(column(parse_lines(result.out), "title"), ElementsAre("one", "two"));
}

TEST_F(Input, UrlsAreScrapedAsTheyCome) {
  ProcessSpec spec = program({"-i", "-", "-c", "1"});
  spec.input = page("one") + "\n" + page("two") + "\n" + page("three");
  spec.keep_input_open = true;
  RunningProcess scraper(std::move(spec));
  ASSERT_TRUE(scraper.read_until("\"title\":\"two\"", patience, Output::out));
  EXPECT_EQ(server_.count("/static?title=three"), 0) << "its line has no end yet";
  scraper.close_input();
  const ProcessResult result = scraper.wait(patience);
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(column(parse_lines(result.out), "title"), ElementsAre("one", "two", "three"));
}

TEST_F(Input, ANamedPipeIsReadLineByLine) {
  const std::string path = file_path("urls");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int pipe = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(pipe, 0);
  const auto send = [&](const std::string& line) {
    EXPECT_EQ(::write(pipe, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  };
  RunningProcess scraper(program({"-i", path}));
  send(page("one") + "\n");
  EXPECT_TRUE(scraper.read_until("\"title\":\"one\"", patience, Output::out));
  send(page("two") + "\n");
  EXPECT_TRUE(scraper.read_until("\"title\":\"two\"", patience, Output::out));
  ::close(pipe);
  EXPECT_TRUE(scraper.wait(patience).ok());
}

TEST_F(Input, WhatCannotBeReadIsSaidAtOnce) {
  for (const std::string& path : {file_path("missing.txt"), leaks_.directory().string()}) {
    const ProcessResult result = run({"-i", path, page("not")});
    EXPECT_EQ(result.exit_code, 4) << result;
    EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr(path)));
    EXPECT_EQ(result.out, "");
  }
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(Input, AnInputThatIsMissingCostsNoOutput) {
  const std::string output = write_file("results.jsonl", "an earlier run's results\n");
  EXPECT_EQ(run({"-i", file_path("missing.txt"), "-o", output, "--overwrite"}).exit_code, 4);
  EXPECT_EQ(read_file(output), "an earlier run's results\n");
}

TEST_F(Input, ALongListIsReadAsItIsNeeded) {
  std::string lines;
  for (int i = 0; i < 2000; ++i)
    lines += "not a url " + std::to_string(i) + "\n";
  const ProcessResult result = run_with_input(lines, {"-q", "-i", "-", "-c", "4"});
  EXPECT_EQ(result.exit_code, 3);
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(2000));
  EXPECT_THAT(error_codes(records), Each(Json("invalid_url")));
  EXPECT_EQ(records[1999]["url"], "not a url 1999");
}

}  // namespace
}  // namespace cdp::test
