// forgetful MODE: a program that ends with calls under way that nobody waits for.
#include <cdp/fire_and_forget.hpp>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

std::atomic<int> ran = 0;
std::atomic<int> logged = 0;

void print(const char* line) {
  std::puts(line);
  std::fflush(stdout);
}

/// Made before the first call, so it has to outlive the last.
struct StaticObject {
  bool many = false;
  bool late = false;
  ~StaticObject() {
    if (many) std::printf("%d ran, %d logged\n", ran.load(), logged.load());
    print("static object gone");
    if (late) cdp::fire_and_forget(print, "late");
  }
};

StaticObject static_object;

void read_to_the_end() {
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) == 1) {
  }
}

void wait_and_say() {
  read_to_the_end();
  print("wait finished");
}

void fail(const std::string& text) {
  throw std::runtime_error(text);
}

int fire_many() {
  static_object.many = true;
  cdp::FireAndForgetOptions options;
  options.log = cdp::Log(cdp::LogLevel::error, [](cdp::LogLevel, std::string_view) { ++logged; });
  cdp::configure_fire_and_forget(options);
  for (int i = 0; i < 10'000; ++i) {
    cdp::fire_and_forget([i] {
      ++ran;
      if (i % 20 == 0) fail("one in twenty");
    });
  }
  return 0;
}

int fire_with_limit() {
  cdp::FireAndForgetOptions options;
  options.threads = 1;
  options.exit_limit = std::chrono::milliseconds(1);
  cdp::configure_fire_and_forget(options);
  std::promise<void> begun;
  cdp::fire_and_forget("first", [&begun] {
    begun.set_value();
    read_to_the_end();
  });
  begun.get_future().wait();
  cdp::fire_and_forget("second", print, "this must not be printed");
  return 3;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "wait") {
    cdp::fire_and_forget("wait", wait_and_say);
    print("main finished");
  } else if (mode == "throw") {
    cdp::fire_and_forget("faulty", fail, "a fault");
  } else if (mode == "many") {
    return fire_many();
  } else if (mode == "limit") {
    return fire_with_limit();
  } else if (mode == "late") {
    static_object.late = true;
    cdp::fire_and_forget(print, "first");
  } else if (mode == "exit") {
    cdp::fire_and_forget([] { std::exit(5); });
    cdp::wait_for_fire_and_forget();
  } else {
    return 2;
  }
  return 0;
}
