// URLs that are files, not pages.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class FilesTest : public CliTest {
 protected:
  FilesTest() {
    server_.on("/report", [](const Request&) {
      Response response;
      response.headers = {{"Content-Type", "application/pdf"}};
      response.body = "%PDF-1.4 " + std::string(300'000, 'p');
      return response;
    });
    server_.on_exchange("/broken", [](Exchange& exchange) {
      exchange.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Length: 5000\r\n"
          "Connection: close\r\n\r\nPK");
    });
  }

  /// What the directory holds, by name.
  static std::vector<std::string> names_in(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string directory_ = file_path("files");
};

/// Both ways of fetching save the same files.
class SavedFilesTest : public FilesTest, public ::testing::WithParamInterface<const char*> {
 protected:
  std::vector<Json> scrape(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"-q", "-f", "jsonl", "--wait", "load", "--save-files",
                                         directory_, "--fetch", GetParam()});
    const ProcessResult result = run(arguments);
    EXPECT_THAT(result.exit_code, testing::AnyOf(0, 3)) << result;
    return parse_lines(result.out);
  }
};

INSTANTIATE_TEST_SUITE_P(Fetch, SavedFilesTest, testing::Values("browser", "http"),
                         [](const auto& each) { return std::string(each.param); });

TEST_P(SavedFilesTest, AreSavedWhole) {
  const auto records = scrape({server_.url("/report"), server_.url("/static"),
                               server_.url("/download"), server_.url("/redirect?n=1&code=302")});
  EXPECT_THAT(column(records, "outcome"), Each(Json("ok")));
  EXPECT_THAT(names_in(directory_), ElementsAre(EndsWith(".pdf"), HasSubstr("0000002-")));
  EXPECT_EQ(read_file(records[0]["file"]), "%PDF-1.4 " + std::string(300'000, 'p'));
  EXPECT_EQ(records[0]["file_bytes"], 300'009);
  EXPECT_EQ(records[0]["content_type"], "application/pdf");
  EXPECT_EQ(records[0]["status"], 200);
  EXPECT_EQ(records[0]["html"], Json());
  EXPECT_EQ(records[0]["wait"]["ended_by"], "file");
  EXPECT_EQ(read_file(records[2]["file"]), std::string(4096, 'x'));
  EXPECT_EQ(records[1]["file"], Json());
  EXPECT_THAT(records[1]["html"].get<std::string>(), HasSubstr("</html>"));
}

TEST_P(SavedFilesTest, ThatBreakOffAreFailures) {
  const auto records = scrape({"--retries", "0", server_.url("/broken")});
  EXPECT_THAT(error_codes(records), ElementsAre(Json("connect_error")));
  EXPECT_EQ(records[0]["content_type"], "application/zip");
  EXPECT_THAT(names_in(directory_), IsEmpty());
}

TEST_P(SavedFilesTest, ADirectoryThatCannotBeMadeIsSaidBeforeAnythingStarts) {
  const std::string blocked = write_file("blocked", "") + "/files";
  const ProcessResult result =
      run({"--save-files", blocked, "--fetch", GetParam(), server_.url("/report")});
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr(blocked)));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

/// A page may want things saved; only what a URL itself is was asked for.
TEST_F(FilesTest, WhatAPageWantsSavedIsNot) {
  server_.on("/greedy", [](const Request&) {
    Response response;
    response.body =
        "<!DOCTYPE html><title>greedy</title><p id=text>text</p><a id=a href=/download download>a"
        "</a><script>for (let i = 0; i < 3; ++i) document.getElementById('a').click()</script>";
    return response;
  });
  const ProcessResult result = run({"-q", "-f", "jsonl", "--save-files", directory_,
                                    server_.url("/greedy"), server_.url("/report")});
  EXPECT_TRUE(result.ok()) << result;
  const auto records = parse_lines(result.out);
  EXPECT_EQ(records[0]["file"], Json());
  EXPECT_THAT(records[0]["html"].get<std::string>(), HasSubstr("<p id=\"text\">text</p>"));
  EXPECT_THAT(names_in(directory_), ElementsAre(HasSubstr("0000001-")));
}

TEST_F(FilesTest, AreFailuresWhenNobodyWantsThem) {
  const ProcessResult result = run({"-q", "-f", "jsonl", server_.url("/report")});
  EXPECT_EQ(result.exit_code, 3);
  const auto records = parse_lines(result.out);
  EXPECT_THAT(error_codes(records), ElementsAre(Json("download")));
  EXPECT_EQ(records[0]["file"], Json());
}

TEST_F(FilesTest, OfABrowserElsewhereAreRefusedAtOnce) {
  const ProcessResult result =
      run({"--save-files", directory_, "--connect", "ws://127.0.0.1:1/x", server_.url("/report")});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr("--save-files"), HasSubstr("--connect"))));
}

}  // namespace
}  // namespace cdp::test
