// Where results go, and how much of them waits in memory.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class OutputTest : public CliTest {
 protected:
  /// The program with its standard output sent elsewhere, as a shell does it.
  ProcessSpec redirected(const std::string& redirection, std::vector<std::string> arguments) const {
    ProcessSpec spec = program(std::move(arguments));
    spec.argv.insert(spec.argv.begin(), {"/bin/sh", "-c", "exec \"$0\" \"$@\" " + redirection});
    return spec;
  }

  /// Something that takes as long as a page does: another run.
  void let_time_pass() const { EXPECT_TRUE(run({server_.url("/empty")}).ok()); }
};

TEST_F(OutputTest, AFileIsOverwritten) {
  const std::string path = write_file("page.html", std::string(100'000, 'x'));
  const ProcessResult result = run({"--overwrite", "-o", path, server_.url("/static?title=new")});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_EQ(result.out, "");
  const std::string written = read_file(path);
  EXPECT_THAT(written, HasSubstr("<title>new</title>"));
  EXPECT_EQ(written.find('x', written.find("</html>")), std::string::npos);
}

TEST_F(OutputTest, AFullDeviceEndsTheRun) {
  std::vector<std::string> arguments = static_pages(50);
  arguments.insert(arguments.begin(), {"-q", "-c", "2", "-o", "/dev/full"});
  const ProcessResult result = run(arguments);
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr("/dev/full"), HasSubstr("No space left on device"))));
  EXPECT_LT(server_.count("/static"), 20) << "the others are not worth the trouble";
}

TEST_F(OutputTest, AFullDeviceBehindTheStandardOutput) {
  const ProcessResult result = run_process(redirected(">/dev/full", {server_.url("/static")}));
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, HasSubstr("the standard output: No space left on device"));
}

TEST_F(OutputTest, AReaderThatWentAwayEndsTheRun) {
  SlowReader reader(file_path("pipe"));
  std::vector<std::string> arguments = static_pages(50);
  arguments.insert(arguments.begin(), {"-c", "2", server_.url("/gate/first")});
  RunningProcess scraper(redirected(">" + reader.path(), arguments));
  ASSERT_TRUE(server_.wait_for_request("/gate/first", patience));
  reader.close();
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, 141) << result;
  EXPECT_EQ(result.signal, 0);
  EXPECT_THAT(result.err, Not(HasSubstr("error")));
  EXPECT_LT(server_.count("/static"), 50);
}

TEST_F(OutputTest, APathThatCannotBeWrittenIsSaidBeforeAnythingStarts) {
  for (const std::string& path : {file_path("no/such/directory"), leaks_.directory().string()}) {
    const ProcessResult result = run({"-o", path, server_.url("/static")});
    EXPECT_EQ(result.exit_code, 5) << result;
    EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr(path)));
  }
  EXPECT_THAT(server_.requests(), IsEmpty());
}

// The HTML of a long page goes through a file without a name, and is in memory in pieces only.
TEST_F(OutputTest, ALongPageIsNoMatterOfMemory) {
  constexpr std::size_t length = std::size_t{24} << 20;
  const std::string line =
      "<p>\xF0\x9F\x98\x80 gr\u00fc\u00dfe \"quoted\" \\ " + std::string(4000, 'x') + "</p>\n";
  std::string body = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>\n";
  while (body.size() < length)
    body += line;
  server_.on("/long", [body](const Request&) {
    return Response{.body = body + "<iframe src=\"/static\"></iframe></body></html>"};
  });
  const ProcessResult result =
      run({"--iframes", "--output-dir", file_path("pages"), server_.url("/long")});
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> index = parse_lines(read_file(file_path("pages/index.jsonl")));
  ASSERT_THAT(index, SizeIs(1));
  const std::string html =
      read_file(file_path("pages/" + index[0]["html_file"].get<std::string>()));
  EXPECT_EQ(index[0]["html_bytes"], html.size());
  EXPECT_TRUE(html.starts_with(body));
  EXPECT_THAT(html.substr(std::min(body.size(), html.size())), HasSubstr("srcdoc=\""));

  const ProcessResult lines = run({"-f", "jsonl", "-o", file_path("long.jsonl.gz"), "--max-html",
                                   std::to_string(length - 1), server_.url("/long")});
  ASSERT_TRUE(lines.ok()) << lines;
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  return;  // AddressSanitizer takes memory of its own
#endif
#endif
  constexpr long most_mebibytes = 44;
  EXPECT_LT(result.peak_rss_kib / 1024, most_mebibytes);
  EXPECT_LT(lines.peak_rss_kib / 1024, most_mebibytes);
}

// In input order a slow page holds back the records after it, but not their pages, as long as these
// fit into memory.
TEST_F(OutputTest, ASlowPageHoldsBackRecordsOnly) {
  std::vector<std::string> arguments = static_pages(60);
  arguments.insert(arguments.begin(), {"-c", "4", server_.url("/gate/first")});
  RunningProcess scraper(program(arguments));
  ASSERT_TRUE(server_.wait_for_request("/static?title=60", patience));
  EXPECT_EQ(scraper.output(), "");
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(61));
}

TEST_F(OutputTest, ASlowPageHoldsBackOthersThatWeighTooMuch) {
  std::vector<std::string> arguments = {"-c", "4", "--fetch", "http", server_.url("/gate/first")};
  for (int number = 1; number <= 14; ++number)
    arguments.push_back(server_.url("/big?mb=8&n=" + std::to_string(number)));
  RunningProcess scraper(program(arguments));
  // 64 MiB are nine of them; two more were under way then.
  ASSERT_TRUE(server_.wait_for_request("/big?mb=8&n=9", patience));
  let_time_pass();
  EXPECT_LE(server_.count("/big"), 11);
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_TRUE(result.ok()) << result.err;
  EXPECT_THAT(split_lines(result.out), SizeIs(15));
}

TEST_F(OutputTest, InOrderOfCompletionASlowPageHoldsNothingBack) {
  std::vector<std::string> arguments = static_pages(40);
  arguments.insert(arguments.begin(),
                   {"-c", "2", "--order", "completion", server_.url("/gate/first")});
  RunningProcess scraper(program(arguments));
  EXPECT_TRUE(scraper.read_until("\"title\":\"40\"", patience, Output::out));
  server_.open_gate("first");
  EXPECT_TRUE(scraper.wait(patience).ok());
}

TEST_F(OutputTest, ASlowReaderSlowsTheRunDown) {
  SlowReader reader(file_path("pipe"));
  std::vector<std::string> arguments = {"-c", "4", "--order", "completion", "-o", reader.path()};
  for (int number = 1; number <= 40; ++number)
    arguments.push_back(server_.url("/big?mb=1&n=" + std::to_string(number)));
  RunningProcess scraper(program(arguments));
  // One record is being written, sixteen are held.
  ASSERT_TRUE(server_.wait_for_request("/big?mb=1&n=17", patience));
  let_time_pass();
  EXPECT_LE(server_.count("/big"), 17);
  const std::string text = reader.read_all();
  EXPECT_TRUE(scraper.wait(patience).ok());
  const std::vector<Json> records = parse_lines(text);
  ASSERT_THAT(records, SizeIs(40));
  EXPECT_TRUE(records[39]["html"] == big_page(1, BigText::latin));
}

}  // namespace
}  // namespace cdp::test
