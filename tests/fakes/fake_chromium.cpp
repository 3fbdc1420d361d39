// fake-chromium: starts up like Chromium as far as a DevTools client can tell, or fails like it.
//
//   fake-chromium --fake-mode=MODE [Chromium's switches]
//
//   exit                exits with 1 at once
//   missing-library     the loader's message, exit 127
//   no-sandbox          Chromium's "No usable sandbox!", ends by SIGABRT
//   root                Chromium's refusal to run as root without --no-sandbox, exit 1
//   profile-in-use      Chromium's message about a locked profile, exit 21
//   mute                says nothing, for ever
//   bad-endpoint        prints an endpoint that is no URL
//   foreign-endpoint    prints an endpoint on another machine
//   refused-endpoint    prints an endpoint where nobody listens
//   no-upgrade          accepts connections and never answers
//   http-error          answers the WebSocket upgrade with 403
//   mute-after-upgrade  never answers a command
//   normal              works; the default
//   ignore-sigterm      works, but ignores SIGTERM, Browser.close and the end of the pipe
//   leave-child         works, and leaves a process behind that ignores SIGTERM, in the same group
//   flood-stderr        works, but writes 10 MB of log first, and more before each answer and in
//   between crash-late          dies of SIGSEGV 300 ms after the first command bad-json answers the
//   first command with half a message no-reply            works, but never answers
//   Target.createTarget
//
// It speaks WebSocket with --remote-debugging-port, otherwise NUL-separated messages on the
// descriptors 3 and 4 with --remote-debugging-pipe. With both, the end of descriptor 3 ends it, as
// with Chromium. It never lives longer than ten minutes, whatever a test forgets.

#include "fake_devtools.hpp"
#include "fake_websocket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace cdp::test {
namespace {

constexpr int pipe_in = 3;
constexpr int pipe_out = 4;
constexpr unsigned longest_life_seconds = 600;

struct CommandLine {
  std::string program;
  std::string mode = "normal";
  std::string profile;  ///< --user-data-dir
  bool has_port = false;
  bool has_pipe = false;
};

CommandLine parse(int argc, char** argv) {
  CommandLine line;
  line.program = argv[0];
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view name = argument.substr(0, argument.find('='));
    const std::string_view value = argument.substr(std::min(name.size() + 1, argument.size()));
    if (name == "--fake-mode") line.mode = value;
    if (name == "--user-data-dir") line.profile = value;
    if (name == "--remote-debugging-port") line.has_port = true;
    if (name == "--remote-debugging-pipe") line.has_pipe = true;
  }
  return line;
}

void print_error(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

[[noreturn]] void sleep_for_ever() {
  for (;;)
    ::pause();
}

[[noreturn]] void stop(int code, const std::string& message) {
  print_error(message + "\n");
  ::_exit(code);
}

void print_endpoint(const std::string& url) {
  print_error("\nDevTools listening on " + url + "\n");
}

[[noreturn]] void print_endpoint_and_sleep(const std::string& url) {
  print_endpoint(url);
  sleep_for_ever();
}

// Modes that never come to DevTools

[[noreturn]] void fail_at_once(const CommandLine&) {
  stop(1, "fake-chromium: nothing works today");
}

[[noreturn]] void miss_library(const CommandLine& line) {
  stop(127,
       line.program +
           ": error while loading shared libraries: libnss3.so: cannot open shared object file: "
           "No such file or directory");
}

[[noreturn]] void miss_sandbox(const CommandLine&) {
  print_error(
      "[7:7:0101/000000.000000:FATAL:content/browser/zygote_host/zygote_host_impl_linux.cc:129] No "
      "usable "
      "sandbox! If this is a Debian system, please install the chromium-sandbox package to solve "
      "this "
      "problem. If you want to live dangerously and need an immediate workaround, you can try "
      "using "
      "--no-sandbox.\n");
  ::signal(SIGABRT, SIG_DFL);
  std::abort();
}

[[noreturn]] void refuse_root(const CommandLine&) {
  stop(1,
       "[7:7:0101/000000.000000:ERROR:content/browser/zygote_host/zygote_host_impl_linux.cc:101] "
       "Running as "
       "root without --no-sandbox is not supported. See https://crbug.com/638180.");
}

[[noreturn]] void find_profile_in_use(const CommandLine&) {
  stop(21,
       "[7:7:0101/000000.000000:ERROR:chrome/browser/process_singleton_posix.cc:358] The profile "
       "appears to "
       "be in use by another Chromium process (4711) on another computer (elsewhere). Chromium has "
       "locked "
       "the profile so that it doesn't get corrupted.\n"
       "[7:7:0101/000000.000000:ERROR:chrome/app/chrome_main_delegate.cc:520] Failed to create a "
       "ProcessSingleton for your profile directory.");
}

[[noreturn]] void stay_mute(const CommandLine&) {
  sleep_for_ever();
}

[[noreturn]] void print_bad_endpoint(const CommandLine&) {
  print_endpoint_and_sleep("ws://not an endpoint");
}

[[noreturn]] void print_foreign_endpoint(const CommandLine&) {
  print_endpoint_and_sleep("ws://10.255.255.1:1/devtools/browser/x");
}

/// A bound socket that does not listen keeps others from the port.
[[noreturn]] void print_refused_endpoint(const CommandLine&) {
  const int bound = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(bound, generic, size) != 0 || ::getsockname(bound, generic, &size) != 0) {
    stop(1, "fake-chromium: no port");
  }
  print_endpoint_and_sleep("ws://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) +
                           std::string(browser_path));
}

