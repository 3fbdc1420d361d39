#include "cli/commands/file_roles.hpp"

#include <cdp/error.hpp>

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace cdp::cli {
namespace fs = std::filesystem;
namespace {

/// Which file a path means, whatever it is called: links, hard links and devices are seen through.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string path;  ///< of a file that is not there yet
  bool operator==(const Identity&) const = default;
};

struct Use {
  std::string option;
  std::string path;
  bool writes;
};

bool is_standard_stream(const Use& use) {
  return use.path == "-";
}

bool read_status(const Use& use, struct stat& status) {
  if (is_standard_stream(use))
    return ::fstat(use.writes ? STDOUT_FILENO : STDIN_FILENO, &status) == 0;
  return ::stat(use.path.c_str(), &status) == 0;
}

/// @return nothing for what may well be used twice: terminals, pipes and other devices
std::optional<Identity> identity_of(const Use& use) {
  struct stat status {};
  if (read_status(use, status)) {
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return std::nullopt;
    return Identity{status.st_dev, status.st_ino, {}};
  }
  if (is_standard_stream(use)) return std::nullopt;
  std::error_code error;
  const fs::path path = fs::weakly_canonical(use.path, error);
  return Identity{0, 0, error ? use.path : path.string()};
}

std::vector<Use> uses_of(const Arguments& arguments) {
  std::vector<Use> uses;
  const auto add = [&](const char* option, const std::string& path, bool writes) {
    if (!path.empty()) uses.push_back({option, path, writes});
  };
  add("--input", arguments.input, false);
  for (const std::string& path : arguments.cookie_files)
    add("--cookie-file", path, false);
  add("--config", arguments.config, false);
  if (arguments.output_dir.empty()) {
    add("--output", arguments.output, true);
  } else {
    add("--output-dir", arguments.output_dir + "/index.jsonl", true);
  }
  add("--report", arguments.report, true);
  if (!arguments.state.empty()) {
    for (const char* name : {"", "/lock", "/journal.sqlite"})
      add("--state", arguments.state + name, true);
  }
  return uses;
}

void expect_one_use_each(const std::vector<Use>& uses) {
  for (auto one = uses.begin(); one != uses.end(); ++one) {
    const auto identity = identity_of(*one);
    if (!identity) continue;
    for (auto other = std::next(one); other != uses.end(); ++other) {
      if ((!one->writes && !other->writes) || identity_of(*other) != identity) continue;
      throw Error(errc::invalid_argument,
                  fmt::format("{} and {} are the same file: {}", one->option, other->option,
                              is_standard_stream(*one) ? other->path : one->path));
    }
  }
}

bool holds_something(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
}

/// `0000017-example.com.html`
bool is_result_name(std::string_view name) {
  constexpr std::size_t digits = 7;
  return name.size() > digits && name[digits] == '-' &&
         std::all_of(name.begin(), name.begin() + digits,
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool holds_results(const std::string& directory) {
  if (holds_something(directory + "/index.jsonl")) return true;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_result_name(entry->path().filename().string())) return true;
  }
  return false;
}

/// A report is made anew by every run; any other page is somebody's.
bool is_report(const std::string& path) {
  std::array<char, 4096> beginning{};
  std::ifstream file(path, std::ios::binary);
  file.read(beginning.data(), beginning.size());
  const std::string_view text(beginning.data(), static_cast<std::size_t>(file.gcount()));
  return text.find("<title>Run report</title>") != text.npos;
}

/// Whoever wants to see what a run would do has not asked for it yet.
void expect_no_loss_by_looking(const Arguments& arguments) {
  const bool holds = arguments.output_dir.empty()
                         ? arguments.output != "-" && holds_something(arguments.output)
                         : holds_results(arguments.output_dir);
  if (!holds) return;
  throw Error(errc::invalid_argument,
              fmt::format("{} holds results, and a dry run replaces none: name another output",
                          arguments.output_dir.empty() ? arguments.output : arguments.output_dir));
}

void expect_nothing_to_lose(const Arguments& arguments) {
  if (arguments.overwrite && arguments.scrape.dry_run) expect_no_loss_by_looking(arguments);
  if (arguments.overwrite) return;
  const std::string& report = arguments.report;
  if (!report.empty() && holds_something(report) && !is_report(report)) {
    throw Error(
        errc::invalid_argument,
        fmt::format("{} exists and is not a report of a run; --overwrite replaces it", report));
  }
  // With a journal, it is known what an output holds, and any other one is left alone.
  if (arguments.append || !arguments.state.empty()) return;
  if (!arguments.output_dir.empty()) {
    if (!holds_results(arguments.output_dir)) return;
    throw Error(errc::invalid_argument,
                fmt::format("{} holds the results of another run; --overwrite writes over them",
                            arguments.output_dir));
  }
  if (arguments.output == "-" || !holds_something(arguments.output)) return;
  throw Error(
      errc::invalid_argument,
      fmt::format("{} exists and is not empty; --overwrite replaces it, --append adds to it",
                  arguments.output));
}

}  // namespace

void check_files(const Arguments& arguments) {
  expect_one_use_each(uses_of(arguments));
  expect_nothing_to_lose(arguments);
}

}  // namespace cdp::cli
