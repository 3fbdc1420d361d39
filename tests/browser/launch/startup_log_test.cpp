// What a browser says while it starts.
#include "browser/launch/startup_log.hpp"

#include "support/errors.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <linux/capability.h>
#include <sys/resource.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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
  std::string lines(2 << 20, 'x');
  lines[1 << 20] = lines.back() = '\n';
  log.append(lines);
  EXPECT_LT(log.tail().size(), 20'000U);
}

TEST(StartupLog, TellsTheMachinesShortagesFromFaultsOfPages) {
  const auto fault_of = [](std::string_view line) {
    StartupLog log;
    log.append("something else\n");
    log.append(line);
    log.append("\nlast words\n");
    return log.machine_fault().value_or("");
  };
  EXPECT_THAT(fault_of("[1128/1:FATAL:platform_channel.cc:154] Check failed: . : Too many open "
                       "files (24)"),
              HasSubstr("ulimit -n"));
  EXPECT_THAT(fault_of("[1128/1:ERROR:platform_thread_posix.cc:162] pthread_create: Resource "
                       "temporarily unavailable (11)"),
              HasSubstr("ulimit -u"));
  EXPECT_EQ(fault_of("[1128/1:FATAL:v8.cc:1] Out of memory: a script wanted too much"), "");
  EXPECT_EQ(fault_of("[1128/1:ERROR:socket.cc:1] send: Resource temporarily unavailable (11)"), "");
}

}  // namespace
}  // namespace cdp