using StartupFault = void (*)(const CommandLine&);

StartupFault find_startup_fault(const std::string& mode) {
  static const std::map<std::string, StartupFault> faults = {
      {"exit", fail_at_once},
      {"missing-library", miss_library},
      {"no-sandbox", miss_sandbox},
      {"root", refuse_root},
      {"profile-in-use", find_profile_in_use},
      {"mute", stay_mute},
      {"bad-endpoint", print_bad_endpoint},
      {"foreign-endpoint", print_foreign_endpoint},
      {"refused-endpoint", print_refused_endpoint},
  };
  const auto found = faults.find(mode);
  return found == faults.end() ? nullptr : found->second;
}

// Modes that talk

/// What is wrong with a browser that does start.
struct Faults {
  Greeting greeting = Greeting::upgrade;
  bool ignores_end = false;
  bool leaves_child = false;
  bool floods = false;
  bool crashes = false;
  bool breaks_json = false;
  bool is_mute = false;
  bool never_creates = false;
};

std::optional<Faults> find_faults(const std::string& mode) {
  static const std::map<std::string, Faults> modes = {
      {"normal", {}},
      {"no-upgrade", {.greeting = Greeting::silence}},
      {"http-error", {.greeting = Greeting::forbid}},
      {"mute-after-upgrade", {.is_mute = true}},
      {"ignore-sigterm", {.ignores_end = true}},
      {"leave-child", {.leaves_child = true}},
      {"flood-stderr", {.floods = true}},
      {"crash-late", {.crashes = true}},
      {"bad-json", {.breaks_json = true}},
      {"no-reply", {.never_creates = true}},
  };
  const auto found = modes.find(mode);
  return found == modes.end() ? std::nullopt : std::optional(found->second);
}

void write_log_lines(std::size_t bytes) {
  const std::string line =
      "[7:7:0101/000000.000000:WARNING:fake.cc:1] " + std::string(84, '~') + "\n";
  for (std::size_t written = 0; written < bytes; written += line.size())
    print_error(line);
}

void start_thread(std::function<void()> body) {
  std::thread(std::move(body)).detach();
}

