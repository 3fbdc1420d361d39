// test-site: the sites of TestServer as a program, for comparisons with other scrapers and for
// soaks.
//
//   test-site [--port N] [--tls]
//
// Prints `http://127.0.0.1:PORT` on a line, and `https://127.0.0.1:PORT` on another with --tls.
// Runs until its standard input closes or SIGTERM or SIGINT arrives.

#include "behaviours/pages/behaviour_pages.hpp"
#include "behaviours/pages/readiness_pages.hpp"
#include "support/pages/shop_pages.hpp"
#include "test_server.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace {

using cdp::test::TestServer;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::optional<TestServer::Options> parse_arguments(int argc, char** argv) {
  TestServer::Options options{.record = false};
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--tls") {
      options.tls = true;
    } else if (argument == "--port" && i + 1 < argc) {
      const auto port = parse_port(argv[++i]);
      if (!port) return std::nullopt;
      options.port = *port;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

/// Blocks the signals that end the program and returns a descriptor that becomes readable on them.
int open_signal_descriptor() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  return ::signalfd(-1, &ending, SFD_CLOEXEC);
}

/// True when standard input has more to come.
bool skip_input() {
  char ignored[4096];
  return ::read(STDIN_FILENO, ignored, sizeof ignored) > 0;
}

void wait_for_end(int signals) {
  pollfd ready[] = {{signals, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (::poll(ready, 2, -1) >= 0) {
    if (ready[0].revents != 0) return;
    if (ready[1].revents != 0 && !skip_input()) return;
  }
}

void serve(const TestServer::Options& options) {
  const int signals = open_signal_descriptor();
  TestServer server(options);
  cdp::test::add_behaviour_pages(server);
  cdp::test::add_readiness_pages(server);
  cdp::test::add_shop_pages(server);
  std::printf("%s\n", server.url("").c_str());
  if (options.tls) std::printf("%s\n", server.tls_url("").c_str());
  std::fflush(stdout);
  wait_for_end(signals);
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse_arguments(argc, argv);
  if (!options) {
    std::fprintf(stderr, "usage: test-site [--port N] [--tls]\n");
    return 2;
  }
  try {
    serve(*options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "test-site: %s\n", error.what());
    return 1;
  }
}
