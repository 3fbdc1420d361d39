// What is known of a browser before it runs: where it is, its command line, what it says.
#include "browser/launch/chromium_flags.hpp"

#include "browser/launch/chromium_locator.hpp"
#include "browser/launch/startup_log.hpp"
#include "support/process/private_tmpdir.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cdp {
namespace {

namespace fs = std::filesystem;
using test::PrivateTmpdir;
using test::ScopedVariable;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(errc::internal, "nothing was thrown");
}

// ---- what it says ----

TEST(StartupLog, FindsTheEndpointHoweverItIsCut) {
  const std::string text =
      "noise\n\nDevTools listening on ws://127.0.0.1:41/devtools/browser/x\nmore\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    StartupLog log;
    log.append(std::string_view(text).substr(0, cut));
    log.append(std::string_view(text).substr(cut));
    EXPECT_EQ(log.endpoint(), "ws://127.0.0.1:41/devtools/browser/x") << cut;
  }
}

TEST(StartupLog, AnEndpointIsOnlyKnownWhenItsLineIsComplete) {
  StartupLog log;
  log.append("DevTools listening on ws://127.0.0.1:4");
  EXPECT_FALSE(log.endpoint());
  log.append("1/x\r\n");
  EXPECT_EQ(log.endpoint(), "ws://127.0.0.1:41/x");
}

TEST(StartupLog, TheFirstEndpointCounts) {
  StartupLog log;
  log.append("a page said: DevTools listening on ws://evil:1/\n");
  EXPECT_FALSE(log.endpoint());
  log.append(
      "DevTools listening on ws://127.0.0.1:1/a\nDevTools listening on ws://127.0.0.1:2/b\n");
  EXPECT_EQ(log.endpoint(), "ws://127.0.0.1:1/a");
}

TEST(StartupLog, KnowsFaultsWithTheirRemedy) {
  const std::vector<std::tuple<const char*, errc, const char*>> table = {
      {"chrome: error while loading shared libraries: libnss3.so: cannot open shared object file",
       errc::launch_failed, "libnss3.so"},
      {"[1:1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! If you are running on Ubuntu",
       errc::sandbox_unavailable, "--no-sandbox"},
      {"Failed to move to new namespace: PID namespaces supported, Network namespace supported, "
       "but "
       "failed: errno = Operation not permitted",
       errc::sandbox_unavailable, "--no-sandbox"},
      {"[1:1:ERROR] Running as root without --no-sandbox is not supported. See crbug.com/638180.",
       errc::sandbox_unavailable, "--no-sandbox"},
      {"The profile appears to be in use by another Chromium process (12) on another computer",
       errc::launch_failed, "profile"},
      {"Failed to create a ProcessSingleton for your profile directory", errc::launch_failed,
       "profile"},
  };
  for (const auto& [line, code, word] : table) {
    StartupLog log;
    log.append("an ordinary line\n");
    EXPECT_FALSE(log.known_fault());
    log.append(std::string(line) + "\nanother line\n");
    ASSERT_TRUE(log.known_fault()) << line;
    EXPECT_EQ(log.known_fault()->code(), code) << line;
    EXPECT_THAT(log.known_fault()->what(), HasSubstr(word)) << line;
  }
}

TEST(StartupLog, TheFirstKnownFaultCounts) {
  StartupLog log;
  log.append("No usable sandbox!\nFailed to create a ProcessSingleton\n");
  EXPECT_EQ(log.known_fault()->code(), errc::sandbox_unavailable);
}

TEST(StartupLog, QuotesItsLastLines) {
  StartupLog log;
  EXPECT_EQ(log.tail(), "");
  for (int i = 0; i < 200; ++i)
    log.append("line " + std::to_string(i) + "\n");
  EXPECT_THAT(log.tail(), AllOf(HasSubstr("line 199"), HasSubstr("line 198")));
  EXPECT_THAT(log.tail(), Not(HasSubstr("line 100")));
  EXPECT_THAT(log.tail(), Not(HasSubstr("\n")));
}

