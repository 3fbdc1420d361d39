// The fixture of the tests that run the program as users do.
#pragma once

#include "support/process/leak_check.hpp"
#include "support/process/subprocess.hpp"
#include "support/server/test_server.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cdp::test {

using Json = nlohmann::json;

/// A generous bound for whatever must happen; reached only when it does not.
constexpr std::chrono::milliseconds patience = std::chrono::seconds(60);

std::string program_path();

/// example-NAME, the article's program.
std::string example_path(std::string_view name);

/// What was printed, line by line, each parsed as JSON (which includes that it is valid UTF-8). A
/// line that is no JSON fails the test.
std::vector<Json> parse_lines(std::string_view text);

std::vector<std::string> split_lines(std::string_view text);

/// The member `name` of every record, as JSON, so that lists can be compared.
std::vector<Json> column(const std::vector<Json>& records, const std::string& name);

/// The error codes of the records; null for those that are ok.
std::vector<Json> error_codes(const std::vector<Json>& records);

/// How often `part` occurs.
std::size_t count_of(std::string_view part, std::string_view text);

/// A web server, a private TMPDIR, and the promise that nothing is left behind.
class CliTest : public ::testing::Test {
 protected:
  CliTest();
  void TearDown() override;

  /// A run of the program.
  ProcessSpec program(std::vector<std::string> arguments) const;

  /// Runs the program to its end.
  ProcessResult run(std::vector<std::string> arguments) const;

  /// The same with something to read on its standard input.
  ProcessResult run_with_input(std::string input, std::vector<std::string> arguments) const;

  /// The path of a file of the test's own.
  std::string file_path(std::string_view name) const;
  std::string write_file(std::string_view name, std::string_view content) const;
  static std::string read_file(const std::string& path);

  /// `/page/N` for N from 1 to `count`, spread over host names: a browser opens at most six
  /// connections to one.
  std::vector<std::string> sample_pages(int count) const;

  /// A `count` of `/static` pages that differ, likewise.
  std::vector<std::string> static_pages(int count) const;

  LeakCheck leaks_;  ///< first: it changes the environment, which the server's threads must not see
  TestServer server_;
};

/// A named pipe that the program writes to, and a reader that takes its time.
class SlowReader {
 public:
  /// Makes the pipe and opens its reading end.
  explicit SlowReader(std::string path);
  SlowReader(const SlowReader&) = delete;
  SlowReader& operator=(const SlowReader&) = delete;
  ~SlowReader() { close(); }

  const std::string& path() const { return path_; }

  /// Waits until something was written.
  bool wait_for_output(std::chrono::milliseconds timeout) const;

  /// Reads up to the end of the file. Only once the program has opened the pipe.
  std::string read_all();

  void close();

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace cdp::test
