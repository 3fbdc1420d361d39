// The browser's command line.
#include "browser/launch/chromium_flags.hpp"

#include "support/errors.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace cdp {
namespace {

using test::error_of;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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

}  // namespace
}  // namespace cdp
