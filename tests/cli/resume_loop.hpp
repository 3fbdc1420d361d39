// A run that is killed again and again, and goes on each time.
#pragma once

#include "cli_test.hpp"

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace cdp::test {

class ResumeTest : public CliTest {
 protected:
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
  /// @return whether it was killed; else it had come to its end
  bool run_and_kill(const std::vector<std::string>& arguments, int most_requests,
                    bool with_browser);

  const std::random_device::result_type seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  double longest_end_ = 0;  ///< of a browser whose driver was killed, in seconds
};

}  // namespace cdp::test
