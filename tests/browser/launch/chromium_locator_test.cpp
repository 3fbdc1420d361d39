// Where the browser is.
#include "browser/launch/chromium_locator.hpp"

#include "support/errors.hpp"
#include "support/process/private_tmpdir.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cdp {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::PrivateTmpdir;
using test::ScopedVariable;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ChromiumLocator : public testing::Test {
 protected:
  std::string make(const std::string& name, bool executable = true) {
    const fs::path path = directory_.path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "#!/bin/false\n";
    fs::permissions(path, executable ? fs::perms::owner_all : fs::perms::owner_read);
    return path.string();
  }

  std::string in(const std::string& name) const { return (directory_.path() / name).string(); }

  PrivateTmpdir directory_;
  ScopedVariable chosen_by_environment_{"CDP_SCRAPE_CHROME", ""};
  ScopedVariable path_{"PATH", in("a") + "::" + in("b")};
  std::vector<std::string> places_{in("lib/first"), in("lib/second")};
};

TEST_F(ChromiumLocator, TheUsersChoiceComesFirst) {
  const std::string chosen = make("chosen");
  const std::string by_environment = make("environment");
  make("lib/first");
  const ScopedVariable variable("CDP_SCRAPE_CHROME", by_environment);
  EXPECT_EQ(find_chromium(chosen, places_), chosen);
  EXPECT_EQ(find_chromium("", places_), by_environment);
}

TEST_F(ChromiumLocator, AChoiceThatIsNoProgramIsAnErrorAndNothingElseIsTaken) {
  make("lib/first");
  const std::string text = make("text", false);
  for (const std::string& wrong : {in("missing"), directory_.path().string(), text}) {
    if (wrong == text && ::access(text.c_str(), X_OK) == 0) continue;
    const Error chosen = error_of([&] { find_chromium(wrong, places_); });
    EXPECT_EQ(chosen.code(), errc::browser_not_found);
    EXPECT_THAT(chosen.what(), AllOf(HasSubstr(wrong), HasSubstr("--chrome")));
    const ScopedVariable variable("CDP_SCRAPE_CHROME", wrong);
    const Error by_environment = error_of([&] { find_chromium("", places_); });
    EXPECT_THAT(by_environment.what(), AllOf(HasSubstr(wrong), HasSubstr("CDP_SCRAPE_CHROME")));
  }
}

TEST_F(ChromiumLocator, TheUsualPlacesComeBeforePath) {
  const std::string on_path = make("a/chromium-headless-shell");
  EXPECT_EQ(find_chromium("", places_), on_path);
  const std::string second = make("lib/second");
  EXPECT_EQ(find_chromium("", places_), second);
  const std::string first = make("lib/first");
  EXPECT_EQ(find_chromium("", places_), first);
}

TEST_F(ChromiumLocator, OnPathTheHeadlessShellWinsThenTheOrderOfPath) {
  const std::string chrome_a = make("a/chromium");
  EXPECT_EQ(find_chromium("", places_), chrome_a);
  const std::string shell_b = make("b/chromium-headless-shell");
  EXPECT_EQ(find_chromium("", places_), shell_b);
  const std::string shell_a = make("a/chromium-headless-shell");
  EXPECT_EQ(find_chromium("", places_), shell_a);
}

TEST_F(ChromiumLocator, DirectoriesOfThatNameAreNoPrograms) {
  fs::create_directories(in("a/chromium-headless-shell"));
  const std::string real = make("b/chromium");
  EXPECT_EQ(find_chromium("", places_), real);
}

TEST_F(ChromiumLocator, TheErrorListsWhatWasTriedAndSaysHowToGetOne) {
  const Error error = error_of([&] { find_chromium("", places_); });
  EXPECT_EQ(error.code(), errc::browser_not_found);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr(places_[0]), HasSubstr(places_[1]), HasSubstr(in("a/chromium")),
                    HasSubstr(in("b/google-chrome")), HasSubstr("apt-get install")));
  // An empty entry of PATH, the current directory for a shell, is not searched.
  EXPECT_THAT(error.what(), Not(HasSubstr(", /chromium")));
}

TEST(ChromiumPlaces, AreProgramsNotTheWrapperScripts) {
  EXPECT_THAT(usual_chromium_places(), ElementsAre("/usr/lib/chromium/chromium-headless-shell",
                                                   "/usr/lib/chromium/chromium"));
}

}  // namespace
}  // namespace cdp