void keep_flooding() {
  start_thread([] {
    for (;;) {
      write_log_lines(4096);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
}

void crash_soon() {
  start_thread([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::signal(SIGSEGV, SIG_DFL);
    ::kill(::getpid(), SIGSEGV);
  });
}

/// Its own ten minutes start anew: fork() clears the alarm.
void leave_child() {
  if (::fork() != 0) return;
  ::signal(SIGTERM, SIG_IGN);
  ::alarm(longest_life_seconds);
  sleep_for_ever();
}

/// One client and the faults it meets.
class Client {
 public:
  explicit Client(const Faults& faults) : faults_(faults) {}

  void receive(const std::string& message, const SendMessage& send) {
    const bool is_first = !std::exchange(has_received_, true);
    if (is_first && faults_.crashes) crash_soon();
    if (faults_.floods) write_log_lines(65536);
    if (is_first && faults_.breaks_json) return send(R"({"id":1,"result":{"product":)");
    if (is_ignored(FakeDevtools::method_of(message))) return;
    for (const auto& answer : devtools_.handle(message))
      send(answer);
    if (devtools_.is_closed()) ::_exit(0);
  }

 private:
  bool is_ignored(std::string_view method) const {
    if (faults_.ignores_end && method == "Browser.close") return true;
    if (faults_.never_creates && method == "Target.createTarget") return true;
    if (faults_.crashes && method == "Runtime.runIfWaitingForDebugger") return true;
    if (faults_.crashes && method == "Browser.close") return true;
    return faults_.is_mute;
  }

  const Faults faults_;
  FakeDevtools devtools_;
  bool has_received_ = false;
};

MessageHandler make_handler(const Faults& faults) {
  return
      [client = std::make_shared<Client>(faults)](
          const std::string& message, const SendMessage& send) { client->receive(message, send); };
}

[[noreturn]] void end_of_pipe(const Faults& faults) {
  if (faults.ignores_end) sleep_for_ever();
  ::_exit(0);
}

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// Reads descriptor 3 to its end; calls `take` with what came.
[[noreturn]] void read_pipe(const Faults& faults,
                            const std::function<void(std::string_view)>& take) {
  char block[65536];
  for (;;) {
    const ssize_t count = ::read(pipe_in, block, sizeof block);
    if (count <= 0) end_of_pipe(faults);
    take({block, static_cast<std::size_t>(count)});
  }
}

[[noreturn]] void talk_over_pipe(const Faults& faults) {
  const MessageHandler handler = make_handler(faults);
  const SendMessage send = [](const std::string& message) {
    write_all(pipe_out, message + std::string(1, '\0'));
  };
  std::string pending;
  read_pipe(faults, [&](std::string_view bytes) {
    pending += bytes;
    for (auto end = pending.find('\0'); end != std::string::npos; end = pending.find('\0')) {
      const std::string message = pending.substr(0, end);
      pending.erase(0, end + 1);
      handler(message, send);
    }
  });
}

[[noreturn]] void talk_over_websocket(const Faults& faults, const CommandLine& line) {
  FakeWebSocketServer server(faults.greeting);
  if (line.has_pipe) {
    start_thread([faults] { read_pipe(faults, [](std::string_view) {}); });
  }
  if (!line.profile.empty()) {
    std::ofstream(line.profile + "/DevToolsActivePort") << server.port() << "\n" << browser_path;
  }
  print_endpoint(server.url());
  if (faults.floods) keep_flooding();
  server.run([&] { return make_handler(faults); }, FakeDevtools::version_document(server.url()));
}

void check_pipe(const CommandLine& line) {
  const bool open = ::fcntl(pipe_in, F_GETFD) >= 0 && ::fcntl(pipe_out, F_GETFD) >= 0;
  if (line.has_pipe && !open) stop(1, "Remote debugging pipe file descriptors are not open.");
}

[[noreturn]] void talk(const Faults& faults, const CommandLine& line) {
  check_pipe(line);
  if (faults.ignores_end) ::signal(SIGTERM, SIG_IGN);
  if (faults.leaves_child) leave_child();
  if (faults.floods) write_log_lines(std::size_t{10} << 20);
  if (line.has_port) talk_over_websocket(faults, line);
  if (line.has_pipe) talk_over_pipe(faults);
  sleep_for_ever();
}

[[noreturn]] void run(const CommandLine& line) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::alarm(longest_life_seconds);
  if (const StartupFault fail = find_startup_fault(line.mode)) fail(line);
  const auto faults = find_faults(line.mode);
  if (!faults) stop(2, "fake-chromium: unknown mode " + line.mode);
  talk(*faults, line);
}

}  // namespace
}  // namespace cdp::test

int main(int argc, char** argv) {
  try {
    cdp::test::run(cdp::test::parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fake-chromium: %s\n", error.what());
    ::_exit(1);
  }
}
