// A run that is killed again and again, and goes on each time.
#pragma once

#include "cli_test.hpp"

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace cdp::test {

class ResumeTest : public CliTest {
 protected:
  ResumeTest();

  /// A file of so many URLs of pages that differ.
  std::string write_input(int count) const;

  /// The arguments of a run over `input` that can be resumed.
  std::vector<std::string> resumable(const std::string& input,
                                     std::vector<std::string> more = {}) const;

  std::string output() const { return file_path("out.jsonl"); }
  std::string state() const { return file_path("state"); }

  /// Each URL of `write_input(count)` has one record in these lines, with its own page.
  static void expect_complete(const std::vector<Json>& records, int count);

  /// SIGKILL for the driver at a moment drawn by lot, every other time for its browser too, until
  /// there were so many; then the run goes on to its end. Says what it did in the test's output.
  void kill_and_resume(const std::vector<std::string>& arguments, int urls, int kills);

  void expect_browser_gone();

 private:
  void run_and_kill(const std::vector<std::string>& arguments, int pages, bool with_browser);

  /// How many more pages the server gives; the others have to wait. A run that is to be killed must
  /// not come to its end before. Shared with the server's threads.
  std::shared_ptr<std::atomic<int>> allowance_ = std::make_shared<std::atomic<int>>(unlimited);
  static constexpr int unlimited = 1'000'000;

  const std::random_device::result_type seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  double longest_end_ = 0;  ///< of a browser whose driver was killed, in seconds
};

}  // namespace cdp::test
