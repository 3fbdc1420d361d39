// What the program says of itself to shells and to man.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class Completion : public CliTest {
 protected:
  /// What bash offers after these words, the last of them being typed.
  std::vector<std::string> complete(const std::string& words) const {
    const std::string script = write_file("completion.bash", run({"completion", "bash"}).out);
    const std::string code =
        "source " + script + "; COMP_WORDS=(" + words +
        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); cd " + leaks_.directory().string() +
        "/files; compopt() { :; }; _cdp_scrape; printf '%s\\n' \"${COMPREPLY[@]}\"";
    const ProcessResult result =
        run_process({.argv = {"bash", "--norc", "-c", code}, .timeout = patience});
    EXPECT_TRUE(result.ok()) << result;
    EXPECT_EQ(result.err, "");
    return result.out == "\n" ? std::vector<std::string>() : split_lines(result.out);
  }

  static bool is_installed(const std::string& program) {
    return run_process({.argv = {"sh", "-c", "command -v " + program}}).ok();
  }
};

TEST_F(Completion, BashOffersOptionsCommandsAndValues) {
  EXPECT_THAT(complete("cdp-scrape --con"),
              UnorderedElementsAre("--config", "--concurrency", "--connect"));
  EXPECT_THAT(complete("cdp-scrape do"), ElementsAre("doctor"));
  EXPECT_THAT(complete("cdp-scrape completion ''"), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(complete("cdp-scrape --wait ''"),
              UnorderedElementsAre("auto", "domcontentloaded", "load", "networkidle"));
  EXPECT_THAT(complete("cdp-scrape --wait = lo"), ElementsAre("load"));
  EXPECT_THAT(complete("cdp-scrape --wait ="), Contains("load"));
  EXPECT_THAT(complete("cdp-scrape --timeout ''"), IsEmpty());
  EXPECT_THAT(complete("cdp-scrape https://example.com/ do"), IsEmpty()) << "commands come first";
  write_file("urls.txt", "");
  EXPECT_THAT(complete("cdp-scrape -i url"), ElementsAre("urls.txt"));
}

TEST_F(Completion, EveryOptionOfTheHelpIsOffered) {
  const std::vector<std::string> offered = complete("cdp-scrape -");
  const std::string manual = run({"man"}).out;
  std::string plain;
  for (const char c : manual)
    if (c != '\\') plain += c;
  const std::string help = run({"--help"}).out;
  for (std::size_t at = help.find("--"); at != help.npos; at = help.find("--", at + 2)) {
    const std::size_t end = help.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at);
    const std::string name = help.substr(at, end - at);
    if (name.size() < 4) continue;
    EXPECT_THAT(offered, Contains(name));
    EXPECT_THAT(plain, HasSubstr("fB" + name + "fR"));
  }
}

TEST_F(Completion, ScriptsForOtherShellsAreTheirs) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const ProcessResult result = run({"completion", shell});
    EXPECT_TRUE(result.ok()) << result;
    EXPECT_EQ(result.err, "");
    EXPECT_THAT(result.out, AllOf(HasSubstr("concurrency"), HasSubstr("domcontentloaded"),
                                  Not(HasSubstr("INT in"))));
    if (!is_installed(shell)) continue;
    const ProcessResult check =
        run_process({.argv = {shell, "-n", write_file("completion." + shell, result.out)},
                     .timeout = patience});
    EXPECT_TRUE(check.ok()) << check;
  }
  const ProcessResult unknown = run({"completion", "tcsh"});
  EXPECT_EQ(unknown.exit_code, 2) << unknown;
}

TEST_F(Completion, TheManualIsPlainRoff) {
  const ProcessResult result = run({"man"});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr(".TH CDP\\-SCRAPE 1"), HasSubstr(".SH NAME"),
                    HasSubstr(".SH EXIT STATUS"), HasSubstr("\\fB\\-\\-concurrency\\fR")));
  for (const char c : result.out)
    EXPECT_GT(static_cast<signed char>(c), 0) << "ASCII";
  const std::string page = write_file("cdp-scrape.1", result.out);
  if (is_installed("groff")) {
    const ProcessResult check =
        run_process({.argv = {"groff", "-man", "-Tascii", "-ww", "-z", page}, .timeout = patience});
    EXPECT_TRUE(check.ok()) << check;
    EXPECT_EQ(check.err, "");
  }
  if (is_installed("mandoc")) {
    const ProcessResult check =
        run_process({.argv = {"mandoc", "-T", "lint", "-W", "warning", page}, .timeout = patience});
    EXPECT_TRUE(check.ok()) << check;
  }
}

}  // namespace
}  // namespace cdp::test
