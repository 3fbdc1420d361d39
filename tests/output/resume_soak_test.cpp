// The long version: 2,000 URLs, 100 kills.
#include "support/program/resume_loop.hpp"

namespace cdp::test {
namespace {

using ResumeSoak = ResumeTest;

TEST_F(ResumeSoak, ThousandsOfUrlsAndAHundredKills) {
  constexpr int urls = 2000;
  constexpr int kills = 100;
  const std::vector<std::string> arguments =
      resumable(write_input(urls), {"-c", "4", "--wait", "load", "-q"});
  kill_and_resume(arguments, urls, kills);
  expect_complete(parse_lines(read_file(output())), urls);
}

}  // namespace
}  // namespace cdp::test