TEST(StartupLog, AFloodWithoutLinesStaysSmallAndIsSurvived) {
  StartupLog log;
  const std::string chunk(1 << 16, 'x');
  for (int i = 0; i < 64; ++i)
    log.append(chunk);
  log.append("\nshort\n");
  EXPECT_LT(log.tail().size(), 20'000U);
  log.append("DevTools listening on ws://127.0.0.1:1/a\n");
  EXPECT_EQ(log.endpoint(), "ws://127.0.0.1:1/a");
}

TEST(StartupLog, LongLinesInOnePieceAreCutToo) {
  StartupLog log;
  log.append(std::string(1 << 20, 'x') + "\n" + std::string(1 << 20, 'y') + "\n");
  EXPECT_LT(log.tail().size(), 20'000U);
}

// ---- its command line ----

TEST(ChromiumFlags, TheLifelinePipeIsAlwaysThere) {
  LaunchOptions options;
  for (const TransportKind kind : {TransportKind::websocket, TransportKind::pipe}) {
    options.transport = kind;
    const auto arguments = chromium_arguments(options, "/p");
    EXPECT_THAT(arguments, Contains("--remote-debugging-pipe").Times(1));
    EXPECT_THAT(arguments, Contains("--user-data-dir=/p").Times(1));
    EXPECT_THAT(
        arguments,
        Contains("--remote-debugging-port=0").Times(kind == TransportKind::websocket ? 1 : 0));
  }
}

/// Chromium ignores what a page asks for beyond 200 changes of its URL in ten seconds, unless it is
/// told not to.
TEST(ChromiumFlags, FloodsOfUrlsAreBounded) {
  EXPECT_THAT(chromium_arguments({}, "/p"), Not(Contains("--disable-ipc-flooding-protection")));
}

TEST(ChromiumFlags, TheSandboxIsOnlyGivenUpWhenAsked) {
  LaunchOptions options;
  EXPECT_THAT(chromium_arguments(options, "/p"), Not(Contains("--no-sandbox")));
  options.no_sandbox = true;
  EXPECT_THAT(chromium_arguments(options, "/p"), Contains("--no-sandbox"));
}

TEST(ChromiumFlags, TheUsersArgumentsComeAfterOurs) {
  LaunchOptions options;
  options.chrome_args = {"--lang=de", "--hide-scrollbars=false", "--lang=fr"};
  const auto arguments = chromium_arguments(options, "/p");
  const auto place = [&](const std::string& argument) {
    return std::find(arguments.begin(), arguments.end(), argument) - arguments.begin();
  };
  EXPECT_LT(place("--hide-scrollbars"), place("--hide-scrollbars=false"));
  EXPECT_LT(place("--lang=de"), place("--lang=fr"));
  EXPECT_LT(place("--lang=fr"), static_cast<std::ptrdiff_t>(arguments.size()));
}

TEST(ChromiumFlags, FeatureListsAreJoinedIntoOneArgumentEach) {
  LaunchOptions options;
  options.chrome_args = {"--disable-features=A,B", "--enable-features=C", "--disable-features=D",
                         "--enable-features=E",    "--disable-features=", "--enable-features"};
  const auto arguments = chromium_arguments(options, "/p");
  EXPECT_THAT(arguments, Contains(StartsWith("--disable-features")).Times(1));
  EXPECT_THAT(arguments, Contains(StartsWith("--enable-features")).Times(1));
  EXPECT_THAT(arguments, Contains(AllOf(StartsWith("--disable-features="), HasSubstr("Translate,"),
                                        HasSubstr(",A,B,D"))));
  EXPECT_THAT(arguments, Contains("--enable-features=NetworkServiceInProcess2,C,E"));
}

TEST(ChromiumFlags, FramesAreLeftToUsOnlyWhenAskedFor) {
  LaunchOptions options;
  const std::string flag = "--run-all-compositor-stages-before-draw";
  EXPECT_THAT(chromium_arguments(options, "/p"), Not(Contains(flag)));
  options.paced_frames = true;
  EXPECT_THAT(chromium_arguments(options, "/p"), Contains(flag));
}

TEST(ChromiumFlags, RenderersAreSharedOnlyWhenAskedFor) {
  LaunchOptions options;
  EXPECT_THAT(chromium_arguments(options, "/p"), Not(Contains(StartsWith("--renderer-process"))));
  options.renderers = 2;
  EXPECT_THAT(chromium_arguments(options, "/p"), Contains("--renderer-process-limit=2"));
}

TEST(ChromiumFlags, ArgumentsThatTakeTheBrowserAwayAreRefused) {
  for (const char* argument :
       {"--user-data-dir=/home/x", "--user-data-dir", "--remote-debugging-port=9222",
        "--remote-debugging-pipe", "--remote-debugging-pipe=cbor"}) {
    LaunchOptions options;
    options.chrome_args = {"--lang=de", argument};
    const Error error = error_of([&] { chromium_arguments(options, "/p"); });
    EXPECT_EQ(error.code(), errc::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr(argument));
  }
}

TEST(ChromiumFlags, NamesThatOnlyBeginAlikeAreTheUsersAffair) {
  LaunchOptions options;
  options.chrome_args = {"--user-data-directory-x=1", "--disable-features-x=1"};
  const auto arguments = chromium_arguments(options, "/p");
  EXPECT_THAT(arguments, Contains("--user-data-directory-x=1"));
  EXPECT_THAT(arguments, Contains("--disable-features-x=1"));
}

TEST(ChromiumFlags, NoneIsGivenTwice) {
  auto arguments = chromium_arguments(LaunchOptions{}, "/p");
  std::sort(arguments.begin(), arguments.end());
  EXPECT_EQ(std::adjacent_find(arguments.begin(), arguments.end()), arguments.end());
}

// ---- where it is ----

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
